#include "transaction/operation.hpp"

#include <fmt/format.h>

#include <system_error>

#include "base/system_failure.hpp"
#include "transaction/effects.hpp"
#include "transaction/index_step.hpp"
#include "transaction/stage.hpp"
#include "transaction/undo.hpp"

namespace ddx {

namespace {

/// Barrier 1: everything staged is durable before the journal says so.
void flush_staged(Host& host, OperationFolder& operation, std::size_t entries) {
  constexpr std::size_t few = 8;
  host.events.progress({Progress::Phase::wait_for_disk});
  for (const auto& area : operation.areas()) area->flush(entries <= few);
}

/// The failure at hand, saying what is on disk now. What is neither an `Error` nor one of the ones below
/// flies on as it is.
[[noreturn]] void rethrow(Aftermath aftermath) {
  try {
    throw;
  } catch (const Raced& race) {
    throw Error(ErrorCode::raced, fmt::format("'{}' changed while ddx was working", race.path()),
                {{Recovery::retry}}, aftermath);
  } catch (const std::system_error& failure) {
    throw to_error(failure, aftermath);
  } catch (const Error& error) {
    throw error.with(aftermath);
  }
}

/// Stages, or leaves nothing behind.
Intent prepare(const Workspace& workspace, Host& host, OperationStores& stores, OperationDraft& draft,
               OperationFolder& operation) {
  try {
    Intent intent = stage(workspace, host, stores, draft, operation);
    flush_staged(host, operation, intent.record.effects.size());
    operation.write_intent(intent);
    return intent;
  } catch (const std::exception&) {
    Aftermath aftermath = Aftermath::nothing_changed;
    try {
      discard_operation(workspace, host, stores.repository, operation);
    } catch (const std::exception& failure) {
      host.events.trace(fmt::format("leftovers stay until the next changing command: {}", failure.what()));
      aftermath = Aftermath::pending;
    }
    rethrow(aftermath);
  }
}

/// Everything that can still be undone. \returns what the index keeps as somebody staged it
std::vector<std::string> apply(const Workspace& workspace, Host& host, OperationFolder& operation,
                               const Intent& intent, IndexStep& index) {
  Effects effects(workspace, host.files, operation, intent);
  host.events.progress({Progress::Phase::apply, 0, intent.record.effects.size()});
  if (!intent.index.empty()) index.lock(intent.index);
  effects.apply();
  audit::Log(workspace, host).append(intent.audit);
  return intent.index.empty() ? std::vector<std::string>() : index.publish();
}

void put_back(const Workspace& workspace, Host& host, OperationStores& stores, OperationFolder& operation,
              const Intent& intent, const std::exception& cause) {
  try {
    AuditEntry undone = audit::read_line(intent.audit.line).entry;
    undone.time = std::chrono::time_point_cast<std::chrono::seconds>(host.now());
    undone.summary = fmt::format("put back: {}", cause.what());
    undone.files.clear();
    undone.decisions.clear();
    for (const RelPath& path :
         undo_operation(workspace, host, stores.repository, operation, intent, std::move(undone)))
      host.events.warning(fmt::format("'{}' was edited meanwhile; your version stays", path.str()));
  } catch (const std::exception& failure) {
    throw Error(ErrorCode::recovery_failed,
                fmt::format("{}, and putting things back failed: {}", cause.what(), failure.what()),
                {{Recovery::retry}, {Recovery::run_doctor}}, Aftermath::pending);
  }
}

void move_branch(git::Repository& repository, const Intent& intent, OperationOutcome& outcome) {
  if (!intent.ref) return;
  const bool moved =
      repository.head().ref == intent.ref->name &&
      repository.move_reference(intent.ref->name, intent.ref->to, intent.ref->from,
                                fmt::format("ddx {}: {}", intent.record.kind, intent.record.summary));
  if (moved) outcome.commit = intent.ref->to;
  outcome.commit_left_out = !moved;
}

}  // namespace

OperationOutcome execute(const Workspace& workspace, Host& host, OperationStores stores,
                         OperationDraft draft) {
  OperationFolder operation = OperationFolder::make(workspace, host.files, draft.id);
  const Intent intent = prepare(workspace, host, stores, draft, operation);
  IndexStep index(workspace, host, stores.repository, operation);
  OperationOutcome outcome;
  try {
    outcome.index_left = apply(workspace, host, operation, intent, index);
  } catch (const std::exception& cause) {
    put_back(workspace, host, stores, operation, intent, cause);
    rethrow(Aftermath::put_back);
  }
  try {
    index.settle();
    move_branch(stores.repository, intent, outcome);
    Effects effects(workspace, host.files, operation, intent);
    effects.settle();
    audit::Log(workspace, host).flush();
    outcome.late_edits = effects.late_edits();
    operation.retire();
  } catch (const std::exception&) {
    rethrow(Aftermath::pending);
  }
  return outcome;
}

}  // namespace ddx
