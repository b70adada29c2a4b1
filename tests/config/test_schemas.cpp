#include <charconv>
#include <nlohmann/json.hpp>

#include "config/config_writer.hpp"
#include "config/lock_file.hpp"
#include "config/settings.hpp"
#include "config/yaml_document.hpp"
#include "ddx/error.hpp"
#include "support/run.hpp"
#include "support/temp_dir.hpp"

namespace ddx {

namespace {

using nlohmann::json;

constexpr const char* validator = R"(
import json, sys
from jsonschema import Draft202012Validator
with open(sys.argv[1]) as file:
    schema = json.load(file)
Draft202012Validator.check_schema(schema)
errors = [error.message for error in Draft202012Validator(schema).iter_errors(json.load(sys.stdin))]
print("\n".join(errors))
sys.exit(1 if errors else 0)
)";

const std::filesystem::path docs = std::filesystem::path(DDX_SOURCE_DIR) / "docs";

/// What the schema has against the document; empty if it is valid.
std::string objections(const std::string& schema, const std::string& document) {
  const test::TempDir home;
  const auto answer =
      test::run(home, {"/usr/bin/python3", "-c", validator, (docs / "schema" / schema).string()},
                test::clean_environment(home), document);
  INFO(answer.err);
  REQUIRE(answer.exit <= 1);
  REQUIRE((answer.exit == 0) == (answer.out == "\n"));
  return answer.exit == 0 ? "" : answer.out;
}

/// As YAML's core schema reads it.
json scalar(const std::string& text) {
  if (text == "true") return true;
  if (text == "false") return false;
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure == std::errc() && end == text.data() + text.size()) return number;
  return text;
}

json to_json(const YamlNode& node) {
  json result;
  switch (node.kind) {
    case YamlNode::Kind::null:
      break;
    case YamlNode::Kind::scalar:
      return scalar(node.text);
    case YamlNode::Kind::sequence:
      result = json::array();
      for (const YamlNode* item : node.items) result.push_back(to_json(*item));
      break;
    case YamlNode::Kind::map:
      result = json::object();
      for (const auto& [key, value] : node.entries) result[key->text] = to_json(*value);
      break;
  }
  return result;
}

bool reader_accepts(const std::string& text) {
  try {
    const YamlDocument document(text, ".ddx.yml");
    static_cast<void>(
        assemble_config(document, nullptr, [](const char*) { return std::optional<std::string>(); }));
    return true;
  } catch (const Error&) {
    return false;
  }
}

/// The first block of a language in docs/formats.md.
std::string example(const std::string& language) {
  const std::string page = test::read_file(docs / "formats.md");
  const std::string fence = "```" + language + "\n";
  const std::size_t start = page.find(fence) + fence.size();
  return page.substr(start, page.find("```", start) - start);
}

const std::string minimal = "repository: {url: /srv/x}\n";

}  // namespace

TEST_CASE("the schema of the lock accepts what ddx writes", "[config][schema]") {
  Lock lock;
  lock.url = "/srv/x";
  lock.ref = "default branch";
  CHECK(objections("lock.json", write_lock(lock)).empty());
  lock.commit = lock.tree = *Oid::parse(std::string(40, 'a'));
  lock.ref = "commit " + lock.commit.str();
  lock.selection = std::string(64, 'b');
  lock.files[RelPath::parse("a/b")] = {.base = {lock.commit, Mode::link},
                                       .commit = lock.commit,
                                       .upstream_path = RelPath::parse("c"),
                                       .offered = Offer{lock.tree, lock.commit}};
  CHECK(objections("lock.json", write_lock(lock)).empty());
}

TEST_CASE("the schema of the lock refuses what the reader refuses", "[config][schema]") {
  Lock lock;
  lock.ref = "branch main";
  lock.files[RelPath::parse("a")].base.blob = *Oid::parse(std::string(40, 'a'));
  const json good = json::parse(write_lock(lock));
  for (const char* change :
       {R"([{"op":"replace","path":"/schema","value":"ddx/lock/2"}])", R"([{"op":"remove","path":"/tree"}])",
        R"([{"op":"add","path":"/extra","value":""}])", R"([{"op":"replace","path":"/ref","value":"main"}])",
        R"([{"op":"replace","path":"/commit","value":"123"}])", R"([{"op":"remove","path":"/files/a/mode"}])",
        R"([{"op":"replace","path":"/files/a/mode","value":"040000"}])",
        R"([{"op":"add","path":"/files/a/extra","value":""}])",
        R"([{"op":"add","path":"/files/a/path","value":"/x"}])"}) {
    const std::string bad = good.patch(json::parse(change)).dump(2);
    INFO(change);
    CHECK_FALSE(objections("lock.json", bad).empty());
    CHECK_THROWS_AS(parse_lock(bad, ".ddx.lock"), Error);
  }
}

TEST_CASE("the schema of the configuration agrees with the reader", "[config][schema]") {
  const std::vector<std::string> texts{
      minimal,
      new_config_text({}, "https://example.com/x.git", BranchName("main")),
      minimal +
          "version: 1\ninclude:\nexclude: []\nprotect: [a]\ngenerated: [b]\npins: []\nsync:\nother: "
          "{anything: [1]}\n",
      minimal + "sync: {commit: true, verify: \"\", conflict: union, conflicts: [{path: a, use: mine}]}\n",
      minimal + "network: {connect_timeout: 1s, idle_timeout: 500ms, tries: 20}\n",
      minimal + "limits: {file_size: 4096, files: 1, total_size: 2GiB}\n",
      minimal + "backup: {keep: 50, days: 90, size: 1GiB}\nupdate_check: {enabled: true, frequency: 24h}\n",
      minimal + "contribute: {fork: auto, branch: x, signoff: false}\n",
      "repository: {url: /srv/x, commit: 0123456789abcdef0123456789ABCDEF01234567}\n",
      "version: 1\n",
      "repository: {branch: main}\n",
      "repository: text\n",
      "repository: {url: /srv/x, branch: a, tag: b}\n",
      "repository: {url: /srv/x, brnach: a}\n",
      "repository: {url: /srv/x, branch: -a}\n",
      "repository: {url: /srv/x, commit: abc}\n",
      "repository: {url: /srv/x, version: ^1}\n",
      minimal + "version: 2\n",
      minimal + "include: a\n",
      minimal + "include: ['']\n",
      minimal + "pins: [{path: a}]\n",
      minimal + "sync: {verify: make}\n",
      minimal + "sync: {commit: maybe}\n",
      minimal + "sync: {conflict: always}\n",
      minimal + "sync: {conflicts: [{path: a}]}\n",
      minimal + "network: {tries: 21}\n",
      minimal + "network: {idle_timeout: 0s}\n",
      minimal + "network: {idle_timeout: 5}\n",
      minimal + "limits: {files: 0}\n",
      minimal + "limits: {file_size: 1MB}\n",
      minimal + "backup: {keep: all}\n",
      minimal + "update_check: {often: true}\n",
      minimal + "contribute: {fork: maybe}\n"};
  int accepted = 0;
  for (const std::string& text : texts) {
    const YamlDocument document(text, ".ddx.yml");
    const std::string found = objections("config.json", to_json(document.root()).dump());
    INFO(text << "the schema says: " << found);
    CHECK(found.empty() == reader_accepts(text));
    accepted += found.empty() ? 1 : 0;
  }
  CHECK(accepted == 9);
}

TEST_CASE("the examples in docs/formats.md are valid", "[config][schema]") {
  const std::string config = example("yaml");
  CHECK(reader_accepts(config));
  CHECK(objections("config.json", to_json(YamlDocument(config, ".ddx.yml").root()).dump()).empty());
  const std::string lock = example("json");
  CHECK(objections("lock.json", lock).empty());
  CHECK(write_lock(parse_lock(lock, ".ddx.lock")) == lock);
}

}  // namespace ddx
