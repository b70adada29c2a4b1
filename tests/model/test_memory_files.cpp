#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <random>
#include <system_error>

#include "model/memory_files.hpp"
#include "model/scenario.hpp"
#include "support/temp_dir.hpp"

using namespace ddx;
using namespace ddx::test;

namespace {

using Random = std::mt19937;

/// One call with made-up names, on any file system. \returns all that can be seen of its outcome
std::string random_call(Files& files, const Directory& root, Random& random) {
  static const std::array<std::string, 3> folders{"", "a", "a/b"};
  static const std::array<std::string, 5> names{"a", "b", "x", "y", "z"};
  const std::string from_folder = folders.at(random() % folders.size()),
                    to_folder = folders.at(random() % folders.size());
  const std::string from = names.at(random() % names.size()), to = names.at(random() % names.size());
  const auto call = random() % 13;
  const bool into_itself = call <= 3 && (from == "a" || from == "b");  // folders do not move here
  try {
    const auto at = files.open_below(root, from_folder), to_at = files.open_below(root, to_folder);
    if (!at || !to_at) return "no folder";
    switch (call) {
      case 0:
      case 1:
      case 2:
        if (into_itself || to == "a" || to == "b") return "";
        files.rename(*at, from, *to_at, to, static_cast<RenameMode>(call));
        return "renamed";
      case 3:
        files.hard_link(*at, from, *to_at, to);
        return "linked";
      case 4:
        files.remove(*at, from);
        return "removed";
      case 5:
        return files.remove_empty_folder(*at, from) ? "removed" : "not removed";
      case 6:
        files.make_folder(*at, from);
        return "made";
      case 7:
        files.make_link(*at, from, to);
        return "made";
      case 8:
        write_all(files, files.create(*at, from, 0640), to);
        return "written";
      case 9:
        if (!files.info(*at, from)) return "nothing";
        files.set_permissions(*files.open_read(*at, from),
                              static_cast<std::uint32_t>(0600 | (random() & 0077)));
        return "set";
      case 10: {
        const auto info = files.info(*at, from);
        if (!info) return "nothing";
        const bool file = info->type == FileType::regular;
        return fmt::format("{} {} {:o}", static_cast<int>(info->type), file ? info->size : 0,
                           file ? info->permissions : 0);
      }
      case 11:
        return read_file(files, *at, from).value_or("nothing") + files.read_link(*at, to);
      default: {
        std::string all;
        auto entries = files.list(*at);
        std::sort(entries.begin(), entries.end(),
                  [](const auto& l, const auto& r) { return l.name < r.name; });
        for (const FolderEntry& entry : entries)
          all += fmt::format("{} {}\n", entry.name, static_cast<int>(entry.type));
        return all;
      }
    }
  } catch (const std::system_error& error) {
    return fmt::format("error {}", error.code().value());
  }
}

}  // namespace

TEST_CASE("the file system in memory does what the real one does", "[model]") {
  for (unsigned seed = 1; seed <= 60; ++seed) {
    const TempDir folder;
    Files real;
    MemoryDisk disk;
    MemoryFiles memory(disk);
    const Directory real_root = real.open_root(folder.path()), root = memory.open_root("/");
    Random one(seed), other(seed);
    for (int call = 0; call < 300; ++call) {
      INFO("seed " << seed << ", call " << call);
      REQUIRE(random_call(memory, root, other) == random_call(real, real_root, one));
    }
  }
}

TEST_CASE("after a power cut there is what was flushed, and any part of the rest", "[model]") {
  MemoryDisk disk;
  MemoryFiles files(disk);
  const Directory root = files.open_root("/");
  write_all(files, files.create(root, "old", 0644), "old");
  files.sync_file_system(root);
  CHECK(disk.volatile_count() == 0);

  write_all(files, files.create(root, "new", 0644), "content");
  CHECK(disk.volatile_count() == 2);  // the name and the content
  CHECK(disk.after_power_cut(0, 0).find("/new") == no_inode);
  CHECK(file_at(disk.after_power_cut(1, 0), "/new")->bytes.empty());
  CHECK(file_at(disk.after_power_cut(1, 2), "/new")->bytes == "con");
  CHECK(file_at(disk.after_power_cut(3, 0), "/new")->bytes == "content");
  files.sync(*files.open_read(root, "new"));
  CHECK(file_at(disk.after_power_cut(1, 0), "/new")->bytes == "content");

  files.rename(root, "new", root, "old", RenameMode::exchange);
  CHECK(file_at(disk.after_power_cut(2, 0), "/old")->bytes == "old");  // needs the name that was lost
  CHECK(file_at(disk.after_power_cut(3, 0), "/old")->bytes == "content");
  files.sync(root);
  CHECK(file_at(disk.after_power_cut(0, 0), "/old")->bytes == "content");
  CHECK(file_at(disk.after_power_cut(0, 0), "/new")->bytes == "old");
}

TEST_CASE("in the model, changes of different names survive in any order", "[model]") {
  MemoryDisk disk;
  save(disk, "/one/file", {"1"});
  save(disk, "/two/file", {"2"});
  MemoryFiles files(disk);
  const Directory one = files.open_root("/one"), two = files.open_root("/two");
  files.rename(one, "file", one, "first", RenameMode::no_replace);
  files.rename(two, "file", two, "second", RenameMode::no_replace);
  files.remove(two, "second");
  const MemoryDisk second_only = disk.after_power_cut(0b110, 0);
  CHECK(second_only.find("/one/file") != no_inode);
  CHECK(second_only.find("/two/file") == no_inode);
  CHECK(second_only.find("/two/second") == no_inode);
  files.make_folder(one, "made");
  files.rename(one, "first", *files.open_below(one, "made"), "moved", RenameMode::no_replace);
  CHECK(disk.after_power_cut(0b10001, 0).find("/one/first") != no_inode);  // not into a folder that is lost
  CHECK(disk.after_power_cut(0b11001, 0).find("/one/made/moved") != no_inode);
}

TEST_CASE("in the model, what a file system cannot do is refused as the real ones refuse it", "[model]") {
  MemoryDisk disk;
  save(disk, "/one", {"1"});
  save(disk, "/two", {"2"});
  MemoryFiles files(disk, {false, false, false});
  const Directory root = files.open_root("/");
  const auto number = [](const auto& call) {
    try {
      call();
    } catch (const std::system_error& error) {
      return error.code().value();
    }
    return 0;
  };
  CHECK(number([&] { files.rename(root, "one", root, "two", RenameMode::exchange); }) == EINVAL);
  CHECK(number([&] { files.rename(root, "one", root, "three", RenameMode::no_replace); }) == EINVAL);
  CHECK(number([&] { files.hard_link(root, "one", root, "three"); }) == EPERM);
  CHECK(number([&] { files.rename(root, "one", root, "two", RenameMode::replace); }) == 0);
}

TEST_CASE("in the model, a lock on a file ends with the program that took it", "[model]") {
  MemoryDisk disk;
  {
    MemoryFiles files(disk);
    const Directory root = files.open_root("/");
    const Descriptor lock = files.open_own(root, "lock");
    CHECK(files.try_lock(lock));
    CHECK_FALSE(files.try_lock(files.open_own(root, "lock")));
  }
  MemoryFiles next(disk);
  CHECK(next.try_lock(next.open_own(next.open_root("/"), "lock")));
}
