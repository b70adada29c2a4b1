#include "contribute/planted.hpp"

#include <fmt/format.h>

namespace ddx::test {

namespace {

class Garden {
 public:
  explicit Garden(unsigned seed) : random(seed) {}

  void token(const char* rule, const std::string& secret) {
    all.push_back({rule, "# set up\nvalue " + secret + "\nend\n", secret});
  }
  void inside(const char* rule, const std::string& before, const std::string& secret,
              const std::string& after = "") {
    all.push_back({rule, before + secret + after + "\n", secret});
  }

  Planter random;
  std::vector<Planted> all;
};

std::string pem(Planter& random, const std::string& kind, const std::string& end_of_line) {
  std::string text = fmt::format(
      "-----BEGIN {}PRIVATE "
      "KEY-----{}",
      kind, end_of_line);
  for (int line = 0; line < 8; ++line) text += random.some(base64, 64) + end_of_line;
  return text + fmt::format(
                    "-----END {}PRIVATE "
                    "KEY-----{}",
                    kind, end_of_line);
}

void plant_keys(Garden& garden) {
  Planter& random = garden.random;
  for (const char* kind : {"", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED "}) {
    const std::string key = pem(random, kind, "\n");
    const std::string secret = key.substr(key.find('\n') + 1, 64);
    garden.all.push_back({"private-key", "a\n" + key + "b\n", secret});
  }
  const std::string escaped = pem(random, "", "\\n");
  garden.all.push_back({"private-key", "{\"private_key\": \"" + escaped + "\"}\n",
                        escaped.substr(escaped.find("\\n") + 2, 64)});
  const std::string indented = pem(random, "RSA ", "\n    ");
  garden.all.push_back(
      {"private-key", "key: |\n    " + indented, indented.substr(indented.find("    ") + 4, 64)});
  const std::string body = random.some(base64, 64);
  garden.all.push_back({"private-key",
                        "-----BEGIN RSA PRIVATE "
                        "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0F\n\n" +
                            body + "\n",
                        body});
  garden.all.push_back({"putty-private-key",
                        "Private-"
                        "Lines: 2\n" +
                            body + "\n" + body + "\n",
                        body});
  garden.token("age-secret-key",
               "AGE-SECRET-"
               "KEY-1" +
                   random.some(base32, 58));
}

void plant_forges(Garden& garden) {
  Planter& random = garden.random;
  garden.token("github-pat",
               "gh"
               "p_" +
                   random.some(base62, 36));
  garden.token("github-oauth",
               "gh"
               "o_" +
                   random.some(base62, 36));
  garden.token("github-app-token",
               "gh"
               "u_" +
                   random.some(base62, 36));
  garden.token("github-app-token",
               "gh"
               "s_" +
                   random.some(base62, 36));
  garden.token("github-app-token",
               "gh"
               "s_" +
                   random.some(base62, 200) + "." + random.some(url64, 200) + "." + random.some(url64, 118));
  garden.token("github-refresh-token",
               "gh"
               "r_" +
                   random.some(base62, 76));
  garden.token("github-fine-grained-pat",
               "github_"
               "pat_" +
                   random.some(base62, 22) + "_" + random.some(base62, 59));
  garden.token("gitlab-pat",
               "glp"
               "at-" +
                   random.some(url64, 20));
  garden.token("gitlab-pat",
               "glp"
               "at-" +
                   random.some(url64, 40) + "." + random.some(hex, 9));
  for (const char* prefix : {"glcbt-64_", "gldt-", "gloas-", "glptt-", "glft-", "glrt-", "glrtr-", "glwt-",
                             "glagent-", "glsoat-", "glffct-", "glimt-", "GR1348941"})
    garden.token("gitlab-token", prefix + random.some(url64, 25));
  garden.token("atlassian-api-token",
               "ATAT"
               "T3" +
                   random.some(url64, 186));
  garden.token("bitbucket-access-token",
               "ATCT"
               "T3" +
                   random.some(url64, 180));
  garden.token("bitbucket-app-password",
               "AT"
               "BB" +
                   random.some(base62, 32));
  garden.token("bitbucket-http-token",
               "BB"
               "DC-" +
                   random.some(base64, 44));
}

void plant_clouds(Garden& garden) {
  Planter& random = garden.random;
  garden.token("aws-access-token",
               "AK"
               "IA" +
                   random.some(base32, 16));
  garden.token("aws-access-token",
               "AS"
               "IA" +
                   random.some(base32, 16));
  garden.inside("aws-secret-key", "aws_secret_access_key = ", random.some(base64, 40));
  garden.inside("aws-secret-key", "\"SecretAccessKey\": \"", random.some(base64, 40), "\",");
  garden.token("aws-amazon-bedrock-api-key",
               "AB"
               "SK" +
                   random.some(base64, 120));
  garden.token("gcp-api-key",
               "AI"
               "za" +
                   random.some(url64, 35));
  garden.inside("gcp-service-account", "\"private_key_id\": \"", random.some(hex, 40), "\"");
  garden.token("gcp-oauth-secret",
               "GOC"
               "SPX-" +
                   random.some(url64, 28));
  garden.inside("azure-storage-key", "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=",
                random.some(base64, 86) + "==", ";EndpointSuffix=core.windows.net");
  garden.inside("azure-storage-key", "Endpoint=sb://a/;SharedAccessKey=", random.some(base64, 43) + "=");
  garden.token("azure-ad-client-secret", random.some(base62, 3) +
                                             "8"
                                             "Q~" +
                                             random.some(base62, 34));
  garden.inside("azure-signed-url",
                "https://a.blob.core.windows.net/b?sv=2022&sig=", random.some(base62, 43) + "%3D");
  garden.token("digitalocean-token",
               "dop_"
               "v1_" +
                   random.some(hex, 64));
  garden.token("databricks-api-token",
               "da"
               "pi" +
                   random.some(hex, 32));
  garden.token("heroku-api-key",
               "HRKU-"
               "AA" +
                   random.some(url64, 58));
  garden.token("vault-token",
               "hv"
               "s." +
                   random.some(url64, 95));
  garden.token("terraform-token", random.some(base62, 14) +
                                      ".atlas"
                                      "v1." +
                                      random.some(base62, 67));
  garden.token("grafana-token",
               "gl"
               "sa_" +
                   random.some(base62, 32) + "_" + random.some(hex, 8));
  garden.token("doppler-api-token",
               "dp."
               "pt." +
                   random.some(base62, 43));
  garden.token("sentry-token",
               "sntry"
               "s_" +
                   random.some(base62, 80));
  garden.token("sonar-token",
               "sq"
               "u_" +
                   random.some(hex, 40));
  garden.token("new-relic-user-api-key",
               "NR"
               "AK-" +
                   random.some(base32, 27));
  garden.token("1password-service-account-token",
               "ops_"
               "eyJ" +
                   random.some(base64, 260));
}

void plant_services(Garden& garden) {
  Planter& random = garden.random;
  garden.token("slack-token",
               "xo"
               "xb-" +
                   random.some(digits, 12) + "-" + random.some(digits, 12) + "-" + random.some(base62, 24));
  garden.token("slack-token",
               "xo"
               "xp-" +
                   random.some(digits, 12) + "-" + random.some(hex, 32));
  garden.token("slack-app-token",
               "xa"
               "pp-1-A" +
                   random.some(base32, 9) + "-" + random.some(digits, 12) + "-" + random.some(hex, 64));
  garden.inside("slack-webhook-url",
                "https://hooks.slack."
                "com/services/",
                "T" + random.some(base32, 8) + "/B" + random.some(base32, 8) + "/" + random.some(base62, 24));
  garden.inside("discord-webhook-url",
                "https://discord."
                "com/api/webhooks/",
                random.some(digits, 18) + "/" + random.some(url64, 68));
  garden.token("stripe-access-token",
               "sk_"
               "live_" +
                   random.some(base62, 24));
  garden.token("stripe-access-token",
               "rk_"
               "live_" +
                   random.some(base62, 24));
  garden.token("anthropic-api-key",
               "sk-"
               "ant-api03-" +
                   random.some(url64, 93) + "AA");
  garden.token("openai-api-key",
               "sk-"
               "proj-" +
                   random.some(url64, 74) +
                   "T3Blbk"
                   "FJ" +
                   random.some(url64, 74));
  garden.token("openai-api-key", "sk-" + random.some(base62, 20) +
                                     "T3Blbk"
                                     "FJ" +
                                     random.some(base62, 20));
  garden.token("openrouter-api-key",
               "sk-or-"
               "v1-" +
                   random.some(hex, 64));
  garden.token("huggingface-access-token",
               "h"
               "f_" +
                   random.some(letters, 34));
  garden.token("replicate-api-token",
               "r"
               "8_" +
                   random.some(base62, 37));
  garden.token("groq-api-key",
               "gs"
               "k_" +
                   random.some(base62, 52));
  garden.token("xai-api-key",
               "xa"
               "i-" +
                   random.some(base62, 80));
  garden.token("perplexity-api-key",
               "pp"
               "lx-" +
                   random.some(base62, 48));
  garden.token("npm-access-token",
               "np"
               "m_" +
                   random.some(base62, 36));
  garden.inside("npmrc-auth-token",
                "//registry.npmjs.org/:_auth"
                "Token=",
                random.some(hex, 36));
  garden.token("pypi-upload-token",
               "pypi-"
               "AgEIcHlwaS5vcmc" +
                   random.some(url64, 150));
  garden.token("rubygems-api-token",
               "ruby"
               "gems_" +
                   random.some(hex, 48));
  garden.token("docker-hub-token",
               "dckr_"
               "pat_" +
                   random.some(url64, 27));
  garden.inside("docker-login", "{\"auths\": {\"a\": {\"auth\": \"", random.some(base64, 32), "\"}}}");
  garden.token("sendgrid-api-token",
               "S"
               "G." +
                   random.some(url64, 22) + "." + random.some(url64, 43));
  garden.token("mailgun-private-api-token",
               "ke"
               "y-" +
                   random.some(hex, 32));
  garden.token("twilio-api-key",
               "S"
               "K" +
                   random.some(hex, 32));
  garden.inside("twilio-auth-token", "TWILIO_AUTH_TOKEN=", random.some(hex, 32));
  garden.token("telegram-bot-api-token", "7" + random.some(digits, 9) +
                                             ":A"
                                             "A" +
                                             random.some(url64, 33));
  garden.token("shopify-token",
               "shp"
               "at_" +
                   random.some(hex, 32));
  garden.token("linear-api-key",
               "lin_"
               "api_" +
                   random.some(base62, 40));
  garden.token("notion-api-token",
               "nt"
               "n_" +
                   random.some(digits, 11) + random.some(base62, 35));
  garden.token("postman-api-token",
               "PM"
               "AK-" +
                   random.some(hex, 24) + "-" + random.some(hex, 34));
}

void plant_everyday(Garden& garden) {
  Planter& random = garden.random;
  garden.token("jwt",
               "ey"
               "J" +
                   random.some(base62, 30) +
                   ".ey"
                   "J" +
                   random.some(base62, 40) + "." + random.some(url64, 43));
  garden.inside("url-password", "postgres://app:", random.some(base62, 16), "@db.internal:5432/x");
  garden.inside("url-password", "git clone https://david:", random.some(base62, 16), "@git.corp.net/a.git");
  garden.inside("http-authorization", "Authorization: Bearer ", random.some(base62, 40));
  garden.inside("http-authorization", "\"authorization\": \"Basic ", random.some(base64, 32), "\"");
  garden.inside("curl-auth-user", "curl -s https://api.corp.net -u david:", "7" + random.some(base62, 16));
  const auto secret = [&] { return random.some(base62, 10) + "4" + random.some(base62, 20) + "k9Z"; };
  for (const char* before :
       {"password = \"", "\"api_key\": \"", "SECRET_TOKEN='", "client_secret: \"", "apiKey := `"})
    garden.inside("generic-api-key", before, secret(), std::string(1, std::string_view(before).back()));
  garden.inside("generic-api-key", "export MY_SERVICE_TOKEN=", secret());
  garden.inside("generic-api-key", "  access-key: ", secret(), "  # of the test account");
  garden.inside("generic-password", "db_password: \"", "Tr0ub4dor&3", "\"");
  garden.inside("generic-password", "\"pwd\": \"", "m3x!Kq9z", "\"");
}

}  // namespace

std::vector<Planted> plant_all(unsigned seed) {
  Garden garden(seed);
  plant_keys(garden);
  plant_forges(garden);
  plant_clouds(garden);
  plant_services(garden);
  plant_everyday(garden);
  return std::move(garden.all);
}

std::vector<std::string> harmless_lines() {
  const std::string id = Planter(3).some(hex, 40);
  return {
      "Never write a token, a password or a secret into a prompt.",
      "max_tokens: 4096",
      "max_tokens = 128000, temperature = 0.2",
      "token_count: 1234567890123456",
      "password: \"changeme123\"",
      "password: <your password>",
      "api_key: ${OPENAI_API_KEY}",
      "api_key: \"{{ secrets.OPENAI_API_KEY_2 }}\"",
      "GITHUB_TOKEN: ${{ secrets.GITHUB_TOKEN }}",
      "token = os.environ[\"GITHUB_TOKEN_2\"]",
      "const token = process.env.API_TOKEN_V2;",
      "secretName: my-app-secret-v2-prod",
      "secret_key_ref: kv/data/app1/production2",
      "token_url: https://auth0.corp.net/oauth2/v1/token",
      "password_file: /run/secrets/db_password_2",
      "api_key = YOUR_API_KEY_HERE_1234",
      "api-key: your-api-key-0123456789ab",
      "password = getpass(prompt1)",
      "AWS: "
      "AKIA"
      "IOSFODNN7EXAMPLE",
      "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/"
      "bPxRfiCYEXAMPLEKEY",
      "gh"
      "p_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
      "gh"
      "p_0000000000000000000000000000000000000",
      "sk-"
      "ant-api03-...",
      "xo"
      "xb-your-token-here-and-so-on",
      "https://hooks.slack."
      "com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
      "https://user:password@host/path",
      "postgres://postgres:postgres@localhost:5432/app",
      "redis://:s3cr3tPassw0rd@localhost:6379",
      "https://user:hunter2x9@example.com/",
      "ssh://git@github.com:22/a/b.git",
      "http://127.0.0.1:8080/@scope/package",
      "commit " + id,
      "sha256: " + id + id.substr(16),
      "-----BEGIN PRIVATE "
      "KEY-----\n...\n-----END PRIVATE "
      "KEY-----",
      "-----BEGIN PUBLIC KEY-----\n" + id + id + "\n-----END PUBLIC KEY-----",
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + id + " david@corp",
      "Authorization: Bearer $TOKEN",
      "Authorization: Bearer <token>",
      "curl -u \"$USER:$PASS\" https://corp.net",
      "curl https://corp.net -u user:password",
      "keyboard_shortcuts: ctrl+shift+k2",
      "The secret: practice 10000 hours.",
      "author_id_token = 550e8400",
      "tokenizer: cl100k_base",
      "secret_version: projects/1234/secrets/a/versions/2",
  };
}

}  // namespace ddx::test
