#include "hosting/links.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "base/text.hpp"
#include "hosting/encode.hpp"

namespace ddx::hosting {

namespace {

using auth::Platform;

/// GitHub refuses longer addresses; the others were never seen to take them.
constexpr std::size_t longest_link = 8191;

/// `BRANCH`, `USER:BRANCH`, or `USER:NAME:BRANCH` where a fork has another name.
std::string compared(const Repository& upstream, const RequestDraft& draft) {
  const Repository& head = draft.head_repository;
  const std::string branch = encoded_path(draft.head);
  if (head == upstream) return branch;
  if (fold_case(head.name) == fold_case(upstream.name) || upstream.platform == Platform::gitea)
    return fmt::format("{}:{}", encoded(head.owner), branch);
  return fmt::format("{}:{}:{}", encoded(head.owner), encoded(head.name), branch);
}

struct Link {
  std::string page;
  std::vector<std::pair<std::string, std::string>> query = {};
  const char* title_key = nullptr;  ///< null: the page takes none
  const char* body_key = nullptr;
};

Link compare_page(const Repository& upstream, const RequestDraft& draft) {
  return {fmt::format("{}/compare/{}...{}", web_url(upstream), encoded_path(draft.base),
                      compared(upstream, draft))};
}

Link page_of(const Repository& upstream, const RequestDraft& draft) {
  const Repository& head = draft.head_repository;
  Link link;
  switch (upstream.platform) {
    case Platform::github:
      link = compare_page(upstream, draft);
      link.query = {{"expand", "1"}};
      link.title_key = "title";
      link.body_key = "body";
      break;
    case Platform::gitea:
      return compare_page(upstream, draft);
    case Platform::gitlab:  // a fork's page takes its own origin as the target
      link.page = web_url(head) + "/-/merge_requests/new";
      link.query = {{"merge_request[source_branch]", draft.head},
                    {"merge_request[target_branch]", draft.base}};
      link.title_key = "merge_request[title]";
      link.body_key = "merge_request[description]";
      break;
    case Platform::bitbucket_cloud:
      link.page = web_url(upstream) + "/pull-requests/new";
      link.query = {{"source", head == upstream ? draft.head : head.full_name() + "::" + draft.head},
                    {"dest", draft.base},
                    {"t", "1"}};
      break;
    case Platform::bitbucket_server:
      link.page = web_url(head) + "/pull-requests?create";
      link.query = {{"sourceBranch", "refs/heads/" + draft.head},
                    {"targetBranch", "refs/heads/" + draft.base}};
      break;
    case Platform::unknown:
      break;
  }
  return link;
}

std::string joined(const Link& link) {
  std::string text = link.page;
  char sign = link.page.find('?') == std::string::npos ? '?' : '&';
  for (const auto& [key, value] : link.query) {
    text += fmt::format("{}{}={}", sign, encoded(key), encoded(value));
    sign = '&';
  }
  return text;
}

}  // namespace

std::string new_request_link(const Repository& upstream, const RequestDraft& draft) {
  Link link = page_of(upstream, draft);
  std::string best = joined(link);
  if (link.title_key == nullptr || draft.title.empty()) return best;
  link.query.emplace_back(link.title_key, draft.title);
  std::string longer = joined(link);
  if (longer.size() > longest_link) return best;
  best = std::move(longer);
  if (draft.body.empty()) return best;
  link.query.emplace_back(link.body_key, draft.body);
  longer = joined(link);
  return longer.size() > longest_link ? best : longer;
}

}  // namespace ddx::hosting
