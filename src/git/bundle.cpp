#include "git/bundle.hpp"

#include <fmt/format.h>
#include <git2/sys/odb_backend.h>
#include <git2/sys/repository.h>

#include <exception>
#include <fstream>

#include "git/handle.hpp"
#include "git/library.hpp"

namespace ddx::git {

namespace {

constexpr std::string_view signature = "# v2 git bundle\n";
constexpr std::size_t id_digits = 40;
constexpr std::size_t chunk_bytes = 1u << 20;

using PackBuilderHandle = Handle<git_packbuilder, git_packbuilder_free>;
using WritePackHandle = std::unique_ptr<git_odb_writepack, void (*)(git_odb_writepack*)>;

Error refused(std::string_view why) {
  return Error(ErrorCode::bundle_refused, fmt::format("the file is not a bundle of snapshots: {}", why));
}

/// What the callback throws waits here until libgit2 has returned.
struct Writing {
  const std::function<void(std::string_view)>& write;
  std::exception_ptr failure;
};

int write_some(void* bytes, std::size_t size, void* payload) {
  auto* writing = static_cast<Writing*>(payload);
  try {
    writing->write({static_cast<const char*>(bytes), size});
    return 0;
  } catch (const std::exception&) {
    writing->failure = std::current_exception();
    return GIT_EUSER;
  }
}

OdbHandle open_objects(const std::filesystem::path& folder) {
  return acquire<OdbHandle>("open the object database", git_odb_open, folder.c_str());
}

}  // namespace

void write_bundle(const std::filesystem::path& objects_folder, const std::vector<BundleRef>& refs,
                  const std::function<void(std::string_view)>& write) {
  initialise();
  const OdbHandle odb = open_objects(objects_folder);
  const auto repository = acquire<RepositoryHandle>("make a bundle", git_repository_wrap_odb, odb.get());
  const auto builder = acquire<PackBuilderHandle>("make a bundle", git_packbuilder_new, repository.get());
  std::string header(signature);
  for (const BundleRef& ref : refs) {
    header += fmt::format("{} {}\n", ref.commit.str(), ref.name);
    const git_oid id = to_git(ref.commit);
    check(git_packbuilder_insert_commit(builder.get(), &id), "make a bundle");
  }
  write(header + "\n");
  Writing writing{write, nullptr};
  const int code = git_packbuilder_foreach(builder.get(), write_some, &writing);
  if (writing.failure) std::rethrow_exception(writing.failure);
  check(code, "make a bundle");
}

BundleHeader read_bundle_header(std::string_view start) {
  if (!start.starts_with(signature)) throw refused("it does not begin as one of version 2");
  BundleHeader header;
  for (std::size_t from = signature.size();;) {
    const std::size_t end = start.find('\n', from);
    if (end == start.npos) throw refused("its header has no end");
    const std::string_view line = start.substr(from, end - from);
    from = end + 1;
    if (line.empty()) {
      header.bytes = from;
      return header;
    }
    if (line.starts_with('-')) throw refused("it needs commits that it does not hold");
    const auto id = Oid::parse(line.substr(0, id_digits));
    if (!id || line.size() < id_digits + 2 || line[id_digits] != ' ') throw refused("its header is damaged");
    header.refs.push_back({std::string(line.substr(id_digits + 1)), *id});
  }
}

struct IncomingPack::Indexer {
  Handle<git_indexer, git_indexer_free> handle;
  git_indexer_progress progress{};  ///< one for all calls: libgit2 counts in it
};

IncomingPack::IncomingPack(std::filesystem::path folder, std::uint64_t most_objects)
    : folder_(std::move(folder)), most_objects_(most_objects) {
  initialise();
  indexer_ = std::make_unique<Indexer>();
  indexer_->handle = acquire<Handle<git_indexer, git_indexer_free>>(
      "receive a bundle", git_indexer_new, (folder_ / "pack").c_str(), 0u, nullptr, nullptr);
}

IncomingPack::~IncomingPack() = default;

void IncomingPack::append(std::string_view bytes) {
  git_indexer_progress& progress = indexer_->progress;
  if (git_indexer_append(indexer_->handle.get(), bytes.data(), bytes.size(), &progress) < 0)
    throw refused(last_message());
  if (progress.total_objects > most_objects_)
    throw refused(fmt::format("it has {} objects, {} are allowed", progress.total_objects, most_objects_));
}

void IncomingPack::finish() {
  if (git_indexer_commit(indexer_->handle.get(), &indexer_->progress) < 0) throw refused(last_message());
  name_ = git_indexer_name(indexer_->handle.get());
}

void IncomingPack::publish(const std::filesystem::path& objects_folder) const {
  const OdbHandle odb = open_objects(objects_folder);
  git_odb_writepack* raw = nullptr;
  check(git_odb_write_pack(&raw, odb.get(), nullptr, nullptr), "write a pack");
  const WritePackHandle writer(raw, [](git_odb_writepack* w) { w->free(w); });
  std::ifstream pack(folder_ / "pack" / ("pack-" + name_ + ".pack"), std::ios::binary);
  std::string chunk(chunk_bytes, '\0');
  git_indexer_progress progress{};
  while (pack.read(chunk.data(), static_cast<std::streamsize>(chunk.size())), pack.gcount() > 0)
    check(writer->append(writer.get(), chunk.data(), static_cast<std::size_t>(pack.gcount()), &progress),
          "write a pack");
  check(writer->commit(writer.get(), &progress), "write a pack");
}

}  // namespace ddx::git
