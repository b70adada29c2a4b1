#include "transaction/operation.hpp"

#include <fmt/format.h>

#include <system_error>

#include "base/system_failure.hpp"
#include "transaction/effects.hpp"
#include "transaction/index_step.hpp"
#include "transaction/stage.hpp"

namespace ddx {

namespace {

/// Barrier 1: everything staged is durable before the journal says so.
void flush_staged(Host& host, OperationFolder& operation, std::size_t entries) {
  constexpr std::size_t few = 8;
  host.events.progress({Progress::Phase::wait_for_disk});
  Files& files = host.files;
  if (entries > few) {
    files.sync_file_system(operation.folder());
    return;
  }
  for (const FolderEntry& entry : files.list(operation.stage())) {
    if (entry.type != FileType::regular) continue;
    if (const auto file = files.open_read(operation.stage(), entry.name)) files.sync(*file);
  }
  files.sync(operation.stage());
  files.sync(operation.folder());
}

/// Undoes what was applied and says, in the error that goes on, what is on disk now.
class Undo {
 public:
  Undo(const Workspace& workspace, Host& host, OperationStores& stores, OperationFolder& operation, Effects& effects,
       IndexStep& index)
      : workspace_(workspace), host_(host), stores_(stores), operation_(operation), effects_(effects), index_(index) {}

  [[noreturn]] void because(const Error& cause) {
    std::vector<std::size_t> left;
    try {
      operation_.mark_aborting();
      left = effects_.undo();
      index_.release();
      effects_.flush();
      drop_refs(workspace_, host_, stores_.repository, operation_.id());
      operation_.retire();
    } catch (const std::system_error& failure) {
      throw Error(ErrorCode::recovery_failed,
                  fmt::format("{}, and putting things back failed: {}", cause.what(), failure.what()),
                  {{Recovery::retry}, {Recovery::run_doctor}}, Aftermath::pending);
    }
    throw cause.with(Aftermath::put_back);
  }

 private:
  const Workspace& workspace_;
  Host& host_;
  OperationStores& stores_;
  OperationFolder& operation_;
  Effects& effects_;
  IndexStep& index_;
};

/// Stages, or leaves nothing behind.
Intent stage_or_discard(const Workspace& workspace, Host& host, OperationStores& stores, OperationDraft& draft,
                        OperationFolder& operation) {
  try {
    Intent intent = stage(workspace, host, stores, draft, operation);
    flush_staged(host, operation, intent.record.effects.size());
    operation.write_intent(intent);
    return intent;
  } catch (const std::exception&) {
    drop_refs(workspace, host, stores.repository, operation.id());
    operation.discard();
    throw;
  }
}

Error raced_error(const Raced& race) {
  return {ErrorCode::raced, fmt::format("'{}' changed while ddx was working", race.path()), {{Recovery::retry}}};
}

}  // namespace

OperationOutcome execute(const Workspace& workspace, Host& host, OperationStores stores, OperationDraft draft) {
  OperationFolder operation = OperationFolder::make(workspace, host.files, draft.id);
  const Intent intent = stage_or_discard(workspace, host, stores, draft, operation);

  Effects effects(workspace, host.files, operation, intent);
  IndexStep index(workspace, host, operation);
  Undo undo(workspace, host, stores, operation, effects, index);
  OperationOutcome outcome;
  host.events.progress({Progress::Phase::apply, 0, intent.record.effects.size()});
  try {
    if (!intent.index.empty()) index.lock(intent.index);
    effects.apply();
    if (!intent.index.empty()) outcome.index_left = index.publish();
  } catch (const Raced& race) {
    undo.because(raced_error(race));
  } catch (const std::system_error& failure) {
    undo.because(to_error(failure, Aftermath::put_back));
  } catch (const Error& error) {
    undo.because(error);
  }
  if (intent.ref) {
    host.files.before_library_change("ref");
    const git::Head head = stores.repository.head();
    const bool moved = head.ref == intent.ref->name &&
                       stores.repository.move_reference(intent.ref->name, intent.ref->to, intent.ref->from,
                                                        fmt::format("ddx {}: {}", draft.kind, draft.summary));
    if (moved) outcome.commit = intent.ref->to;
    outcome.commit_left_out = !moved;
  }
  effects.flush();
  outcome.late_edits = effects.late_edits();
  operation.retire();
  return outcome;
}

}  // namespace ddx
