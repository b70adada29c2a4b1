#include "support/npm_packages.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cstdlib>

#include "platform/files.hpp"
#include "platform/process.hpp"
#include "support/temp_dir.hpp"

namespace ddx::test {

namespace fs = std::filesystem;

namespace {

std::string list_of(const std::vector<std::string>& packages) {
  std::string text;
  for (const std::string& package : packages) text += package + "\n";
  return text;
}

}  // namespace

Environment NpmPackages::environment() {
  const char* const home = std::getenv("HOME");  // where npm's settings are
  Environment variables = clean_environment(home == nullptr ? "/" : home);
  for (const char* name : {"NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE"})
    if (const char* const value = std::getenv(name)) variables[name] = value;
  return variables;
}

NpmPackages::NpmPackages(const fs::path& folder, const std::vector<std::string>& packages) : folder_(folder) {
  std::error_code failure;
  fs::create_directories(folder.parent_path(), failure);
  if (access(folder.parent_path().c_str(), W_OK) != 0) {
    missing_ = "'" + folder.parent_path().string() + "' may not be written to";
    return;
  }
  const std::string lock_name = folder.string() + ".lock";
  const Descriptor lock(open(lock_name.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0666));
  flock(lock.native(), LOCK_EX);  // tests run in parallel
  const fs::path mark = folder / "installed";
  if (fs::exists(mark) && read_file(mark) == list_of(packages)) return;
  const Environment variables = environment();
  for (const char* program : {"node", "npm"})
    if (!find_program(program, variables.at("PATH"))) {
      missing_ = std::string(program) + " is not installed";
      return;
    }
  fs::remove_all(folder);
  write_file(folder / "package.json", R"({"private": true})");
  std::vector<std::string> command{"npm",       "install",          "--no-audit", "--no-fund",
                                   "--no-save", "--ignore-scripts", "--silent"};
  command.insert(command.end(), packages.begin(), packages.end());
  const RunResult result = run(folder, command, variables);
  if (result.exit == 0) {
    write_file(mark, list_of(packages));
  } else {
    missing_ = "npm cannot install the packages here: " + result.err;
  }
}

fs::path NpmPackages::path_of(const std::string& package) const { return folder_ / "node_modules" / package; }
fs::path NpmPackages::program(const std::string& name) const {
  return folder_ / "node_modules" / ".bin" / name;
}

}  // namespace ddx::test
