#include "model/program.hpp"

#include <atomic>

#include "ddx/error.hpp"
#include "transaction/recover.hpp"

namespace ddx::test {

namespace {

/// A host of which an operation asks little.
class ModelHost final : public Events {
 public:
  ModelHost(Files& files, std::string& said)
      : said_(said), host{files, *this, interrupted_, now, {}, {}, {}, {}} {
    host.patience = std::chrono::milliseconds(0);
  }
  void progress(const Progress&) override {}
  void note(const std::string& text) override { said_ += text + "\n"; }
  void warning(const std::string& text) override { said_ += text + "\n"; }
  void trace(const std::string&) override {}

 private:
  static std::chrono::system_clock::time_point now() {
    return std::chrono::sys_seconds(std::chrono::seconds(1'800'000'000));
  }
  std::string& said_;
  std::atomic<bool> interrupted_{false};

 public:
  Host host;
};

void note(Ending& ending, const Error& error) {
  ending.said += std::string(error.what()) + "\n";
  ending.busy = error.code() == ErrorCode::git_busy;
  ending.pending = error.aftermath() == Aftermath::pending;
  if (!ending.pending) ending.direction = Direction::old;
}

}  // namespace

Ending run_operation(const Scenario& scenario, World& world, MemoryFiles::Before before) {
  Ending ending;
  MemoryFiles files(world.disk, scenario.can());
  files.set_before(std::move(before));
  ModelHost host(files, ending.said);
  MemoryRepository repository(world.repository, files);
  MemorySink sink(world.repository);
  const MemoryObjects objects(world.repository, scenario.upstream());
  try {
    const OperationOutcome outcome =
        execute(scenario.workspace(), host.host, {repository, objects, sink}, scenario.draft(world, sink));
    ending.direction = Direction::fresh;
    for (const RelPath& path : outcome.late_edits) ending.said += "late: '" + path.str() + "'\n";
  } catch (const ProgramDied&) {
    ending.died = true;
  } catch (const Error& error) {
    note(ending, error);
    if (error.code() == ErrorCode::internal || error.code() == ErrorCode::recovery_failed)
      ending.broken = error.what();
  } catch (const std::exception& error) {
    ending.broken = std::string("an unexpected exception: ") + error.what();
  }
  ending.changes = files.changes();
  return ending;
}

Ending run_recovery(const Scenario& scenario, World& world, MemoryFiles::Before before) {
  Ending ending;
  MemoryFiles files(world.disk, scenario.can());
  files.set_before(std::move(before));
  ModelHost host(files, ending.said);
  MemoryRepository repository(world.repository, files);
  const MemoryObjects objects(world.repository, scenario.upstream());
  try {
    for (const Recovered& done : recover(scenario.workspace(), host.host, repository, objects)) {
      ending.did_something = true;
      ending.direction = done.outcome == Recovered::Outcome::finished ? Direction::fresh : Direction::old;
      for (const RelPath& path : done.left_alone) ending.left_alone.insert(path.str());
    }
  } catch (const ProgramDied&) {
    ending.died = true;
  } catch (const Error& error) {
    note(ending, error);
    if (!ending.busy) ending.broken = error.what();
  } catch (const std::exception& error) {
    ending.broken = std::string("an unexpected exception: ") + error.what();
  }
  ending.changes = files.changes();
  return ending;
}

}  // namespace ddx::test
