#include "support/hostile_tree.hpp"

#include <algorithm>
#include <stdexcept>

namespace ddx::test {

namespace {

constexpr bool sent = true, not_sent = false;

Oid write_object(const TestRepo& repo, const std::string& type, const std::string& bytes) {
  const auto result = run(repo.path(), {"git", "hash-object", "-t", type, "--literally", "-w", "--stdin"},
                          clean_environment(repo.path()), bytes);
  const auto id = Oid::parse(result.out.substr(0, 40));
  if (result.exit != 0 || !id) throw std::runtime_error("git hash-object failed: " + result.err);
  return *id;
}

std::string raw_tree(const std::vector<RawEntry>& entries) {
  std::string bytes;
  for (const RawEntry& entry : entries) {
    bytes += entry.mode + ' ' + entry.name + '\0';
    bytes.append(reinterpret_cast<const char*>(entry.id.bytes().data()), entry.id.bytes().size());
  }
  return bytes;
}

Oid absent_id() { return *Oid::parse("1234567890123456789012345678901234567890"); }

RawEntry file(const TestRepo& repo, const std::string& name, const std::string& mode = "100644") {
  return {mode, name, write_blob(repo, "harmless\n")};
}

RawEntry folder(const TestRepo& repo, const std::string& name, const std::vector<RawEntry>& entries) {
  return {"40000", name, write_tree(repo, entries)};
}

RawEntry link(const TestRepo& repo, const std::string& name, const std::string& target) {
  return {"120000", name, write_blob(repo, target)};
}

Oid with_readme(const TestRepo& repo, std::vector<RawEntry> entries) {
  entries.push_back(file(repo, "README.md"));
  return write_tree(repo, entries);
}

void add_names(std::vector<HostileTree>& all) {
  struct Row {
    std::string kind, name, shown;
  };
  using namespace std::string_literals;
  for (const auto& [kind, name, shown] : {
           Row{"dot", ".", "'.'"},
           {"dotdot", "..", "'..'"},
           {"empty", "", "''"},
           {"slash", "a/b", "'a/b'"},
           {"slash-dotdot", "../x", "'../x'"},
           {"abs", "/abs", "'/abs'"},
           {"dotgit", ".git", "'.git'"},
           {"dotGIT", ".GIT", "'.GIT'"},
           {"dotgit-space", ".git ", "'.git '"},
           {"dotgit-dot", ".git.", "'.git.'"},
           {"dotgit-stream", ".git::$INDEX_ALLOCATION", "'.git::$INDEX_ALLOCATION'"},
           {"git~1", "git~1", "'git~1'"},
           {"GIT~2", "GIT~2", "'GIT~2'"},
           {"hfs-zwnj", ".g\xE2\x80\x8Cit", "'.g\xE2\x80\x8Cit'"},
           {"hfs-bom", "\xEF\xBB\xBF.git", "'\xEF\xBB\xBF.git'"},
           {"backslash-git", "a\\.git\\config", "'a\\.git\\config'"},
           {"backslash-dotdot", "..\\x", "'..\\x'"},
           {"esc", "\x1b[31m", "'^[[31m'"},
           {"newline", "a\nb", "'a^Jb'"},
           {"del", "a\x7f", "'a^?'"},
           {"c1", "a\xC2\x9B", "'a<U+009B>'"},
           {"bidi", "a\xE2\x80\xAEtxt", "'a<U+202E>txt'"},
           {"badutf8", "a\xFF", "'a\\xFF'"},
           {"surrogate", "a\xED\xA0\x80", "'a\\xED\\xA0\\x80'"},
           {"long256", std::string(256, 'n'), "'nnn"},
       }) {
    all.push_back({"file-" + kind, ErrorCode::upstream_unsafe, shown, sent,
                   [name = name](const TestRepo& repo) { return with_readme(repo, {file(repo, name)}); }});
    all.push_back(
        {"folder-" + kind, ErrorCode::upstream_unsafe, shown, sent, [name = name](const TestRepo& repo) {
           return with_readme(repo, {folder(repo, name, {file(repo, "config")})});
         }});
    all.push_back({"nested-" + kind, ErrorCode::upstream_unsafe, "'sub/" + shown.substr(1), sent,
                   [name = name](const TestRepo& repo) {
                     return with_readme(repo, {folder(repo, "sub", {file(repo, name)})});
                   }});
  }
}

void add_structure(std::vector<HostileTree>& all) {
  const auto unsafe = [&](const char* name, const char* shown, std::function<Oid(const TestRepo&)> build) {
    all.push_back({name, ErrorCode::upstream_unsafe, shown, sent, std::move(build)});
  };
  unsafe("dup-file", "'a'", [](const TestRepo& repo) {
    return with_readme(repo, {file(repo, "a"), file(repo, "a")});
  });
  unsafe("dup-symlink-dir", "'a'", [](const TestRepo& repo) {
    return write_unsorted_tree(repo, {link(repo, "a", "b"), folder(repo, "a", {file(repo, "x")})});
  });
  unsafe("file-dir-clash", "'a'", [](const TestRepo& repo) {
    return write_unsorted_tree(repo,
                               {file(repo, "a"), file(repo, "a.b"), folder(repo, "a", {file(repo, "x")})});
  });
  unsafe("unsorted", "'a'", [](const TestRepo& repo) {
    return write_unsorted_tree(repo, {file(repo, "b"), file(repo, "a")});
  });
  unsafe("unsorted-folder", "'a.b'", [](const TestRepo& repo) {
    return write_unsorted_tree(repo, {folder(repo, "a", {file(repo, "x")}), file(repo, "a.b")});
  });
  for (const char* mode :
       {"100600", "100777", "0100644", "120777", "60000", "140000", "10644", "1", "", "100644x"}) {
    unsafe(mode, "'odd'",
           [mode](const TestRepo& repo) { return with_readme(repo, {file(repo, "odd", mode)}); });
    all.back().name = std::string("mode-") + mode;
  }
  unsafe("mode-040000", "'odd'", [](const TestRepo& repo) {
    return with_readme(repo, {{"040000", "odd", write_tree(repo, {file(repo, "x")})}});
  });
  unsafe("deep300", "deep", [](const TestRepo& repo) {
    Oid tree = write_tree(repo, {file(repo, "x")});
    for (int i = 0; i < 300; ++i) tree = write_tree(repo, {{"40000", "deep", tree}});
    return tree;
  });
}

void add_links(std::vector<HostileTree>& all) {
  const auto unsafe = [&](const std::string& name, const std::string& shown,
                          std::function<Oid(const TestRepo&)> build) {
    all.push_back({"symlink-" + name, ErrorCode::upstream_unsafe, shown, sent, std::move(build)});
  };
  struct Row {
    std::string kind, target;
  };
  for (const auto& [kind, target] : {Row{"absolute", "/etc/passwd"},
                                     {"escape", "../../x"},
                                     {"escape-late", "y/../../../x"},
                                     {"git", ".git/config"},
                                     {"git-above", "../.GIT/hooks"},
                                     {"git-short", "git~1/config"},
                                     {"empty", ""},
                                     {"nul", std::string("a\0b", 3)},
                                     {"control", "a\x1b[2J"},
                                     {"5000", std::string(5000, 'a')},
                                     {"self", "evil"},
                                     {"backslash", "..\\..\\x"},
                                     {"drive", "C:/x"}}) {
    unsafe(kind, "'sub/evil'", [target = target](const TestRepo& repo) {
      return with_readme(repo, {folder(repo, "sub", {link(repo, "evil", target)})});
    });
  }
  for (const char* name : {".gitmodules", ".gitattributes", ".gitignore", ".mailmap", ".GitModules",
                           "GITMOD~1", "gi7eba~1", ".gitignore."}) {
    unsafe(name, "'" + std::string(name) + "'",
           [name](const TestRepo& repo) { return with_readme(repo, {link(repo, name, "README.md")}); });
  }
  unsafe("through-link", "'b'", [](const TestRepo& repo) {
    return with_readme(
        repo, {link(repo, "a", "sub"), link(repo, "b", "a/../../x"), folder(repo, "sub", {file(repo, "x")})});
  });
  unsafe("through-link-other-case", "'b'", [](const TestRepo& repo) {
    return with_readme(
        repo, {link(repo, "a", "sub"), link(repo, "b", "A/x"), folder(repo, "sub", {file(repo, "x")})});
  });
  unsafe("case-folder", "'a/x'", [](const TestRepo& repo) {
    return with_readme(repo, {link(repo, "A", "sub"), folder(repo, "a", {file(repo, "x")}),
                              folder(repo, "sub", {file(repo, "y")})});
  });
  unsafe("case-folder-apart", "'dir/a/x'", [](const TestRepo& repo) {
    return with_readme(repo, {folder(repo, "DIR", {link(repo, "a", "..")}),
                              folder(repo, "dir", {folder(repo, "a", {file(repo, "x")})})});
  });
}

void add_damage(std::vector<HostileTree>& all) {
  const auto damaged = [&](const char* name, const char* shown, std::function<Oid(const TestRepo&)> build) {
    all.push_back({name, ErrorCode::upstream_damaged, shown, not_sent, std::move(build)});
  };
  damaged("missing-blob", "'sub/x'", [](const TestRepo& repo) {
    return with_readme(repo, {folder(repo, "sub", {{"100644", "x", absent_id()}})});
  });
  damaged("missing-tree", "'x'", [](const TestRepo& repo) {
    return with_readme(repo, {{"40000", "x", absent_id()}});
  });
  damaged("missing-link", "'x'", [](const TestRepo& repo) {
    return with_readme(repo, {{"120000", "x", absent_id()}});
  });
  damaged("null-id", "'x'", [](const TestRepo& repo) { return with_readme(repo, {{"100644", "x", Oid()}}); });
  damaged("blob-as-tree", "'x'", [](const TestRepo& repo) {
    return with_readme(repo, {{"40000", "x", write_blob(repo, "no tree")}});
  });
  damaged("tree-as-blob", "'x'", [](const TestRepo& repo) {
    return with_readme(repo, {{"100644", "x", write_tree(repo, {file(repo, "y")})}});
  });
  damaged("commit-as-tree", "'x'", [](const TestRepo& repo) {
    return with_readme(repo, {{"40000", "x", write_commit(repo, write_tree(repo, {file(repo, "y")}))}});
  });
  damaged("name-nul", "tree", [](const TestRepo& repo) {
    return write_tree(repo, {{"100644", std::string("a\0b", 3), write_blob(repo, "x")}});
  });
  for (const std::size_t kept : {4u, 6u, 8u, 9u, 20u, 28u}) {
    damaged("trunc-tree", "'x'", [kept](const TestRepo& repo) {
      const Oid cut = write_object(repo, "tree", raw_tree({file(repo, "y")}).substr(0, kept));
      return with_readme(repo, {{"40000", "x", cut}});
    });
    all.back().name += "-" + std::to_string(kept);
  }
}

void add_bombs(std::vector<HostileTree>& all) {
  const auto bomb = [](const TestRepo& repo, const std::string& mode, Oid id, int levels) {
    for (int level = 0; level < levels; ++level) {
      std::vector<RawEntry> entries;
      for (char digit = '0'; digit <= '9'; ++digit) entries.push_back({mode, std::string("d") + digit, id});
      if (level > 0) {
        for (RawEntry& entry : entries) entry.mode = "40000";
      }
      id = write_tree(repo, entries);
    }
    return id;
  };
  all.push_back({"gitbomb-10^9", ErrorCode::upstream_too_big, "100000 files", not_sent,
                 [=](const TestRepo& repo) { return bomb(repo, "100644", write_blob(repo, "bomb"), 9); }});
  all.push_back({"gitbomb-10^50", ErrorCode::upstream_too_big, "100000 files", not_sent,
                 [=](const TestRepo& repo) { return bomb(repo, "100644", write_blob(repo, "bomb"), 50); }});
}

}  // namespace

Oid write_blob(const TestRepo& repo, const std::string& bytes) { return write_object(repo, "blob", bytes); }

Oid write_unsorted_tree(const TestRepo& repo, const std::vector<RawEntry>& entries) {
  return write_object(repo, "tree", raw_tree(entries));
}

Oid write_tree(const TestRepo& repo, std::vector<RawEntry> entries) {
  const auto key = [](const RawEntry& entry) {
    return entry.mode == "40000" ? entry.name + '/' : entry.name;
  };
  std::stable_sort(entries.begin(), entries.end(),
                   [&](const RawEntry& a, const RawEntry& b) { return key(a) < key(b); });
  return write_unsorted_tree(repo, entries);
}

Oid write_commit(const TestRepo& repo, const Oid& tree) {
  return *Oid::parse(repo.git({"commit-tree", tree.str(), "-m", "a commit with a tree of our own making"}));
}

const std::vector<HostileTree>& hostile_trees() {
  static const std::vector<HostileTree> all = [] {
    std::vector<HostileTree> trees;
    add_names(trees);
    add_structure(trees);
    add_links(trees);
    add_damage(trees);
    add_bombs(trees);
    return trees;
  }();
  return all;
}

}  // namespace ddx::test
