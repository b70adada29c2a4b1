#include "cli/schema.hpp"

#include "support/run.hpp"
#include "support/temp_dir.hpp"

namespace ddx::test {

namespace {

RunResult python(std::vector<std::string> arguments, const std::string& input) {
  const TempDir home;
  arguments.insert(arguments.begin(), "/usr/bin/python3");
  return run(home, arguments, clean_environment(home), input);
}

}  // namespace

bool can_validate() { return python({"-c", "import jsonschema"}, "").exit == 0; }

std::string violations(const std::string& schema, const std::string& object) {
  const std::filesystem::path source = DDX_SOURCE_DIR;
  const RunResult checked = python({(source / "tests/cli/check_schema.py").string(),
                                    (source / "docs/schema" / (schema + ".json")).string()},
                                   object);
  return checked.exit == 0 ? "" : checked.err + object;
}

}  // namespace ddx::test
