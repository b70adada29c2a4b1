#include "hosting/type_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <regex>

#include "support/temp_dir.hpp"

namespace ddx::test {

namespace {

using Json = nlohmann::json;

constexpr const char* preamble = R"ts(
type Part<T> = T extends readonly (infer U)[] ? readonly Part<U>[]
  : T extends object ? { readonly [K in keyof T as string extends K ? never : K]?: Part<T[K]> } : T;
)ts";

const TypedExchange* kind_of(const FakePlatform::Request& request, const TypeSource& source) {
  const std::string path = request.path.substr(0, request.path.find('?'));
  const auto found = std::find_if(source.exchanges.begin(), source.exchanges.end(), [&](const auto& one) {
    return one.method == request.method && std::regex_match(path, std::regex(one.path));
  });
  return found == source.exchanges.end() ? nullptr : &*found;
}

std::string value(const std::string& type, const std::string& json, const std::string& what) {
  if (type.empty()) return {};
  return fmt::format("// {}\n{{ const value: Part<{}> = {}; }}\n", what, type, Json::parse(json).dump());
}

}  // namespace

std::string type_errors(FakeHosting& fake, const TypeSource& source, const NpmPackages& packages) {
  const auto requests = fake.requests();
  const auto answers = fake.answers();
  std::string code = fmt::format("import type * as api from '{}';\n{}",
                                 (packages.path_of(source.package) / source.file).string(), preamble);
  std::string errors;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const std::string what = requests[i].method + " " + requests[i].path;
    const TypedExchange* const kind = kind_of(requests[i], source);
    if (kind == nullptr) {
      errors += "no type for " + what + "\n";
      continue;
    }
    if (!requests[i].body.empty()) code += value(kind->body, requests[i].body, what);
    if (answers[i].status / 100 == 2) code += value(kind->answer, answers[i].body, "answer of " + what);
  }
  const TempDir folder;
  write_file(folder.path() / "said.ts", code);
  const RunResult result =
      run(folder,
          {packages.program("tsc").string(), "--noEmit", "--strict", "false", "--target", "esnext",
           "--module", "esnext", "--moduleResolution", "bundler", "--skipLibCheck", "said.ts"},
          NpmPackages::environment());
  if (result.exit != 0) errors += result.out + result.err + "\n" + code;
  return errors;
}

}  // namespace ddx::test
