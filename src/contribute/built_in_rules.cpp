#include <array>
#include <cstdint>

#include "contribute/secret_rules.hpp"

namespace ddx {

namespace {

enum Trait : std::uint8_t {
  plain = 0,
  needs_digit = 1,
  text_only = 2,
  any_content = 4,
  everyday = 8,
  login = 16
};

/// A line of the table. Ids are those of gitleaks where it knows the same kind.
struct Row {
  const char* id;
  const char* description;
  const char* regex;
  const char* keywords;  ///< separated by blanks
  double entropy = 0;
  int traits = plain;
};

constexpr std::array rows{
    Row{"private-key", "a private key",
        R"(-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----(?:\s|\\+[nrt]|["'+,]|[A-Za-z-]{1,30}: [^\n\\]{0,200}(?:\n|\\n))*(?:[A-Za-z0-9+/=]|\s|\\+[nr]|["'+,]){40,})",
        "-----begin", 3, any_content},
    Row{"putty-private-key", "a private key of PuTTY", R"(Private-Lines: ?\d+\s+[A-Za-z0-9+/=\s]{40,})",
        "private-lines", 3, any_content},
    Row{"age-secret-key", "an age secret key", R"(\bAGE-SECRET-KEY-(?:PQ-)?1[A-Z0-9]{58,})",
        "age-secret-key-"},
    Row{"github-fine-grained-pat", "a fine-grained GitHub token", R"(github_pat_[A-Za-z0-9_]{60,})",
        "github_pat_", 3},
    Row{"github-pat", "a GitHub token", R"(ghp_[A-Za-z0-9]{36,})", "ghp_", 3},
    Row{"github-oauth", "an OAuth token of GitHub", R"(gho_[A-Za-z0-9]{36,})", "gho_", 3},
    Row{"github-app-token", "a token of a GitHub app or workflow",
        R"(ghu_[A-Za-z0-9]{36,}|ghs_[A-Za-z0-9._-]{36,})", "ghu_ ghs_", 3},
    Row{"github-refresh-token", "a refresh token of GitHub", R"(ghr_[A-Za-z0-9]{36,})", "ghr_", 3},
    Row{"gitlab-pat", "a GitLab token", R"(glpat-[A-Za-z0-9_-]{20}[A-Za-z0-9_.-]*)", "glpat-", 3},
    Row{"gitlab-token", "a token of GitLab for a job, runner, deployment or agent",
        R"((?:glcbt-[0-9A-Za-z]{1,5}_|gldt-|gloas-|glptt-|glft-|glrt-|glrtr-|glwt-|glagent-|glsoat-|glffct-|glimt-|GR1348941)[A-Za-z0-9_-]{20}[A-Za-z0-9_.-]*)",
        "glcbt- gldt- gloas- glptt- glft- glrt- glrtr- glwt- glagent- glsoat- glffct- glimt- gr1348941", 3},
    Row{"atlassian-api-token", "an API token of Atlassian", R"(ATATT3[A-Za-z0-9_=-]{60,})", "atatt3", 3.5},
    Row{"bitbucket-access-token", "an access token of Bitbucket", R"(ATCTT3[A-Za-z0-9_=-]{60,})", "atctt3",
        3.5},
    Row{"bitbucket-app-password", "an app password of Bitbucket", R"(\bATBB[A-Za-z0-9]{28,})", "atbb", 3.5},
    Row{"bitbucket-http-token", "an access token of Bitbucket Data Center", R"(BBDC-[A-Za-z0-9+/@_-]{40,})",
        "bbdc-", 3.5},
    Row{"aws-access-token", "an access key of AWS", R"(\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b)",
        "akia asia abia acca", 3},
    Row{"aws-secret-key", "a secret key of AWS",
        R"((?i)secret[_-]?(?:access[_-]?)?key["']?\s{0,3}(?::=|=>|[:=])\s{0,3}["']?([A-Za-z0-9/+]{40})(?:[^A-Za-z0-9/+=]|$))",
        "secret", 4, text_only},
    Row{"aws-amazon-bedrock-api-key", "an API key of Amazon Bedrock", R"(\bABSK[A-Za-z0-9+/]{100,}=?=?)",
        "absk", 3},
    Row{"gcp-api-key", "an API key of Google", R"(\bAIza[A-Za-z0-9_-]{35})", "aiza", 3.5},
    Row{"gcp-service-account", "the key of a Google service account",
        R"re("private_key_id"\s{0,10}:\s{0,10}"([0-9a-f]{40})")re", "private_key_id", 3},
    Row{"gcp-oauth-secret", "a client secret of Google", R"(GOCSPX-[A-Za-z0-9_-]{28})", "gocspx-", 3},
    Row{"azure-storage-key", "an access key of Azure",
        R"((?i)(?:AccountKey|SharedAccessKey)=([A-Za-z0-9+/]{86}==|[A-Za-z0-9+/]{43}=))",
        "accountkey= sharedaccesskey=", 3},
    Row{"azure-ad-client-secret", "a client secret of Azure",
        R"((?:^|[^A-Za-z0-9_~.-])([A-Za-z0-9_~.-]{3}\dQ~[A-Za-z0-9_~.-]{31,34}))", "q~", 3},
    Row{"azure-signed-url", "a signed URL of Azure", R"((?i)[?&]sig=([A-Za-z0-9%+/]{43,60}(?:%3d|=)))",
        "sig=", 3.5},
    Row{"slack-token", "a token of Slack", R"(\b(?:xoxe\.)?xox[abeoprs]-[A-Za-z0-9-]{20,})", "xox", 3,
        needs_digit},
    Row{"slack-app-token", "a token of a Slack app", R"(\bxapp-\d-[A-Za-z0-9]+-\d+-[a-z0-9]{20,})", "xapp-",
        3},
    Row{"slack-webhook-url", "a webhook of Slack",
        R"(hooks\.slack\.com/(?:services|workflows|triggers)/([A-Za-z0-9+/_-]{30,}))", "hooks.slack.com", 3},
    Row{"discord-webhook-url", "a webhook of Discord",
        R"(discord(?:app)?\.com/api/webhooks/(\d{17,20}/[A-Za-z0-9_-]{60,}))", "/api/webhooks/", 3},
    Row{"stripe-access-token", "a live key of Stripe", R"(\b[sr]k_(?:live|prod)_[A-Za-z0-9]{16,})",
        "k_live_ k_prod_", 3},
    Row{"anthropic-api-key", "an API key of Anthropic", R"(\bsk-ant-[A-Za-z0-9]{3,12}-[A-Za-z0-9_-]{60,})",
        "sk-ant-", 3},
    Row{"openrouter-api-key", "an API key of OpenRouter", R"(\bsk-or-v1-[0-9a-f]{64})", "sk-or-v1-", 3},
    Row{"openai-api-key", "an API key of OpenAI",
        R"(\bsk-(?:(?:proj|svcacct|admin)-[A-Za-z0-9_-]{40,}|[A-Za-z0-9]{40,}))", "sk-", 3, needs_digit},
    Row{"huggingface-access-token", "a token of Hugging Face", R"(\b(?:hf|api_org)_[A-Za-z0-9]{34}\b)",
        "hf_ api_org_", 3},
    Row{"replicate-api-token", "an API token of Replicate", R"(\br8_[A-Za-z0-9]{37}\b)", "r8_", 3},
    Row{"groq-api-key", "an API key of Groq", R"(\bgsk_[A-Za-z0-9]{52}\b)", "gsk_", 3},
    Row{"xai-api-key", "an API key of xAI", R"(\bxai-[A-Za-z0-9]{70,})", "xai-", 3},
    Row{"perplexity-api-key", "an API key of Perplexity", R"(\bpplx-[A-Za-z0-9]{48})", "pplx-", 3},
    Row{"npm-access-token", "a token of npm", R"(\bnpm_[A-Za-z0-9]{36}\b)", "npm_", 3},
    Row{"npmrc-auth-token", "a token of a package registry",
        R"(:_(?:authToken|password|auth)\s{0,3}=\s{0,3}["']?([A-Za-z0-9_/+=.-]{16,}))", ":_auth :_password",
        3, needs_digit},
    Row{"pypi-upload-token", "a token of PyPI", R"(\bpypi-AgE[A-Za-z0-9_-]{50,})", "pypi-age", 3},
    Row{"rubygems-api-token", "a token of RubyGems", R"(rubygems_[0-9a-f]{48})", "rubygems_", 2.5},
    Row{"docker-hub-token", "a token of Docker Hub", R"(dckr_[po]at_[A-Za-z0-9_-]{27,})",
        "dckr_pat_ dckr_oat_", 3},
    Row{"docker-login", "a login of a container registry",
        R"re("auth"\s{0,10}:\s{0,10}"([A-Za-z0-9+/]{20,}={0,2})")re", "\"auth\"", 3.5, text_only},
    Row{"sendgrid-api-token", "an API key of SendGrid", R"(\bSG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{32,64})",
        "sg.", 3.5},
    Row{"mailgun-private-api-token", "an API key of Mailgun", R"(\bkey-[0-9a-f]{32}\b)", "key-", 3},
    Row{"twilio-api-key", "an API key of Twilio", R"(\bSK[0-9a-f]{32}\b)", "sk", 3, needs_digit},
    Row{"twilio-auth-token", "an auth token of Twilio",
        R"((?i)twilio[\w .-]{0,30}["']?\s{0,3}(?:=>|[:=])\s{0,3}["']?([0-9a-f]{32})\b)", "twilio", 3},
    Row{"telegram-bot-api-token", "a token of a Telegram bot", R"(\b\d{8,10}:AA[A-Za-z0-9_-]{33})", ":aa",
        3.5},
    Row{"digitalocean-token", "a token of DigitalOcean", R"(\bdo[por]_v1_[0-9a-f]{64})",
        "dop_v1_ doo_v1_ dor_v1_", 3},
    Row{"databricks-api-token", "a token of Databricks", R"(\bdapi[0-9a-f]{32}\b)", "dapi", 3},
    Row{"shopify-token", "a token of Shopify", R"(shp(?:at|ca|pa|ss)_[0-9A-Fa-f]{32})",
        "shpat_ shpca_ shppa_ shpss_", 2.5},
    Row{"linear-api-key", "an API key of Linear", R"(\blin_api_[A-Za-z0-9]{40})", "lin_api_", 3},
    Row{"notion-api-token", "a token of Notion", R"(\bntn_\d{11}[A-Za-z0-9]{35})", "ntn_", 3},
    Row{"postman-api-token", "an API key of Postman", R"(\bPMAK-[0-9a-f]{24}-[0-9a-f]{34})", "pmak-", 3},
    Row{"vault-token", "a token of Vault", R"(\bhv[bs]\.[A-Za-z0-9_-]{90,})", "hvs. hvb.", 3.5},
    Row{"terraform-token", "a token of Terraform Cloud", R"(\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,})",
        ".atlasv1.", 3.5},
    Row{"grafana-token", "a token of Grafana", R"(\bgl(?:sa|c)_[A-Za-z0-9+/_=]{32,})", "glsa_ glc_", 3.5,
        needs_digit},
    Row{"doppler-api-token", "a token of Doppler", R"(\bdp\.(?:pt|st|ct|sa)\.[A-Za-z0-9.]{40,})", "dp.", 3.5},
    Row{"heroku-api-key", "an API key of Heroku", R"(\bHRKU-AA[A-Za-z0-9_-]{50,})", "hrku-aa", 3},
    Row{"sentry-token", "a token of Sentry", R"(sntry[su]_[A-Za-z0-9+/=_]{40,})", "sntrys_ sntryu_", 3.5},
    Row{"sonar-token", "a token of SonarQube", R"(\bsq[pua]_[0-9a-f]{40})", "sqp_ squ_ sqa_", 3},
    Row{"new-relic-user-api-key", "an API key of New Relic", R"(\bNRAK-[A-Z0-9]{27})", "nrak-", 3},
    Row{"1password-service-account-token", "a token of 1Password", R"(\bops_eyJ[A-Za-z0-9+/_-]{200,})",
        "ops_eyj", 3.5},
    Row{"jwt", "a signed JSON web token",
        R"(\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{16,})", "eyj", 3.5},
    Row{"url-password", "a URL with a password",
        R"((?i)\b[a-z][a-z0-9+.-]{1,20}://[^\s/?#:@"'<>{}$`]{0,100}:([^\s/?#@"'<>{}$`]{3,200})@[a-z0-9.\[-]+)",
        "://", 2, text_only | login},
    Row{"http-authorization", "the login of an HTTP request",
        R"((?i)authorization["']?\s{0,3}[:=]\s{0,3}["']?(?:basic|bearer|token)\s{1,3}([A-Za-z0-9._~+/=-]{16,}))",
        "authorization", 3.5, needs_digit | text_only | everyday},
    Row{"curl-auth-user", "the login of an HTTP request",
        R"(\bcurl\b[^\n]{0,400}?\s(?:-u|--user)[= ]?["']?[^\s:"']{1,64}:([^\s"'$<{]{6,200}))", "curl", 3,
        needs_digit | text_only | login},
    Row{"generic-api-key", "a secret",
        R"((?i)(?:passw(?:or)?d|passphrase|secret|token|api[_-]?key|access[_-]?key|auth[_-]?key|private[_-]?key|credentials?)[\w.-]{0,20}["'`]?\s{0,3}(?::=|=>|[:=])\s{0,3}(?:["'`]([^\s"'`$<{(]{12,200})["'`]|([\w.+/=~!@#%^&*-]{12,200})))",
        "passw passphrase secret token apikey api_key api-key access auth private credential", 3.5,
        needs_digit | text_only | everyday},
    Row{"generic-password", "a password",
        R"((?i)(?:passw(?:or)?d|passphrase|pwd)["'`]?\s{0,3}(?::=|=>|[:=])\s{0,3}["'`]([^\s"'`$<{(]{8,200})["'`])",
        "passw passphrase pwd", 2.9, needs_digit | text_only | everyday},
};

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> list;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    list.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return list;
}

/// What stands for a secret in examples and templates.
SecretException examples() {
  SecretException exception;
  exception.stopwords = {"example",
                         "changeme",
                         "change-me",
                         "change_me",
                         "place"
                         "holder",
                         "redacted",
                         "your-",
                         "your_",
                         "yourtoken",
                         "xxxxxxxx",
                         "********"};
  for (const char* regex : {R"(^\$[\w{(])", R"(^\{\{)", R"(^<)", R"(^%\w+%$)", R"(^(?i:x+|\*+|\.+|0+)$)"})
    exception.regexes.emplace_back(regex);
  return exception;
}

/// What programs and their settings say where others have a secret.
SecretException everyday_values() {
  SecretException exception;
  exception.stopwords = {"foobar", "dummy", "sample", "12345678", "abcdef", "insert", "replace", "default"};
  for (
      const char* regex :
      {R"((?i)^(?:[a-z]+|v?\d{1,4})(?:[-_./:](?:[a-z]+|v?\d{1,4}))*$)", R"(^[A-Z]+(?:_[A-Z0-9]+)+$)",
       R"((?i)^(?:os|process|env|config|settings|secrets?|vars?|self|this|data|params|request|args|context)[.\[])",
       R"((?i)^(?:https?|file|s3|gs|vault|op|arn|ref|env|urn):)", R"(^[./~@])",
       R"((?i)^(?:sha(?:1|256|384|512)|md5)[-:])", R"(^\d{4}-\d\d-\d\d)",
       R"((?i)\.(?:json|ya?ml|toml|md|txt|py|ts|js|go|rs|sh|pem|key|crt|env)$)",
       R"((?i)^(?:my|the|your|some|new|old|super|test)?[-_]?(?:password|passwd|pass|pwd|secret|token|key|api[-_]?key)[-_]?(?:here|\d{0,3})!?$)"})
    exception.regexes.emplace_back(regex);
  return exception;
}

/// A name that says something about the secret is not the secret's.
SecretException everyday_names() {
  SecretException exception;
  exception.target = SecretException::Target::match;
  exception.regexes.emplace_back(
      R"((?i)(?:name|ref|ids?|path|files?|ur[il]|type|count|limit|length|size|env|var|class|policy|prompt|field|header|label|budget|format|pattern|regex|template|version|provider|endpoint|store|manager|hash|digest|checksum|algorithm|expiry|ttl)["'`]?\s{0,3}(?::=|=>|[:=]))");
  return exception;
}

/// Passwords that only name what belongs there, and servers that are nobody's.
std::vector<SecretException> usual_logins() {
  SecretException words, servers;
  words.regexes.emplace_back(
      R"((?i)^(?:my|the|your|user|some|db|test)?[-_]?(?:passw(?:or)?d|pass|pwd?|secret|token|key|test|postgres|root|guest|admin|user(?:name)?)[-_]?\d{0,3}$)");
  words.regexes.emplace_back(R"(^[\[*.%])");
  servers.target = SecretException::Target::match;
  servers.regexes.emplace_back(
      R"((?i)@(?:localhost|127\.|\[?::1|(?:[a-z0-9-]+\.)*example(?:\.|$)|(?:host|hostname|server)(?:\b|$)))");
  return {std::move(words), std::move(servers)};
}

}  // namespace

SecretRules built_in_secret_rules() {
  const SecretException example = examples(), value = everyday_values(), name = everyday_names();
  const std::vector<SecretException> usual = usual_logins();
  SecretRules built_in;
  for (const Row& row : rows) {
    SecretRule rule;
    rule.id = row.id;
    rule.description = row.description;
    rule.regex.emplace(row.regex);
    rule.entropy = row.entropy;
    rule.needs_digit = (row.traits & needs_digit) != 0;
    rule.text_only = (row.traits & text_only) != 0;
    rule.keywords = words(row.keywords);
    if ((row.traits & any_content) == 0) rule.exceptions.push_back(example);
    if ((row.traits & everyday) != 0) rule.exceptions.insert(rule.exceptions.end(), {value, name});
    if ((row.traits & login) != 0) rule.exceptions.insert(rule.exceptions.end(), usual.begin(), usual.end());
    built_in.rules.push_back(std::move(rule));
  }
  return built_in;
}

}  // namespace ddx
