#include "config/config_writer.hpp"

#include <fmt/format.h>

#include <variant>

#include "config/settings.hpp"
#include "config/value.hpp"
#include "config/yaml_document.hpp"
#include "config/yaml_edit.hpp"

namespace ddx {

namespace {

/// The key that says what is followed, and its value; both empty for the default branch.
struct FollowKey {
  std::string key, name;
};

FollowKey follow_key(const Follow& follow) {
  struct Cases {
    FollowKey operator()(const DefaultBranch&) const { return {}; }
    FollowKey operator()(const BranchName& name) const { return {"branch", name.str()}; }
    FollowKey operator()(const TagName& name) const { return {"tag", name.str()}; }
    FollowKey operator()(const CommitName& name) const { return {"commit", name.str()}; }
  };
  return std::visit(Cases{}, follow);
}

std::optional<std::string> no_variables(const char*) { return std::nullopt; }

Config read(const std::string& text) {
  const YamlDocument document(text, ".ddx.yml");
  return assemble_config(document, nullptr, no_variables);
}

/// What was written must read back as what was asked for.
std::string checked(std::string text, const InitRequest& request, const std::string& url,
                    const Follow& follow) {
  const Config config = read(text);
  const bool same = config.url.str() == url && config.follow == follow && config.subtree == request.subtree &&
                    config.path == request.path &&
                    (request.include.empty() || config.include == request.include) &&
                    (request.exclude.empty() || config.exclude == request.exclude) &&
                    (!request.conflict || config.conflict == *request.conflict);
  if (!same)
    throw Error(ErrorCode::config_invalid, "'.ddx.yml' is laid out in a way that cannot be changed safely",
                {{Recovery::fix_config, ".ddx.yml"}});
  return text;
}

void change_follow(YamlEdit& edit, const Follow& follow) {
  const FollowKey wanted = follow_key(follow);
  for (const char* key : {"branch", "tag", "commit"})
    if (key != wanted.key) edit.remove("repository", key);
  if (!wanted.key.empty()) edit.set("repository", wanted.key, wanted.name);
}

}  // namespace

std::string new_config_text(const InitRequest& request, const std::string& url, const Follow& follow) {
  const FollowKey followed = follow_key(follow);
  std::string text =
      "# What 'ddx' keeps in step with an upstream repository. Commit this file and '.ddx.lock'.\n"
      "# All keys: docs/formats.md of ddx. Keys that ddx does not know are left alone.\n"
      "version: 1\n"
      "\n"
      "repository:\n";
  text += fmt::format("  url: {}\n", yaml_scalar(url));
  if (followed.key.empty()) {
    text +=
        "  # branch: main        # or tag: or commit:; without one, the upstream's default branch is "
        "followed\n";
  } else {
    text += fmt::format("  {}: {}\n", followed.key, yaml_scalar(followed.name));
  }
  text += request.subtree.empty() ? "  # subtree: prompts    # only this folder of the upstream\n"
                                  : fmt::format("  subtree: {}\n", yaml_scalar(request.subtree));
  text += fmt::format("  path: {}\n\n", yaml_scalar(request.path));
  text += "# Which files to take, as in .gitignore; without patterns, all of them.\n";
  text += request.include.empty() ? "# include: [\"prompts/\"]\n"
                                  : fmt::format("include: {}\n", yaml_list(request.include));
  text += request.exclude.empty() ? "# exclude: [\"*.tmp\"]\n"
                                  : fmt::format("exclude: {}\n", yaml_list(request.exclude));
  text +=
      "\n"
      "sync:\n"
      "  # What happens where your change and upstream's meet: ask, markers, mine, theirs or union.\n";
  text += fmt::format("  conflict: {}\n", config_word(request.conflict.value_or(Side::ask)));
  return checked(std::move(text), request, url, follow);
}

std::string reconfigured_text(const std::string& text, const InitRequest& request, const std::string& url,
                              const Follow& follow) {
  const Config before = read(text);
  YamlEdit edit(text);
  if (before.url.str() != url) edit.set("repository", "url", url);
  if (before.follow != follow) change_follow(edit, follow);
  if (before.subtree != request.subtree) edit.set("repository", "subtree", request.subtree);
  if (before.path != request.path) edit.set("repository", "path", request.path);
  if (!request.include.empty() && before.include != request.include)
    edit.set_list("include", request.include);
  if (!request.exclude.empty() && before.exclude != request.exclude)
    edit.set_list("exclude", request.exclude);
  if (request.conflict && before.conflict != *request.conflict)
    edit.set("sync", "conflict", std::string(config_word(*request.conflict)));
  return checked(edit.text(), request, url, follow);
}

}  // namespace ddx
