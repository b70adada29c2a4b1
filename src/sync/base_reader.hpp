#pragma once

#include <string>
#include <vector>

#include "ddx/pull.hpp"
#include "sync/project.hpp"

namespace ddx {

/// Reads base content: from the project's objects, from what was fetched, else from upstream's whole history.
class BaseReader {
 public:
  /// \param warnings  receives a word for every base that nobody has any more; null: that is an error
  BaseReader(Project& project, git::UpstreamRepository& upstream, Follow follow, const git::Objects& objects,
             Network network, std::vector<std::string>* warnings)
      : project_(project),
        upstream_(upstream),
        follow_(std::move(follow)),
        objects_(objects),
        network_(network),
        warnings_(warnings) {}

  /// A base that is nowhere counts as empty: the two versions are then compared without it.
  /// \throws Error (never_fetched) instead, when there is nowhere to say so
  std::string operator()(const Version& base);

 private:
  void deepen();

  Project& project_;
  git::UpstreamRepository& upstream_;
  Follow follow_;
  const git::Objects& objects_;
  Network network_;
  std::vector<std::string>* warnings_;
  bool deepened_ = false;
};

}  // namespace ddx
