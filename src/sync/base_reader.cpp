#include "sync/base_reader.hpp"

#include <fmt/format.h>

#include "ddx/error.hpp"

namespace ddx {

std::string BaseReader::operator()(const Version& base) {
  if (!objects_.contains(base.blob)) deepen();
  if (objects_.contains(base.blob)) return objects_.blob(base.blob);
  if (warnings_ == nullptr)
    throw Error(ErrorCode::never_fetched,
                fmt::format("the base {} of a file is in no store here", base.blob.short_str()),
                {{Recovery::go_online}});
  warnings_->push_back(
      fmt::format("the base {} of a file is in no store any more; its two versions were compared without it",
                  base.blob.short_str()));
  return {};
}

void BaseReader::deepen() {
  if (deepened_ || network_ == Network::offline) return;
  deepened_ = true;
  git::FetchOptions options = project_.fetch_options();
  options.follow = follow_;
  upstream_.deepen(project_.workspace.project, options, project_.host);
}

}  // namespace ddx
