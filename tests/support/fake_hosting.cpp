#include "support/fake_hosting.hpp"

#include <algorithm>
#include <utility>

namespace ddx::test {

namespace {

std::string token_in(const FakePlatform::Request& request) {
  for (const char* name : {"private-token", "job-token"})
    if (const auto found = request.headers.find(name); found != request.headers.end()) return found->second;
  const auto found = request.headers.find("authorization");
  if (found == request.headers.end()) return {};
  return found->second.substr(found->second.find(' ') + 1);
}

}  // namespace

HostedModel::Repository& HostedModel::add(const std::string& owner, const std::string& name,
                                          const std::vector<std::string>& writers) {
  const auto id = static_cast<std::int64_t>(repositories.size()) + 100;
  repositories.push_back({id, owner, name, {}, "main", writers});
  return repositories.back();
}

HostedModel::Repository* HostedModel::repository(const std::string& full_name) {
  const auto found = std::find_if(repositories.begin(), repositories.end(),
                                  [&](const Repository& one) { return one.full_name() == full_name; });
  return found == repositories.end() ? nullptr : &*found;
}

HostedModel::Repository* HostedModel::repository(std::int64_t id) {
  const auto found = std::find_if(repositories.begin(), repositories.end(),
                                  [&](const Repository& one) { return one.id == id; });
  return found == repositories.end() ? nullptr : &*found;
}

HostedModel::Request* HostedModel::request(const std::string& upstream, std::int64_t number) {
  const auto found = std::find_if(requests.begin(), requests.end(), [&](const Request& one) {
    return one.upstream == upstream && one.number == number;
  });
  return found == requests.end() ? nullptr : &*found;
}

HostedModel::Request* HostedModel::open_twin(const Request& request) {
  const auto found = std::find_if(requests.begin(), requests.end(), [&](const Request& one) {
    return one.state == "open" && one.head == request.head && one.base == request.base &&
           one.upstream == request.upstream && one.head_repository == request.head_repository;
  });
  return found == requests.end() ? nullptr : &*found;
}

HostedModel::Request& HostedModel::add(Request request) {
  request.number = static_cast<std::int64_t>(requests.size()) + 1;
  return requests.emplace_back(std::move(request));
}

HostedModel::Repository& HostedModel::fork(const Repository& parent, const std::string& owner,
                                           const std::string& name) {
  const std::string of = parent.full_name(), branch = parent.default_branch;
  Repository& made = add(owner, name, {owner});
  made.parent = of;
  made.default_branch = branch;
  made.unfinished_looks = looks_until_forked;
  return made;
}

FakeHosting::FakeHosting(std::string prefix)
    : prefix_(std::move(prefix)),
      server_([this](const FakePlatform::Request& request) { return respond(request); }) {}

void FakeHosting::with_model(const std::function<void(HostedModel&)>& change) {
  const std::lock_guard lock(guard_);
  change(model_);
}

std::vector<std::string> FakeHosting::log() {
  std::vector<std::string> lines;
  for (const auto& request : server_.requests()) lines.push_back(request.method + " " + request.path);
  return lines;
}

FakeHosting::Answer FakeHosting::json(int status, const Json& body, std::vector<std::string> headers) {
  headers.insert(headers.begin(), "Content-Type: application/json; charset=utf-8");
  return {status, body.dump(), std::move(headers)};
}

std::string FakeHosting::asked(const Call& call, const char* key) {
  const auto found = call.query.find(key);
  return found == call.query.end() ? std::string() : found->second;
}

FakeHosting::Page FakeHosting::page_of(const std::vector<Json>& all, const Call& call,
                                       const HostedModel& model) {
  const std::string number = asked(call, "page");
  Page page{Json::array(), number.empty() ? 1 : std::stoul(number)};
  const std::size_t first = std::min((page.number - 1) * model.page_size, all.size());
  const std::size_t end = std::min(first + model.page_size, all.size());
  for (std::size_t i = first; i < end; ++i) page.list.push_back(all[i]);
  page.is_last = end == all.size();
  return page;
}

std::string FakeHosting::decoded(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      out += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::vector<std::string> FakeHosting::words(const std::string& path) {
  std::vector<std::string> found;
  for (std::size_t start = 1; start <= path.size();) {
    const std::size_t end = std::min(path.find('/', start), path.size());
    found.push_back(decoded(path.substr(start, end - start)));
    start = end + 1;
  }
  return found;
}

FakeHosting::Answer FakeHosting::respond(const FakePlatform::Request& request) {
  const std::lock_guard lock(guard_);
  if (!model_.answers_first.empty()) {
    Answer first = std::move(model_.answers_first.front());
    model_.answers_first.pop_front();
    return first;
  }
  if (const auto fixed = model_.answers_to.find(request.method); fixed != model_.answers_to.end())
    return fixed->second;
  Call call{request.method, request.path, {}, Json::parse(request.body, nullptr, false), {}, false, request};
  if (const std::size_t mark = call.path.find('?'); mark != std::string::npos) {
    std::string rest = call.path.substr(mark + 1);
    call.path.resize(mark);
    while (!rest.empty()) {
      const std::string pair = rest.substr(0, rest.find('&'));
      rest.erase(0, pair.size() + 1);
      const std::size_t equals = std::min(pair.find('='), pair.size());
      call.query[decoded(pair.substr(0, equals))] =
          equals < pair.size() ? decoded(pair.substr(equals + 1)) : "";
    }
  }
  if (const std::size_t at = call.path.find(prefix_); !prefix_.empty() && at != std::string::npos)
    call.path.erase(0, at + prefix_.size());
  const std::string token = token_in(request);
  call.has_token = !token.empty();
  if (const auto known = model_.tokens.find(token); known != model_.tokens.end()) call.user = known->second;
  return answer(call, model_);
}

}  // namespace ddx::test
