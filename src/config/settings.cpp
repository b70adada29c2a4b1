#include "config/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "config/section.hpp"
#include "config/value.hpp"

namespace ddx {

namespace {

constexpr std::uint64_t most_tries = 20;
constexpr std::uint64_t most_files = 10'000'000;
constexpr std::uint64_t most_days = 36'500;

/// A setting of one value, which a variable can set too: `DDX_SYNC_CONFLICT` for `sync.conflict`.
struct Setting {
  std::string_view section, key;
  void (*apply)(const Value& value, Config& config);
};

void read_fork(const Value& value, Config& config) {
  using Fork = Contribute::Fork;
  for (const auto& [name, fork] :
       {std::pair{"auto", Fork::automatic}, {"always", Fork::always}, {"never", Fork::never}}) {
    if (value.text() != name) continue;
    config.contribute.fork = fork;
    return;
  }
  throw value.wrong("one of auto, always, never");
}

void read_branch_pattern(const Value& value, Config& config) {
  std::string sample = value.text();
  for (const std::string_view word : {"{user}", "{topic}"})
    for (std::size_t at = sample.find(word); at != sample.npos; at = sample.find(word))
      sample.replace(at, word.size(), "x");
  if (!is_ref_name(sample)) throw value.wrong("the name of a branch, with {user} and {topic} in it");
  config.contribute.branch = value.text();
}

constexpr std::array<Setting, 17> settings{{
    {"sync", "commit", [](const Value& value, Config& config) { config.commit = value.as_bool(); }},
    {"sync", "conflict", [](const Value& value, Config& config) { config.conflict = value.as_side(); }},
    {"network", "connect_timeout",
     [](const Value& value, Config& config) { config.connect_timeout = value.as_duration(); }},
    {"network", "idle_timeout",
     [](const Value& value, Config& config) { config.idle_timeout = value.as_duration(); }},
    {"network", "tries",
     [](const Value& value, Config& config) {
       config.tries = static_cast<int>(value.as_number(1, most_tries));
     }},
    {"limits", "file_size",
     [](const Value& value, Config& config) { config.limits.file_bytes = value.as_size(); }},
    {"limits", "files",
     [](const Value& value, Config& config) { config.limits.files = value.as_number(1, most_files); }},
    {"limits", "total_size",
     [](const Value& value, Config& config) { config.limits.total_bytes = value.as_size(); }},
    {"backup", "keep",
     [](const Value& value, Config& config) { config.backup.keep = value.as_number(0, most_files); }},
    {"backup", "days",
     [](const Value& value, Config& config) { config.backup.days = value.as_number(0, most_days); }},
    {"backup", "size", [](const Value& value, Config& config) { config.backup.bytes = value.as_size(); }},
    {"contribute", "fork", read_fork},
    {"contribute", "branch", read_branch_pattern},
    {"contribute", "signoff",
     [](const Value& value, Config& config) { config.contribute.signoff = value.as_bool(); }},
    {"contribute", "secret_rules",
     [](const Value& value, Config& config) {
       if (!RelPath::try_parse(value.text())) throw value.wrong("the path of a file in the project");
       config.contribute.secret_rules = value.text();
     }},
    {"contribute", "max_files",
     [](const Value& value, Config& config) { config.contribute.files = value.as_number(1, most_files); }},
    {"contribute", "max_file_size",
     [](const Value& value, Config& config) { config.contribute.file_bytes = value.as_size(); }},
}};

std::string variable_name(std::string_view section, std::string_view key) {
  std::string name = fmt::format("DDX_{}_{}", section, key);
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return name;
}

struct Repository {
  std::optional<UpstreamUrl> url;
  std::optional<Follow> follow;
  std::string subtree;
  std::string path = ".ddx";
};

Error not_supported(const YamlDocument& document, const YamlNode& node, std::string_view name) {
  return document.error(node.offset, fmt::format("'{}' is not supported by this version of ddx", name),
                        {{Recovery::upgrade_ddx}});
}

bool is_empty(const YamlNode& node) {
  return node.kind == YamlNode::Kind::null || (node.kind == YamlNode::Kind::scalar && node.text.empty()) ||
         (node.kind == YamlNode::Kind::sequence && node.items.empty());
}

/// The reading of a value that may also be left empty, which means its default.
template <class Use>
Reading optional_value(const YamlDocument& document, std::string name, Use use) {
  return [&document, name = std::move(name), use](const YamlNode& node) {
    if (!is_empty(node)) use(read_value(document, node, name));
  };
}

Repository read_repository(const YamlDocument& document, const YamlNode& node) {
  Repository repository;
  const auto follow = [&](const Value& value, Follow what) {
    if (repository.follow) throw value.refused("only one of branch, tag and commit can be followed");
    repository.follow = std::move(what);
  };
  const auto key = [&](const char* name, auto use) {
    return Readings::value_type(name, optional_value(document, fmt::format("repository.{}", name), use));
  };
  read_section(document, node, "repository",
               {key("url", [&](const Value& value) { repository.url = value.as_url(); }),
                key("branch", [&](const Value& value) { follow(value, value.as_branch()); }),
                key("tag", [&](const Value& value) { follow(value, value.as_tag()); }),
                key("commit", [&](const Value& value) { follow(value, value.as_commit()); }),
                key("subtree", [&](const Value& value) { repository.subtree = value.as_subtree(); }),
                key("path", [&](const Value& value) { repository.path = value.as_local_tree(); }),
                {"version", [&](const YamlNode& version) {
                   if (!is_empty(version)) throw not_supported(document, version, "repository.version");
                 }}});
  return repository;
}

SideRule read_rule(const YamlDocument& document, const YamlNode& node) {
  SideRule rule;
  bool has_side = false;
  read_section(
      document, node, "sync.conflicts",
      {{"path", [&](const YamlNode& path) { rule.glob = read_value(document, path, "path").text(); }},
       {"use", [&](const YamlNode& use) {
          rule.side = read_value(document, use, "use").as_side();
          has_side = true;
        }}});
  if (rule.glob.empty() || !has_side)
    throw document.error(node.offset, "an entry of 'sync.conflicts' needs a 'path' and a 'use'");
  return rule;
}

std::vector<SideRule> read_rules(const YamlDocument& document, const YamlNode& node) {
  if (node.kind != YamlNode::Kind::null && node.kind != YamlNode::Kind::sequence)
    throw document.error(node.offset, "'sync.conflicts' must be a list of entries with 'path' and 'use'");
  std::vector<SideRule> rules;
  for (const YamlNode* item : node.items) rules.push_back(read_rule(document, *item));
  return rules;
}

/// A section made of `settings`, and of keys that need more than one value.
Reading section(const YamlDocument& document, std::string name, Config& config, Readings more = {}) {
  for (const Setting& setting : settings)
    if (setting.section == name)
      more.emplace(setting.key, optional_value(document, fmt::format("{}.{}", name, setting.key),
                                               [&](const Value& value) { setting.apply(value, config); }));
  return [&document, name = std::move(name), readings = std::move(more)](const YamlNode& node) {
    read_section(document, node, name, readings);
  };
}

Reading sync_section(const YamlDocument& document, Config& config) {
  return section(document, "sync", config,
                 {{"conflicts", [&](const YamlNode& node) { config.conflicts = read_rules(document, node); }},
                  {"verify", [&](const YamlNode& node) {
                     if (!is_empty(node)) throw not_supported(document, node, "sync.verify");
                   }}});
}

/// Sections of documented settings that this version does not use: checked, so that a mistake is told when it
/// is made.
Readings unused_sections(const YamlDocument& document) {
  const auto checked = [&](const char* section,
                           std::vector<std::pair<const char*, void (*)(const Value&)>> keys) {
    Readings readings;
    for (const auto& [key, check] : keys)
      readings.emplace(key, optional_value(document, fmt::format("{}.{}", section, key), check));
    return Readings::value_type(section, [&document, section, readings](const YamlNode& node) {
      read_section(document, node, section, readings);
    });
  };
  const auto truth = [](const Value& value) { static_cast<void>(value.as_bool()); };
  const auto duration = [](const Value& value) { static_cast<void>(value.as_duration()); };
  return {checked("update_check", {{"enabled", truth}, {"frequency", duration}})};
}

void check_version(const Value& value) {
  if (value.text() != "1" && value.text() != "1.0") throw value.wrong("1");
}

void read_user_file(const YamlDocument& user, Config& config) {
  Readings readings{{"sync", sync_section(user, config)},
                    {"network", section(user, "network", config)},
                    {"limits", section(user, "limits", config)},
                    {"backup", section(user, "backup", config)},
                    {"contribute", section(user, "contribute", config)}};
  for (const char* name : {"repository", "include", "exclude", "protect", "generated", "pins"})
    readings.emplace(name, [&user, name](const YamlNode& node) {
      throw user.error(node.offset, fmt::format("'{}' belongs into the '.ddx.yml' of a project", name));
    });
  read_section(user, user.root(), "", readings, UnknownKeys::leave);
}

void read_project_file(const YamlDocument& project, Config& config) {
  const auto patterns = [&](const char* name, std::vector<std::string>& into) {
    return Readings::value_type(
        name, [&project, name, &into](const YamlNode& node) { into = read_patterns(project, node, name); });
  };
  Readings readings{{"version", optional_value(project, "version", check_version)},
                    {"repository", [](const YamlNode&) {}},
                    patterns("include", config.include),
                    patterns("exclude", config.exclude),
                    patterns("protect", config.protect),
                    patterns("generated", config.generated),
                    {"pins",
                     [&](const YamlNode& node) {
                       if (!is_empty(node)) throw not_supported(project, node, "pins");
                     }},
                    {"sync", sync_section(project, config)},
                    {"network", section(project, "network", config)},
                    {"limits", section(project, "limits", config)},
                    {"backup", section(project, "backup", config)},
                    {"contribute", section(project, "contribute", config)}};
  readings.merge(unused_sections(project));
  read_section(project, project.root(), "", readings, UnknownKeys::leave);
}

/// Where the key of this value begins; an empty value stands nowhere itself.
std::size_t key_offset(const YamlNode& map, const YamlNode& value) {
  for (const auto& [key, candidate] : map.entries)
    if (candidate == &value) return key->offset;
  return value.offset;
}

/// Variables that say what is followed take the place of what the file says, together.
void apply_repository_variables(const Environment& variables, Repository& repository) {
  std::optional<Follow> follow;
  const auto with = [&](const char* key, auto use) {
    const std::string name = variable_name("repository", key);
    if (const auto text = variables(name.c_str()); text && !text->empty()) use(Value(name, "", *text));
  };
  const auto set = [&](const Value& value, Follow what) {
    if (follow) throw value.refused("only one of branch, tag and commit can be followed");
    follow = std::move(what);
  };
  with("url", [&](const Value& value) { repository.url = value.as_url(); });
  with("branch", [&](const Value& value) { set(value, value.as_branch()); });
  with("tag", [&](const Value& value) { set(value, value.as_tag()); });
  with("commit", [&](const Value& value) { set(value, value.as_commit()); });
  if (follow) repository.follow = std::move(follow);
}

void apply_variables(const Environment& variables, Config& config) {
  for (const Setting& setting : settings) {
    const std::string name = variable_name(setting.section, setting.key);
    if (const auto text = variables(name.c_str()); text && !text->empty())
      setting.apply(Value(name, "", *text), config);
  }
}

}  // namespace

bool is_ddx_config(const YamlDocument& document) { return document.root().find("repository") != nullptr; }

std::string local_tree_of(const YamlDocument& document) {
  const YamlNode* node = document.root().find("repository");
  if (node == nullptr) return Repository{}.path;
  return read_repository(document, *node).path;
}

Config assemble_config(const YamlDocument& project, const YamlDocument* user, const Environment& variables) {
  const YamlNode* node = project.root().find("repository");
  if (node == nullptr) throw project.error(0, "the section 'repository' is missing");
  Repository repository = read_repository(project, *node);
  apply_repository_variables(variables, repository);
  if (!repository.url) throw project.error(key_offset(project.root(), *node), "'repository.url' is missing");
  Config config{.url = std::move(*repository.url),
                .follow = repository.follow.value_or(DefaultBranch{}),
                .subtree = std::move(repository.subtree),
                .path = std::move(repository.path)};
  if (user != nullptr) read_user_file(*user, config);
  read_project_file(project, config);
  apply_variables(variables, config);
  return config;
}

}  // namespace ddx
