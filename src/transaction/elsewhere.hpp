#pragma once

#include <string>

#include "ddx/host.hpp"
#include "ddx/workspace.hpp"
#include "git/repository.hpp"
#include "transaction/intent.hpp"

namespace ddx {

/// A repository may be copied in the middle of an operation, by a backup or a cloud drive. The copy of the
/// journal must not be acted on there: the files of the copy may be of another moment, and the original goes
/// on.

/// Notes in the journal where the operation is at home.
void note_home(const Workspace& workspace, Host& host, Intent& intent);

/// \throws Error (interrupted_operation_elsewhere) if the journal belongs to another machine, to another
/// folder, or to the folder that was here before this one. Numbers of devices are not compared: they change
/// with a restart
void require_home(const Workspace& workspace, Host& host, const Intent& intent);

/// The user says that this folder is the operation's home now: the next `recover` finishes or undoes it here.
/// \throws Error (state_damaged) if there is no such journal; std::system_error
void adopt_operation(const Workspace& workspace, Host& host, const std::string& id);

/// The user says that the files are to stay as they are: the operation is retired, and counts as not done.
/// What it had displaced stays in `done/<id>/`, its snapshot stays. \throws Error; std::system_error
void put_operation_aside(const Workspace& workspace, Host& host, git::Repository& repository,
                         const std::string& id);

}  // namespace ddx
