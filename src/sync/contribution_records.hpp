#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/lock_file.hpp"
#include "ddx/change.hpp"
#include "ddx/host.hpp"
#include "ddx/workspace.hpp"

namespace ddx {

/// A contribution that this clone made: what was sent, and where.
struct ContributionRecord {
  /// Its pull request at a hosting platform.
  struct Request {
    std::int64_t number = 0;  ///< 0: there is none
    std::string url;          ///< of its page
  };
  enum class State {
    sending,  ///< the branch was about to be pushed; whether it was is not known
    sent,     ///< the branch holds `commit`
    closed,   ///< it is over: landed, or given up
  };
  std::string change_id;
  State state = State::sending;
  std::string upstream;  ///< its URL, as configured
  std::string url;       ///< of the repository that has the branch: upstream's, or that of a fork
  std::string branch;    ///< without `refs/heads/`
  std::string target;
  Oid commit;                   ///< what the branch is to hold
  std::optional<Oid> before;    ///< what it is known to have held before; none: it was not there
  std::vector<Oid> tried = {};  ///< what it may hold as well: pushes whose end is not known
  std::string title;
  std::chrono::sys_seconds date;                         ///< of the last push
  std::map<RelPath, std::optional<Version>> files = {};  ///< as sent, by path at the upstream; none: it goes
  /// Of each push, oldest first. None once it was given up.
  std::map<RelPath, std::vector<Offer>> offers = {};
  Request request = {};
  bool landed = false;  ///< closed because upstream has it

  /// Whether it is for that branch of that upstream, by their URL and name.
  [[nodiscard]] bool is_for(const std::string& its_upstream, const std::string& its_target) const {
    return upstream == its_upstream && target == its_target;
  }
};

/// The contributions of one project, in the common git directory. Oldest first.
class ContributionRecords {
 public:
  /// \throws Error (state_damaged)
  ContributionRecords(const Workspace& workspace, Host& host);

  [[nodiscard]] const std::vector<ContributionRecord>& all() const { return records_; }
  /// Adds it, or replaces the one with its change id. Durable when it returns. The caller holds the writer
  /// lock.
  void put(ContributionRecord record);
  void remove(const std::string& change_id);

  /// Takes records that cannot be read out of the way, to a name beside theirs that they keep. The caller
  /// holds the writer lock. \returns whether there were such
  static bool set_damaged_aside(const Workspace& workspace, Host& host);

 private:
  void write();

  const Workspace& workspace_;
  Host& host_;
  std::vector<ContributionRecord> records_;
};

}  // namespace ddx
