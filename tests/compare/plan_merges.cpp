// plan_merges OBJECTS: plans the merges that standard input names, one a line as 'BASE OURS THEIRS' (ids of
// commits), from the object folder OBJECTS, and writes one JSON object a line. For scripts/compare-merges.
#include <iostream>
#include <list>
#include <nlohmann/json.hpp>
#include <sstream>

#include "git/tree.hpp"
#include "merge/stored_merge.hpp"

namespace {

using namespace ddx;
using nlohmann::json;

/// The trees of the merges before are often those of the next ones.
class Trees {
 public:
  explicit Trees(const git::Objects& objects) : objects_(objects) {}

  const test::TreeFiles& of(const Oid& commit) {
    for (auto entry = recent_.begin(); entry != recent_.end(); ++entry) {
      if (entry->first == commit)
        return recent_.splice(recent_.begin(), recent_, entry), recent_.front().second;
    }
    if (recent_.size() == 24) recent_.pop_back();
    recent_.emplace_front(commit, git::list_tree(objects_, git::read_commit(objects_, commit).tree));
    return recent_.front().second;
  }

 private:
  const git::Objects& objects_;
  std::list<std::pair<Oid, test::TreeFiles>> recent_;
};

json plan(const git::Objects& objects, Trees& trees, const std::string& line) {
  std::istringstream words(line);
  std::string base, ours, theirs;
  words >> base >> ours >> theirs;
  const test::StoredMerge merge =
      test::merge_stored(objects, trees.of(Oid::parse(base).value()), trees.of(Oid::parse(ours).value()),
                         trees.of(Oid::parse(theirs).value()), {ours, base, theirs});
  json changes = json::object(), conflicts = json::array();
  for (const auto& [path, version] : merge.changes)
    changes[path.str()] = version ? json({to_string(version->mode), version->blob.str()}) : json(nullptr);
  for (const FilePlan& file : merge.plans) {
    if (!file.conflict) continue;
    json paths = json::array({file.change.path.str()});
    if (file.conflict->kind == ConflictKind::rename_rename) {
      paths.push_back(file.base_path->str());
      paths.push_back(file.upstream_path->str());
    }
    conflicts.push_back({{"path", file.change.path.str()},
                         {"kind", to_string(file.conflict->kind)},
                         {"paths", std::move(paths)},
                         {"marked", file.marked ? json(file.result.blob.str()) : json(nullptr)}});
  }
  return {{"changes", std::move(changes)}, {"conflicts", std::move(conflicts)}};
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return std::cerr << "usage: plan_merges OBJECTS\n", 2;
  const git::Objects objects({arguments[1]});
  Trees trees(objects);
  for (std::string line; std::getline(std::cin, line);) {
    try {
      std::cout << plan(objects, trees, line).dump(-1, ' ', true, json::error_handler_t::replace)
                << std::endl;
    } catch (const std::exception& error) {
      std::cout << json{{"error", error.what()}}.dump() << std::endl;
    }
  }
}
