#include "sync/sending.hpp"

#include <fmt/format.h>

#include <algorithm>

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
  const bool is_doubtful = earlier_ && earlier_->state == State::sending;
  if (earlier_) record_.before = is_doubtful ? earlier_->before : earlier_->commit;
  if (is_doubtful) {
    record_.tried = earlier_->tried;
    record_.tried.push_back(earlier_->commit);
  }
  git::PushAnswer answer = offer(text, earlier_ ? std::optional(earlier_->commit) : std::nullopt);
  if (answer.result == Result::moved && is_doubtful && may_hold(answer.found))
    answer = offer(text, answer.found);
  const std::string first_name = record_.branch;
  for (int i = 2; rename == Rename::yes && answer.result == Result::moved && i <= most_branch_names; ++i) {
    record_.branch = text.branch = numbered_branch(first_name, i);
    answer = offer(text, std::nullopt);
  }
  if (answer.result == Result::moved) throw_moved(answer);
  if (answer.result == Result::refused) throw_refused(answer);
  record_.state = State::sent;
  record_.before = answer.found;
  record_.tried.clear();
  parts_.records.put(record_);
  return answer;
}

/// Whether one of our own pushes may have left that.
bool Sending::may_hold(const std::optional<Oid>& found) const {
  return found == record_.before ||
         (found && std::ranges::find(record_.tried, *found) != record_.tried.end());
}

git::PushAnswer Sending::offer(const ProposedText& text, const std::optional<Oid>& expected) {
  record_.state = State::sending;
  parts_.records.put(record_);
  try {
    return parts_.repository.push(
        {kept_, heads + record_.branch, record_.commit, expected, parts_.proposal.options_for(text)},
        parts_.proposal.push_options(), parts_.host);
  } catch (const Error& error) {
    if (exit_code(error.code()) == exit_code(ErrorCode::auth_failed)) forget_try();
    throw;
  }
}

void Sending::note(const RequestState& request) {
  record_.before = record_.commit;
  record_.request = {request.number, request.url};
  parts_.records.put(record_);
}

void Sending::throw_moved(const git::PushAnswer& answer) {
  forget_try();
  std::vector<NextStep> steps{{Recovery::choose_branch, record_.branch}};
  if (earlier_) steps.push_back({Recovery::forget_contribution, record_.branch});
  if (!answer.found)
    throw Error(ErrorCode::branch_moved,
                fmt::format("somebody deleted the branch '{}', which had this contribution", record_.branch),
                {steps.back()});
  throw Error(ErrorCode::branch_moved,
              fmt::format("the branch '{}' holds {} now, which is not what was left there", record_.branch,
                          answer.found->short_str()),
              std::move(steps));
}

void Sending::throw_refused(const git::PushAnswer& answer) {
  forget_try();
  if (!answer.said.empty()) parts_.host.events.note(answer.said);
  throw Error(
      ErrorCode::push_refused,
      fmt::format("'{}' does not take the branch '{}': {}", record_.url, record_.branch, answer.reason),
      {{Recovery::tell_upstream}});
}

/// The server did not take it, or let nobody in.
void Sending::forget_try() {
  if (earlier_) {
    parts_.records.put(*earlier_);
  } else {
    parts_.records.remove(record_.change_id);
  }
}

}  // namespace ddx
