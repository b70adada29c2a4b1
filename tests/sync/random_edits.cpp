#include "random_edits.hpp"

#include <algorithm>
#include <vector>

#include "support/temp_dir.hpp"

namespace ddx::test {

namespace fs = std::filesystem;

namespace {

std::vector<fs::path> files_below(const fs::path& root) {
  std::vector<fs::path> found;
  for (auto entry = fs::recursive_directory_iterator(root); entry != fs::recursive_directory_iterator();
       ++entry) {
    if (entry->path().filename() == ".git") {
      entry.disable_recursion_pending();
    } else if (entry->is_symlink() || !entry->is_directory()) {
      found.push_back(entry->path());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<std::string> split(const std::string& bytes) {
  std::vector<std::string> lines;
  for (std::size_t start = 0; start < bytes.size();) {
    const std::size_t end = std::min(bytes.find('\n', start), bytes.size() - 1) + 1;
    lines.push_back(bytes.substr(start, end - start));
    start = end;
  }
  return lines;
}

/// Nothing is at the path, and no file is where one of its folders would be.
bool is_free(const fs::path& root, const fs::path& path) {
  for (fs::path part = path; part != root; part = part.parent_path()) {
    const auto status = fs::symlink_status(part);
    if (fs::exists(status) && (part == path || status.type() != fs::file_type::directory)) return false;
  }
  return true;
}

void remove_with_empty_parents(const fs::path& root, fs::path path) {
  fs::remove(path);
  for (path = path.parent_path(); path != root && fs::is_empty(path); path = path.parent_path())
    fs::remove(path);
}

}  // namespace

int RandomEdits::below(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }

std::string RandomEdits::line() {
  std::string words;
  for (int i = 0; i < 3; ++i) words += std::to_string(random_() % 100'000) + (i == 2 ? "\n" : " ");
  return words;
}

std::string RandomEdits::text() {
  std::string lines;
  for (int count = 10 + below(20); count > 0; --count) lines += line();
  if (below(8) == 0) lines.pop_back();
  return lines;
}

std::string RandomEdits::binary() { return std::string("\0", 1) + line() + line() + line(); }

fs::path RandomEdits::name() {
  static const std::vector<std::string> folders = {"", "", "docs/", "docs/deep/", "tools/", "a/b/c/"};
  static const std::vector<std::string> names = {"a",      "b.md",    "c.md", "docs", "tools",
                                                 "run.sh", "x y.txt", "ü.md", "z"};
  return folders[static_cast<std::size_t>(below(6))] + names[static_cast<std::size_t>(below(9))];
}

void RandomEdits::write_new(const fs::path& file) {
  switch (below(10)) {
    case 0:
      write_file(file, binary());
      break;
    case 1:
      fs::create_directories(file.parent_path());
      fs::create_symlink(std::to_string(random_() % 1000), file);
      break;
    case 2:
      write_file(file, text());
      fs::permissions(file, fs::perms(0755));
      break;
    default:
      write_file(file, text());
  }
}

void RandomEdits::fill(const fs::path& root) {
  for (int count = 6 + below(9); count > 0; --count) {
    if (const fs::path file = root / name(); is_free(root, file)) write_new(file);
  }
  write_file(root / "always.md", text());
}

void RandomEdits::change_text(const fs::path& file) {
  std::vector<std::string> lines = split(read_file(file));
  const auto at = [&] {
    return static_cast<std::ptrdiff_t>(lines.empty() ? 0 : below(static_cast<int>(lines.size())));
  };
  for (int count = 1 + below(2); count > 0; --count) {
    const auto place = at();
    switch (below(3)) {
      case 0:
        lines.insert(lines.begin() + place, line());
        break;
      case 1:
        if (!lines.empty()) lines.erase(lines.begin() + place);
        break;
      default:
        if (!lines.empty()) lines[static_cast<std::size_t>(place)] = line();
    }
  }
  std::string bytes;
  for (const std::string& one : lines) bytes += one;
  const fs::perms mode = fs::status(file).permissions();
  write_file(file, bytes);
  fs::permissions(file, mode);
}

bool RandomEdits::rename(const fs::path& root, const fs::path& file) {
  const fs::path target = root / name();
  if (!is_free(root, target)) return false;
  fs::create_directories(target.parent_path());
  fs::rename(file, target);
  if (!fs::is_symlink(target) && below(2) == 0 && read_file(target).find('\0') == std::string::npos)
    change_text(target);
  for (fs::path folder = file.parent_path(); folder != root && fs::is_empty(folder);
       folder = folder.parent_path())
    fs::remove(folder);
  return true;
}

bool RandomEdits::edit(const fs::path& root) {
  bool renamed = false;
  for (int count = 1 + below(6); count > 0; --count) {
    const std::vector<fs::path> files = files_below(root);
    const fs::path file = files.empty()
                              ? root / "always.md"
                              : files[static_cast<std::size_t>(below(static_cast<int>(files.size())))];
    const bool is_text =
        !files.empty() && !fs::is_symlink(file) && read_file(file).find('\0') == std::string::npos;
    switch (below(12)) {
      case 0:
      case 1:
        if (const fs::path fresh = root / name(); is_free(root, fresh)) write_new(fresh);
        break;
      case 2:
        if (files.size() > 2) remove_with_empty_parents(root, file);
        break;
      case 3:
        renamed = (files.size() > 2 && rename(root, file)) || renamed;
        break;
      case 4:
        if (is_text) fs::permissions(file, fs::perms(below(2) == 0 ? 0755 : 0644));
        break;
      case 5:
        if (files.size() > 2) {
          fs::remove(file);
          write_new(file);
        }
        break;
      case 6:
        if (files.size() > 3) {  // a folder takes the file's place
          fs::remove(file);
          write_new(file / "inner.md");
        }
        break;
      default:
        if (is_text) change_text(file);
    }
  }
  return renamed;
}

}  // namespace ddx::test
