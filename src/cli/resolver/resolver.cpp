#include "cli/resolver/resolver.hpp"

#include <fmt/format.h>

#include <system_error>

#include "cli/commands/commands.hpp"
#include "cli/editor.hpp"
#include "cli/merge_tool_run.hpp"
#include "cli/resolver/screen.hpp"
#include "cli/resolver/walk.hpp"
#include "cli/wording.hpp"
#include "ddx/error.hpp"

namespace ddx::cli::resolver {

namespace {

/// Those that are open; where none is, all: they were named to be decided again.
std::vector<RelPath> paths_to_visit(const PendingConflicts& pending) {
  std::vector<RelPath> open, all;
  for (const PendingConflict& conflict : pending.conflicts) {
    all.push_back(conflict.conflict.path);
    if (conflict.decided.empty()) open.push_back(conflict.conflict.path);
  }
  const bool named = pending.conflicts.size() < pending.total;
  return open.empty() && named ? all : open;
}

render::View usual_view(const Appearance& look) {
  constexpr int comfortable = 100;
  return look.width >= comfortable && !look.plain ? render::View::side_by_side : render::View::unified;
}

std::string file_name(const RelPath& path) { return std::filesystem::path(path.str()).filename().string(); }

/// Does for the walk what it asks for.
class Guide {
 public:
  Guide(const Workspace& workspace, const PendingConflicts& pending, Session& session)
      : workspace_(workspace),
        session_(session),
        walk_(paths_to_visit(pending), usual_view(session.ui.appearance())),
        open_(pending.open),
        total_(pending.total) {}

  int run() {
    try {
      return walk();
    } catch (const Interrupted&) {
      if (!decided_) throw;
      throw Interrupted("what was decided before this file stays; 'ddx resolve' goes on");
    }
  }

 private:
  int walk() {
    for (;;) {
      switch (walk_.step().kind) {
        case Step::Kind::abort:
          return give_pull_up(workspace_, session_);
        case Step::Kind::leave:
          return finish();
        case Step::Kind::ask:
          ask();
          break;
        case Step::Kind::help:
          session_.ui.error(help(look()));
          ask_again();
          break;
        case Step::Kind::confirm_abort:
          walk_.confirmed(confirm_abort());
          break;
        default:
          act();
      }
    }
  }

  [[nodiscard]] const Appearance& look() const { return session_.ui.appearance(); }
  [[nodiscard]] ConflictDetail detail() const {
    return conflict_detail(workspace_, walk_.stop().path, session_.host);
  }

  void ask() {
    session_.ui.error(screen(walk_, look()));
    ask_again();
  }

  void ask_again() {
    if (const std::string message = walk_.take_message(); !message.empty()) say(message);
    for (;;) {
      const auto given = read_answer(question(walk_, look()));
      if (given) return walk_.answer(*given);
      say(look().plain ? "please answer with one of these words; 'help' explains them"
                       : "no such key; ? shows all");
    }
  }

  void say(const std::string& message) { session_.ui.error(Page().line({{message, Tone::caution}})); }

  std::optional<Answer> read_answer(const std::string& text) {
    try {
      if (look().plain) return answer_of_line(session_.prompt.line(text, ""));
      const auto answer = answer_of_key(session_.prompt.key(text));
      session_.ui.error(Page().line({answer ? std::string(word_of(*answer)) : ""}));
      return answer;
    } catch (const Error& error) {
      if (error.code() != ErrorCode::confirmation_needed) throw;
      input_ended_ = true;
      return Answer::quit;
    }
  }

  static std::string_view word_of(Answer answer) {
    for (const AnswerName& name : answer_names()) {
      if (name.answer == answer) return name.word;
    }
    return {};
  }

  bool confirm_abort() {
    const std::string text = "Give the pull up and go back to the state before it?";
    if (look().plain) return session_.prompt.line(text + " yes or no", "no") == "yes";
    return said(session_.prompt.key(text + " [y/N]") == "y");
  }

  bool confirm_end() {
    const std::string text = "End the pull now?";
    if (look().plain) return session_.prompt.yes(text);
    const std::string key = session_.prompt.key(text + " [Y/n]");
    return said(key == "y" || key == "Y" || key == "\r" || key == "\n");
  }

  bool said(bool yes) {
    session_.ui.error(Page().line({yes ? "yes" : "no"}));
    return yes;
  }

  /// A file that changed under us, a ddx at work elsewhere, and a program that cannot be started are no
  /// reason to leave.
  void act() {
    try {
      act_now();
    } catch (const Error& error) {
      const bool try_again = error.code() == ErrorCode::raced || error.code() == ErrorCode::busy ||
                             error.code() == ErrorCode::usage;
      if (!try_again) throw;
      walk_.refused(error.what());
    } catch (const std::system_error& error) {
      const bool program = walk_.step().kind == Step::Kind::tool ||
                           walk_.step().kind == Step::Kind::edit_lines ||
                           walk_.step().kind == Step::Kind::edit_file;
      if (!program) throw;
      walk_.refused(error.what());
    }
  }

  void act_now() {
    const Step& step = walk_.step();
    const RelPath& path = walk_.stop().path;
    switch (step.kind) {
      case Step::Kind::look:
        return walk_.looked(detail());
      case Step::Kind::settle:
        return take(resolve(workspace_, path, step.resolution, session_.host));
      case Step::Kind::write: {
        const auto& seen = walk_.stop().detail->now;
        count(resolve_with(workspace_, {path, step.bytes, seen, step.how, step.words}, session_.host));
        decided_ = true;
        return walk_.done(detail());
      }
      case Step::Kind::reopen:
        count(resolve(workspace_, path, Resolution::open_again, session_.host));
        return walk_.done(detail());
      case Step::Kind::edit_lines:
      case Step::Kind::edit_file:
        return walk_.edited(edit_text(workspace_, file_name(path), step.bytes, session_.host));
      case Step::Kind::tool: {
        const auto settings = merge_tool_settings(workspace_, "", session_.host);
        const ToolOutcome outcome = run_merge_tool(workspace_, detail(), settings, session_.host);
        decided_ = decided_ || outcome.report;
        if (outcome.report) count(*outcome.report);
        return outcome.report ? walk_.done(detail()) : walk_.refused(outcome.why);
      }
      case Step::Kind::ask:
      case Step::Kind::help:
      case Step::Kind::confirm_abort:
      case Step::Kind::abort:
      case Step::Kind::leave:
        return;
    }
  }

  void count(const ResolveReport& report) { open_ = report.open; }

  void take(const ResolveReport& report) {
    count(report);
    if (report.undecided.empty()) {
      decided_ = true;
      walk_.done(detail());
    } else {
      walk_.refused(report.undecided.front().why);
    }
  }

  int finish() {
    if (open_ > 0)  // somebody may have decided beside this
      open_ = pending_conflicts(workspace_, {}, session_.host).open;
    if (open_ > 0) {
      session_.ui.result(Page().line(
          {fmt::format("{} of {} open; 'ddx resolve' goes on.", open_, count_of(total_, "conflict"))}));
      return 3;
    }
    session_.ui.result(Page().line({fmt::format("All {} decided.", count_of(total_, "conflict"))}));
    if (!input_ended_ && confirm_end()) return end_pull(workspace_, {}, session_);
    session_.ui.result(Page().line({"'ddx pull --continue' ends the pull."}));
    return 0;
  }

  const Workspace& workspace_;
  Session& session_;
  Walk walk_;
  std::size_t open_, total_;  ///< of the whole pull
  bool input_ended_ = false;
  bool decided_ = false;  ///< something that stays
};

}  // namespace

int decide_one_by_one(const Workspace& workspace, const PendingConflicts& pending, Session& session) {
  return Guide(workspace, pending, session).run();
}

}  // namespace ddx::cli::resolver
