#include "git/pack_writer.hpp"

#include <catch2/catch_test_macros.hpp>

#include <system_error>

#include "support/faulty_files.hpp"
#include "support/temp_dir.hpp"
#include "support/test_repo.hpp"

namespace fs = std::filesystem;
using namespace ddx;
using namespace ddx::test;

namespace {

struct Bench {
  TempDir folder;
  TestRepo repo{folder.path() / "repo"};
  FaultyFiles files;

  Bench() {
    repo.write("a", "1\n");
    repo.commit("first");
    repo.git({"gc", "-q"});
  }
  [[nodiscard]] fs::path objects() const { return repo.path() / ".git/objects"; }
  [[nodiscard]] fs::path incoming() const { return repo.path() / ".git/ddx-incoming"; }
  [[nodiscard]] git::PackWriter writer() { return {files, objects(), incoming()}; }
  void collect() const { repo.git({"gc", "-q", "--prune=now"}); }
  [[nodiscard]] bool has(const Oid& id) const { return repo.try_git({"cat-file", "-e", id.str()}).exit == 0; }
  [[nodiscard]] int kept() const {
    int count = 0;
    for (const auto& entry : fs::directory_iterator(objects() / "pack"))
      count += entry.path().extension() == ".keep" ? 1 : 0;
    return count;
  }
};

}  // namespace

TEST_CASE("git gc leaves published objects alone until the writer of them is done", "[git][pack]") {
  Bench bench;
  Oid blob;
  {
    git::PackWriter pack = bench.writer();
    blob = pack.blob("mine\n");
    pack.publish();
    bench.collect();
    CHECK(bench.has(blob));
    bench.repo.git({"update-ref", "refs/mine", blob.str()});
  }
  CHECK(bench.kept() == 0);
  bench.collect();
  CHECK(bench.has(blob));
  bench.repo.git({"update-ref", "-d", "refs/mine"});
  bench.collect();
  CHECK_FALSE(bench.has(blob));
}

TEST_CASE("a pack that somebody keeps stays kept", "[git][pack]") {
  Bench bench;
  auto second = std::make_unique<git::PackWriter>(bench.files, bench.objects(), bench.incoming());
  (void)second->blob("mine\n");
  {
    git::PackWriter first = bench.writer();
    (void)first.blob("mine\n");
    first.publish();
  }
  for (const auto& entry : fs::directory_iterator(bench.objects() / "pack"))
    if (entry.path().extension() == ".pack")
      write_file(fs::path(entry.path()).replace_extension(".keep"), "");
  const int before = bench.kept();
  REQUIRE(before > 0);
  second->publish();
  second.reset();
  CHECK(bench.kept() == before);
}

TEST_CASE("a writer that was stopped anywhere leaves nothing kept once it was swept", "[git][pack]") {
  Bench bench;
  bool done = false;
  for (std::size_t last = 1; !done; ++last) {
    FaultyFiles files([&](const FaultyFiles::Call& call) {  // nothing works from here on
      if (call.kind == FaultyFiles::Kind::changing && call.number >= last)
        throw std::system_error(EIO, std::generic_category());
    });
    try {
      git::PackWriter pack(files, bench.objects(), bench.incoming());
      (void)pack.blob(std::to_string(last));
      pack.publish();
    } catch (const std::system_error&) {
      REQUIRE(last < 50);
    }
    done = files.changes() < last;
    if (done) CHECK(bench.kept() == 0);
    git::PackWriter::sweep(bench.files, bench.objects(), bench.incoming());
    CHECK(bench.kept() == 0);
    CHECK(bench.repo.try_git({"fsck"}).exit == 0);
  }
}
