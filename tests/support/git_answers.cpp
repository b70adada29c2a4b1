#include "support/git_answers.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "support/run.hpp"

namespace ddx::test {

namespace {

std::string upload_pack(const std::filesystem::path& repository, std::vector<std::string> options,
                        const std::string& input) {
  std::vector<std::string> command{"git", "upload-pack", "--stateless-rpc"};
  command.insert(command.end(), options.begin(), options.end());
  command.push_back(repository.string());
  return run(repository, command, clean_environment(repository), input).out;
}

}  // namespace

std::string advertisement_of(const std::filesystem::path& repository) {
  return packet("# service=git-upload-pack\n") + "0000" + upload_pack(repository, {"--advertise-refs"}, {});
}

std::string result_of(const std::filesystem::path& repository, const std::string& request) {
  return upload_pack(repository, {}, request);
}

std::string packet(const std::string& text) { return fmt::format("{:04x}{}", text.size() + 4, text); }

}  // namespace ddx::test
