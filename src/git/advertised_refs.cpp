#include "git/advertised_refs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>

#include "base/text.hpp"
#include "ddx/error.hpp"

namespace ddx::git {

namespace {

constexpr std::string_view branch_prefix = "refs/heads/";
constexpr std::string_view tag_prefix = "refs/tags/";
constexpr std::string_view peeled_suffix = "^{}";
/// How many existing names an error lists.
constexpr std::size_t names_shown = 5;

const AdvertisedRef* find(const std::vector<AdvertisedRef>& refs, std::string_view name) {
  const auto found = std::ranges::find(refs, name, &AdvertisedRef::name);
  return found == refs.end() ? nullptr : &*found;
}

std::vector<std::string> names_below(const std::vector<AdvertisedRef>& refs, std::string_view prefix) {
  std::vector<std::string> names;
  for (const AdvertisedRef& ref : refs)
    if (ref.name.starts_with(prefix) && !ref.name.ends_with(peeled_suffix))
      names.push_back(ref.name.substr(prefix.size()));
  return names;
}

/// A few names that exist, the one closest to `wanted` first.
std::string existing_names(const std::vector<AdvertisedRef>& refs, std::string_view prefix,
                           std::string_view wanted) {
  std::vector<std::string> names = names_below(refs, prefix);
  const std::string near = closest(wanted, names);
  std::ranges::stable_partition(names, [&](const std::string& name) { return name == near; });
  if (names.size() > names_shown) names.resize(names_shown);
  return fmt::format("{}", fmt::join(names, ", "));
}

Target default_branch(const std::vector<AdvertisedRef>& refs) {
  const AdvertisedRef* head = find(refs, "HEAD");
  if (head == nullptr)
    throw Error(ErrorCode::ref_not_found, "the upstream's default branch does not exist",
                {{Recovery::check_ref, existing_names(refs, branch_prefix, "main")}});
  std::string ref = head->symbolic_target;
  if (ref.empty()) {  // a server of before 2013: the branch can only be guessed, as git does
    for (const std::string& name : names_below(refs, branch_prefix)) {
      const std::string full = std::string(branch_prefix) + name;
      if (find(refs, full)->id != head->id) continue;
      if (ref.empty() || name == "main" || name == "master") ref = full;
    }
  }
  if (!ref.starts_with(branch_prefix)) return {head->id, "HEAD", ""};
  return {head->id, ref, ref.substr(branch_prefix.size())};
}

Target named(const std::vector<AdvertisedRef>& refs, std::string_view kind, std::string_view prefix,
             const std::string& name) {
  const std::string full = std::string(prefix) + name;
  const AdvertisedRef* ref = find(refs, full);
  if (ref == nullptr)
    throw Error(ErrorCode::ref_not_found, fmt::format("the upstream has no {} '{}'", kind, name),
                {{Recovery::check_ref, existing_names(refs, prefix, name)}});
  return {ref->id, full, prefix == branch_prefix ? name : ""};
}

Target commit(const std::vector<AdvertisedRef>& refs, const Oid& id) {
  for (const AdvertisedRef& ref : refs) {
    if (ref.id != id) continue;
    if (!ref.name.ends_with(peeled_suffix)) return {ref.id, "", ""};
    // A server gives out what it advertises; what a tag names is not on that list, the tag is.
    const std::string tag = ref.name.substr(0, ref.name.size() - peeled_suffix.size());
    if (const AdvertisedRef* annotated = find(refs, tag)) return {annotated->id, "", ""};
  }
  return {};
}

}  // namespace

Target choose_target(const std::vector<AdvertisedRef>& refs, const Follow& follow) {
  if (refs.empty())
    throw Error(ErrorCode::upstream_empty, "the upstream repository is empty", {{Recovery::tell_upstream}});
  if (const auto* branch = std::get_if<BranchName>(&follow))
    return named(refs, "branch", branch_prefix, branch->str());
  if (const auto* tag = std::get_if<TagName>(&follow)) return named(refs, "tag", tag_prefix, tag->str());
  if (const auto* name = std::get_if<CommitName>(&follow)) {
    const auto id = Oid::parse(name->str());
    if (!id) throw Error(ErrorCode::ref_not_found, fmt::format("'{}' is not a full commit id", name->str()));
    return commit(refs, *id);
  }
  return default_branch(refs);
}

std::vector<std::pair<std::string, Oid>> peeled_tags(const std::vector<AdvertisedRef>& refs) {
  std::map<std::string, Oid> tags;
  for (const AdvertisedRef& ref : refs) {
    if (!ref.name.starts_with(tag_prefix)) continue;
    std::string name = ref.name.substr(tag_prefix.size());
    if (name.ends_with(peeled_suffix)) {
      name.resize(name.size() - peeled_suffix.size());
      tags[name] = ref.id;
    } else {
      tags.try_emplace(name, ref.id);
    }
  }
  return {tags.begin(), tags.end()};
}

}  // namespace ddx::git
