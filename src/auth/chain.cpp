#include "auth/chain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/redaction.hpp"
#include "platform/system.hpp"

namespace ddx::auth {

namespace {

bool is_same(const Credential& a, const Credential& b) {
  return a.scheme == b.scheme && a.username == b.username && a.secret == b.secret;
}

}  // namespace

Chain::Chain(std::vector<std::unique_ptr<Source>> sources, Host& host)
    : sources_(std::move(sources)), host_(host) {}

bool Chain::may_be_sent(const Origin& origin) {
  if (origin.scheme == "https" || host_.allow_insecure_http) return true;
  return UpstreamUrl::parse(origin.str() + "/").is_loopback();
}

void Chain::note_trial(const std::string& line) {
  if (std::find(tried_.begin(), tried_.end(), line) == tried_.end()) tried_.push_back(line);
}

bool Chain::is_exhausted(const Progress& progress) {
  if (static_cast<int>(progress.refused.size()) < most_refused) return false;
  note_trial(fmt::format("no more after {} refused ones, so that no account gets locked", most_refused));
  return true;
}

std::optional<Credential> Chain::ask(Source& source, const Request& request, Progress& progress) {
  for (;;) {
    Source::Answer answer = source.find(request);
    if (!answer.credential) {
      if (!answer.why_not.empty()) note_trial(fmt::format("{}: {}", source.name(), answer.why_not));
      return std::nullopt;
    }
    Credential& credential = *answer.credential;
    keep_memory_private();
    remember_secret(credential.username, credential.secret);
    if (credential.source.empty()) credential.source = source.name();
    const auto same = [&](const Credential& refused) { return is_same(refused, credential); };
    if (std::none_of(progress.refused.begin(), progress.refused.end(), same))
      return std::move(answer.credential);
    note_trial(fmt::format("{}: the same that was refused already", source.name()));
    if (!source.may_find_more()) return std::nullopt;
    progress.refused.push_back(std::move(credential));
    if (is_exhausted(progress)) return std::nullopt;
    source.rejected(request, progress.refused.back());
  }
}

std::optional<Credential> Chain::next(const Request& request) {
  if (!may_be_sent(request.origin)) {
    note_trial(
        fmt::format("no credentials are sent to '{}' without encryption", request.origin.host_and_port()));
    return std::nullopt;
  }
  Progress& progress = progress_[request.origin];
  if (progress.given) return progress.given;
  while (progress.next_source < sources_.size()) {
    if (is_exhausted(progress)) return std::nullopt;
    const std::size_t index = progress.next_source++;
    if (auto credential = ask(*sources_[index], request, progress)) {
      progress.given_by = index;
      progress.taken = false;
      return progress.given = std::move(credential);
    }
  }
  return std::nullopt;
}

void Chain::accepted(const Request& request, const Credential& credential) {
  Progress& progress = progress_[request.origin];
  if (!progress.given || std::exchange(progress.taken, true)) return;
  sources_[progress.given_by]->accepted(request, credential);
}

void Chain::rejected(const Request& request, const Credential& credential) {
  Progress& progress = progress_[request.origin];
  if (!progress.given) return;
  sources_[progress.given_by]->rejected(request, credential);
  progress.refused.push_back(credential);
  progress.given.reset();
  const bool expired = std::exchange(progress.taken, false) && !std::exchange(progress.renewed, true);
  if (expired || sources_[progress.given_by]->may_find_more()) progress.next_source = progress.given_by;
  note_trial(fmt::format("{}: refused by '{}'", credential.source, request.origin.host_and_port()));
}

}  // namespace ddx::auth
