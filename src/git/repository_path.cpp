#include "git/repository_path.hpp"

namespace ddx::git {

std::string repository_path(const UpstreamUrl& url) {
  const std::string& text = url.str();
  const std::size_t authority = text.find("://") + 3;
  const std::size_t slash = text.find('/', authority);
  const std::size_t first = slash == text.npos ? slash : text.find_first_not_of('/', slash);
  if (first == text.npos) return "";
  return text.substr(first, text.find_last_not_of('/') + 1 - first);
}

}  // namespace ddx::git
