#include "hosting/validating_proxy.hpp"

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <stdexcept>

#include "support/sockets.hpp"

namespace ddx::test {

namespace {

using Json = nlohmann::json;

void collect_references(const Json& json, std::set<std::string>& found) {
  if (json.is_object() && json.contains("$ref") && json["$ref"].is_string())
    found.insert(json["$ref"].get<std::string>());
  if (json.is_structured())
    for (const Json& part : json) collect_references(part, found);
}

/// A fake says a part of what a server does: nothing is required of it, and everything it says is to be
/// known.
void ask_for_known_parts(Json& schema, bool is_part_of_another = false) {
  if (schema.is_object()) {
    if (schema.contains("properties") && !schema.contains("additionalProperties") && !is_part_of_another)
      schema["additionalProperties"] = false;
    if (schema.contains("required") && schema["required"].is_array()) schema.erase("required");
    if (schema.contains("oneOf")) {  // without what is required several may fit
      schema["anyOf"] = schema["oneOf"];
      schema.erase("oneOf");
    }
    for (auto& [key, part] : schema.items())
      if (key == "allOf")
        for (Json& one : part) ask_for_known_parts(one, true);
      else
        ask_for_known_parts(part);
  } else if (schema.is_array()) {
    for (Json& part : schema) ask_for_known_parts(part);
  }
}

void ask_for_known_parts_in_answers(Json& description) {
  if (description["components"].contains("schemas"))
    ask_for_known_parts(description["components"]["schemas"]);
  for (auto& [path, methods] : description["paths"].items())
    for (auto& [method, operation] : methods.items())
      if (operation.is_object() && operation.contains("responses"))
        ask_for_known_parts(operation["responses"]);
}

}  // namespace

Json part_of(const Json& description, const std::set<std::string>& paths) {
  Json part{{"openapi", description.at("openapi")},
            {"info", description.at("info")},
            {"servers", description.at("servers")},
            {"components", Json::object()}};
  for (const std::string& path : paths) part["paths"][path] = description.at("paths").at(path);
  std::set<std::string> wanted, done;
  collect_references(part["paths"], wanted);
  while (!wanted.empty()) {
    const std::string reference = *wanted.begin();
    wanted.erase(wanted.begin());
    if (!done.insert(reference).second) continue;
    const Json::json_pointer where(reference.substr(1));
    part[where] = description.at(where);
    collect_references(part[where], wanted);
  }
  ask_for_known_parts_in_answers(part);
  return part;
}

ValidatingProxy::ValidatingProxy(const NpmPackages& packages, const Json& description,
                                 const std::string& server)
    : port_(unused_port()) {
  const std::filesystem::path& folder = folder_.path();
  write_file(folder / "description.json", description.dump());
  const std::string command = fmt::format(
      "exec '{}' proxy '{}' '{}' --errors --port {} > '{}' 2>&1", packages.program("prism").string(),
      (folder / "description.json").string(), server, port_, (folder / "log").string());
  process_ =
      std::make_unique<Process>(Process::Command{"/bin/sh", {"-c", command}, NpmPackages::environment()});
  const std::atomic<bool> interrupted{false};
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(2);
  while (!connect_to(port_))
    if (process_->wait_for(std::chrono::milliseconds(20), interrupted) ||
        std::chrono::steady_clock::now() >= deadline)
      throw std::runtime_error("prism did not start: " + log());
}

std::string ValidatingProxy::url() const { return fmt::format("http://127.0.0.1:{}", port_); }
std::string ValidatingProxy::log() const { return read_file(folder_.path() / "log"); }

}  // namespace ddx::test
