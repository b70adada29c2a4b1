#include "git/attributes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "git/handle.hpp"

namespace ddx::git {

namespace {

constexpr int longest_marker = 200;

/// A command that succeeds and leaves the file alone, so that it need not be run to know what it does.
bool does_nothing(std::string_view command) {
  constexpr std::array known{"true", "/bin/true", "/usr/bin/true", ":", "exit 0"};
  return std::find(known.begin(), known.end(), command) != known.end();
}

bool has_driver(const ProjectRepository& repository, const std::string& filter) {
  return repository.setting("filter." + filter + ".clean") ||
         repository.setting("filter." + filter + ".process");
}

void choose_driver(const ProjectRepository& repository, const std::string& name, Attributes& attributes) {
  if (name == "binary") attributes.merge = Attributes::Merge::binary;
  if (name == "union") attributes.merge = Attributes::Merge::union_of_both;
  if (name == "binary" || name == "union" || name == "text") return;
  const auto command = repository.setting("merge." + name + ".driver");
  if (!command) return;
  attributes.driver = name;
  if (does_nothing(*command)) attributes.merge = Attributes::Merge::keep_ours;
}

int marker_size(const char* value) {
  const std::string_view text(value);
  int size = 0;
  std::from_chars(text.data(), text.data() + text.size(), size);
  return size > 0 ? std::min(size, longest_marker) : Attributes().marker_size;
}

}  // namespace

Attributes attributes_of(const ProjectRepository& repository, const std::string& path) {
  std::array names{"merge", "conflict-marker-size", "filter", "linguist-generated"};
  std::array<const char*, names.size()> values{};
  git_attr_options options = GIT_ATTR_OPTIONS_INIT;
  check(git_attr_get_many_ext(values.data(), repository.raw(), &options, path.c_str(), names.size(),
                              names.data()),
        fmt::format("read the attributes of '{}'", path));
  const auto& [merge, size, filter, generated] = values;
  Attributes attributes;
  switch (git_attr_value(merge)) {
    case GIT_ATTR_VALUE_TRUE:
      break;
    case GIT_ATTR_VALUE_FALSE:
      attributes.merge = Attributes::Merge::binary;
      break;
    case GIT_ATTR_VALUE_STRING:
      choose_driver(repository, merge, attributes);
      break;
    case GIT_ATTR_VALUE_UNSPECIFIED:
      if (const auto usual = repository.setting("merge.default"))
        choose_driver(repository, *usual, attributes);
      break;
  }
  if (git_attr_value(size) == GIT_ATTR_VALUE_STRING) attributes.marker_size = marker_size(size);
  attributes.lfs = git_attr_value(filter) == GIT_ATTR_VALUE_STRING && std::string_view(filter) == "lfs" &&
                   has_driver(repository, "lfs");
  attributes.generated =
      git_attr_value(generated) == GIT_ATTR_VALUE_TRUE ||
      (git_attr_value(generated) == GIT_ATTR_VALUE_STRING && std::string_view(generated) == "true");
  return attributes;
}

}  // namespace ddx::git
