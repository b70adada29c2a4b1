#include "transaction/writer_lock.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <system_error>
#include <thread>

#include "base/redaction.hpp"
#include "base/time.hpp"
#include "ddx/error.hpp"
#include "platform/system.hpp"
#include "platform/wait_for_lock.hpp"

namespace ddx {

namespace {

constexpr std::chrono::milliseconds first_pause{5};
constexpr std::chrono::milliseconds longest_pause{100};
constexpr std::size_t longest_value = 200;

constexpr std::chrono::seconds silent_wait{1};

/// What the holder wrote about itself: for messages only.
struct Holder {
  std::string process, since, machine, boot, command;

  [[nodiscard]] std::string text() const {
    return fmt::format("process {}\nsince {}\nmachine {}\nboot {}\ncommand {}\n", process, since, machine,
                       boot, command);
  }
  /// `process 4711`, and where it runs if that is another machine.
  [[nodiscard]] std::string name(const Host& host) const {
    const bool elsewhere = machine != host.invocation.machine || boot != boot_id();
    if (process.empty()) return "the other ddx";
    return elsewhere ? fmt::format("process {} on {}", process, machine) : fmt::format("process {}", process);
  }
  [[nodiscard]] std::string doing() const {
    return command.empty() ? "" : fmt::format(", with '{}' since {}", command, since);
  }
};

Holder this_process(const Host& host) {
  std::string command = redacted(host.invocation.command);
  std::replace(command.begin(), command.end(), '\n', ' ');
  return {std::to_string(process_id()),
          iso_utc(std::chrono::time_point_cast<std::chrono::seconds>(host.now())), host.invocation.machine,
          boot_id(), std::move(command)};
}

Holder read_holder(Files& files, const Directory& folder) {
  Holder holder;
  std::istringstream lines(read_file(files, folder, "lock").value_or(""));
  for (std::string line; std::getline(lines, line);) {
    for (const auto& [key, value] :
         {std::pair("process ", &holder.process), std::pair("since ", &holder.since),
          std::pair("machine ", &holder.machine), std::pair("boot ", &holder.boot),
          std::pair("command ", &holder.command)}) {
      if (line.starts_with(key)) *value = line.substr(std::string_view(key).size(), longest_value);
    }
  }
  return holder;
}

/// \returns whether we have it, or the host says that nobody else will want it
bool try_lock(Files& files, const Descriptor& file, const Host& host) {
  try {
    return files.try_lock(file);
  } catch (const std::system_error& error) {
    if (!lacks_locks(error)) throw;
  }
  if (host.assume_single_writer) return true;
  throw Error(ErrorCode::locking_unsupported, "the file system of the git directory has no locks",
              {{Recovery::assume_single_writer}});
}

}  // namespace

WriterLock WriterLock::take(const Workspace& workspace, Host& host) {
  Files& files = host.files;
  const Directory folder = make_folders(files, files.open_root(workspace.common_dir), "ddx");
  Descriptor file = files.open_own(folder, "lock");
  std::chrono::milliseconds waited{0}, pause = first_pause;
  bool told = false;
  while (!try_lock(files, file, host)) {
    if (host.interrupted) throw Interrupted();
    if (waited >= host.patience) {
      const Holder holder = read_holder(files, folder);
      throw Error(ErrorCode::busy, fmt::format("another ddx is working in this repository{}", holder.doing()),
                  {{Recovery::wait_for_other_ddx, holder.name(host)}});
    }
    if (!told && waited >= silent_wait) {
      const Holder holder = read_holder(files, folder);
      host.events.note(fmt::format("waiting for {}{}", holder.name(host), holder.doing()));
      told = true;
    }
    std::this_thread::sleep_for(pause);
    waited += pause;
    pause = std::min(2 * pause, longest_pause);
  }
  files.truncate(file, 0);
  write_all(files, file, this_process(host).text());
  return WriterLock(std::move(file));
}

}  // namespace ddx
