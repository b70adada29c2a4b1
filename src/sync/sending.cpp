#include "sync/sending.hpp"

#include <fmt/format.h>

#include "ddx/error.hpp"

namespace ddx {

namespace {

using State = ContributionRecord::State;
using Result = git::PushAnswer::Result;

constexpr const char* heads = "refs/heads/";

}  // namespace

std::string numbered_branch(const std::string& name, int number) {
  return number == 1 ? name : fmt::format("{}-{}", name, number);
}

git::PushAnswer Sending::send(ProposedText text, Rename rename) {
  kept_ = fmt::format("refs/ddx/{}/contributions/{}", parts_.project.workspace.project, record_.change_id);
  parts_.repository.keep_as(kept_, record_.commit, parts_.host);
  const std::optional<Oid> before = earlier_ ? std::optional(earlier_->commit) : std::nullopt;
  git::PushAnswer answer = offer(text, before);
  const bool may_be_unsent = earlier_ && earlier_->state == State::sending;
  if (answer.result == Result::moved && may_be_unsent && answer.found == earlier_->before)
    answer = offer(text, earlier_->before);
  const std::string first_name = record_.branch;
  for (int i = 2; rename == Rename::yes && answer.result == Result::moved && i <= most_branch_names; ++i) {
    record_.branch = text.branch = numbered_branch(first_name, i);
    answer = offer(text, std::nullopt);
  }
  if (answer.result == Result::moved) throw_moved(answer);
  if (answer.result == Result::refused) throw_refused(answer);
  record_.state = State::sent;
  record_.before = answer.found;
  parts_.records.put(record_);
  return answer;
}

git::PushAnswer Sending::offer(const ProposedText& text, const std::optional<Oid>& expected) {
  record_.state = State::sending;
  record_.before = expected;
  parts_.records.put(record_);
  return parts_.repository.push(
      {kept_, heads + record_.branch, record_.commit, expected, parts_.proposal.options_for(text)},
      parts_.proposal.push_options(), parts_.host);
}

void Sending::note(const RequestState& request) {
  record_.before = record_.commit;
  record_.request = {request.number, request.url};
  parts_.records.put(record_);
}

void Sending::throw_moved(const git::PushAnswer& answer) {
  forget_try();
  const std::string what = answer.found ? fmt::format("holds {} now", answer.found->short_str())
                                        : std::string("is not there any more");
  throw Error(ErrorCode::branch_moved,
              fmt::format("the branch '{}' {}, which is not what was left there", record_.branch, what),
              {{Recovery::choose_branch, record_.branch}});
}

void Sending::throw_refused(const git::PushAnswer& answer) {
  forget_try();
  if (!answer.said.empty()) parts_.host.events.note(answer.said);
  throw Error(
      ErrorCode::push_refused,
      fmt::format("'{}' does not take the branch '{}': {}", record_.url, record_.branch, answer.reason),
      {{Recovery::tell_upstream}});
}

/// The server has said that it did not take it.
void Sending::forget_try() {
  if (earlier_) {
    parts_.records.put(*earlier_);
  } else {
    parts_.records.remove(record_.change_id);
  }
}

}  // namespace ddx
