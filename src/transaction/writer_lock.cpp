#include "transaction/writer_lock.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "base/time.hpp"
#include "ddx/error.hpp"
#include "platform/system.hpp"

namespace ddx {

namespace {

constexpr std::chrono::milliseconds first_pause{5};
constexpr std::chrono::milliseconds longest_pause{100};

/// What the holder wrote about itself: for messages only.
std::string holder(Files& files, const Directory& folder) {
  const std::string text = read_file(files, folder, "lock").value_or("");
  return text.substr(0, std::min<std::size_t>(text.find('\n'), 200));
}

}  // namespace

WriterLock WriterLock::take(const Workspace& workspace, Host& host) {
  Files& files = host.files;
  const Directory folder = make_folders(files, files.open_root(workspace.common_dir), "ddx");
  Descriptor file = files.open_own(folder, "lock");
  std::chrono::milliseconds waited{0}, pause = first_pause;
  bool told = false;
  while (!files.try_lock(file)) {
    if (host.interrupted) throw Interrupted();
    if (waited >= host.patience)
      throw Error(ErrorCode::busy, "another ddx is working in this repository",
                  {{Recovery::wait_for_other_ddx, holder(files, folder)}});
    if (!told && waited >= std::chrono::seconds(1)) {
      host.events.note(fmt::format("waiting for another ddx: {}", holder(files, folder)));
      told = true;
    }
    std::this_thread::sleep_for(pause);
    waited += pause;
    pause = std::min(2 * pause, longest_pause);
  }
  files.truncate(file, 0);
  const auto now = std::chrono::time_point_cast<std::chrono::seconds>(host.now());
  write_all(files, file, fmt::format("process {} since {}\n", process_id(), iso_utc(now)));
  return WriterLock(std::move(file));
}

}  // namespace ddx
