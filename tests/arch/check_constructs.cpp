#include <fmt/format.h>

#include <algorithm>
#include <regex>
#include <sstream>

#include "arch/rules.hpp"

namespace ddx::arch {

namespace {

struct Reserved {
  std::string what;
  std::regex pattern;
  std::vector<std::string> words;   ///< a line without any of them is not searched, as that takes long
  std::vector<std::string> places;  ///< files, or folders ending in '/'
};

const std::vector<Reserved>& reserved_constructs() {
  static const std::vector<Reserved> reserved{
      {"a libgit2 object freed by hand; use git/handle.hpp",
       std::regex(R"(\bgit_\w+_(free|dispose)\s*\()"),
       {"_free", "_dispose"},
       {"src/git/handle.hpp"}},
      {"raw ownership; use a container or std::unique_ptr",
       std::regex(R"(\bnew\s+[A-Za-z_:(]|[^=\s]\s*\bdelete\b|^\s*delete\b)"),
       {"new", "delete"},
       {}},
      {"'catch (...)'; let it fly to cli::run",
       std::regex(R"(\bcatch\s*\(\s*\.\.\.\s*\))"),
       {"catch"},
       {"src/cli/run.cpp", "src/git/fetch_call.hpp", "src/platform/worker_posix.cpp"}},
      {"a system's name outside platform/",
       std::regex(R"(#\s*(if|ifdef|ifndef|elif)\b.*\b(_WIN32|__APPLE__|__linux__|__unix__)\b)"),
       {"_WIN32", "__APPLE__", "__linux__", "__unix__"},
       {"src/platform/"}},
      {"output below the command line",
       std::regex(R"(\bstd::(cout|cerr|clog)\b|\bfmt::print\b|\b(f|v|vf)?printf\s*\(|\bputs\s*\()"),
       {"std::c", "print", "puts"},
       {"src/cli/", "src/main.cpp"}},
      {"process state; it is passed in through Host",
       std::regex(R"(\b(get|set|unset|put)env\s*\(|\bf?chdir\s*\(|\bexit\s*\()"),
       {"env", "chdir", "exit"},
       {"src/platform/", "src/main.cpp"}},
  };
  return reserved;
}

bool may_match(const std::string& line, const Reserved& construct) {
  return std::any_of(construct.words.begin(), construct.words.end(),
                     [&](const std::string& word) { return line.find(word) != std::string::npos; });
}

/// A destructor, or a deleter that a header declares without knowing the C library, as `objects.hpp` does.
bool gives_back(const std::string& line) {
  return line.find("operator()(git_") != std::string::npos || line.find('~') != std::string::npos;
}

bool is_place(const std::string& path, const std::vector<std::string>& places) {
  return std::any_of(places.begin(), places.end(), [&](const std::string& place) {
    return place.ends_with('/') ? path.starts_with(place) : path == place;
  });
}

}  // namespace

Findings check_constructs(const SourceFile& file) {
  Findings findings;
  std::istringstream lines(file.code);
  std::string line, previous;
  for (std::size_t number = 1; std::getline(lines, line); ++number, previous = line) {
    if (gives_back(line) || gives_back(previous)) continue;
    for (const auto& construct : reserved_constructs())
      if (may_match(line, construct) && !is_place(file.path, construct.places) &&
          std::regex_search(line, construct.pattern))
        findings.push_back(fmt::format("{}:{}: {}", file.path, number, construct.what));
  }
  return findings;
}

}  // namespace ddx::arch
