// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bellrock/status.h"
#include "bellrock/time.h"
#include "naming/replica/conflicts.h"
#include "naming/replica/event_log.h"
#include "naming/replica/hybrid_clock.h"
#include "naming/replica/record_table.h"
#include "naming/replica/stability.h"
#include "naming/replica/tombstones.h"

namespace bellrock::naming::replica {

struct ReplicaOptions {
  size_t log_bytes_max = size_t{64} << 20;
  size_t batch_bytes_max = size_t{256} << 10;  // of one pull reply
  Tombstones::Options tombstones;
};

using PullRequest = SeenBy;
struct PullReply {
  SeenBy from;
  std::vector<std::string> events;  // as EncodeEvent() makes them
  bool more = false;
  bool repair = false;  // the log does not reach back far enough
};

// What is to be journaled, in order: `path` now has another record (or "": none has), and with it
// the event `seen` is seen (sequence 0: none); or all of `adopted` is.
struct Change {
  std::string path;
  Dot seen;
  std::shared_ptr<const VersionVector> adopted;
};

// One node's copy of all records as a pure state machine: it accepts words where its node leads,
// gives and takes events (VIN-074), merges what repair brings. Any replica may accept any word at
// any time; those that exchange what they have become equal. What always holds: a record that is
// not here although its event was seen has been removed. Owned by the server place, used on its
// loop only.
class Replica {
 public:
  // Whether this node itself has an unexpired lease of that incarnation, and then the last
  // heartbeat's number (0 if the instance does not count them).
  using LeaseHere =
      std::function<std::optional<uint64_t>(std::string_view path, uint64_t incarnation)>;

  // `self` with an epoch that no earlier life of the node had. `observer` may be nullptr.
  Replica(const Origin& self, const ReplicaOptions& options, LeaseHere lease_here,
          RecordObserver* observer = nullptr);

  void SetPeers(const std::set<uint64_t>& nodes) { stability_.SetPeers(nodes); }
  void SetMandate(const Mandate& mandate) { mandate_ = mandate; }

  // Words accepted here; the event is to be journaled, and acknowledged after that. nullptr: it was
  // said before, nothing changes. `sequence` is the instance's own count, 0 if it does not count.
  // kAborted: a later incarnation is known, or this one was deregistered.
  Result<ReplicaEventPtr> Register(const Spec& spec, uint64_t sequence, const Moment& at);
  // `incarnation` 0: the one known here. Of an incarnation that is not known yet it is remembered.
  ReplicaEventPtr Deregister(std::string_view path, uint64_t incarnation, const Moment& at);
  // What the leader saw: a heartbeat, or the end of a lease.
  ReplicaEventPtr SetState(std::string_view path, State state, uint64_t sequence, const Moment& at);
  // Its heartbeats come here from now on: the same again, said by this node.
  ReplicaEventPtr TakeOver(std::string_view path, uint64_t sequence, const Moment& at);
  // A state that says nothing takes back what was said; its reason says why.
  ReplicaEventPtr Operate(std::string_view path, const OperatorState& state, const Moment& at);

  // Events. Apply() says whether to repair with that node, since events alone cannot help.
  PullRequest MakePull() { return Say(); }
  PullReply AnswerPull(const PullRequest& request);
  struct Applied {
    size_t events = 0;
    size_t known = 0;     // had been applied before
    bool repair = false;  // a gap, or out of the log's reach
    Status unreadable;    // of an event, which stopped it
  };
  Applied Apply(const PullReply& reply, const Moment& at);

  // Repair: merges what another replica holds of a path when it had seen `seen`.
  void MergeFrom(const std::string& path, const Record& theirs, const VersionVector& seen,
                 const Moment& at);
  // All that a replica held which had seen `seen` is known to be here.
  void Adopt(const VersionVector& seen);

  // What the peers have seen, as far as it is known here, and what another knows of that. To be
  // exchanged every few seconds with whom this node pulls from.
  std::vector<SeenBy> ShareHeard() const { return stability_.Share(); }
  void HearShared(const std::vector<SeenBy>& share);

  // Forgets tombstones and ended lives that may be forgotten. Call once a second.
  void Sweep(const Moment& at);

  // Recovery from disk, before anything else: records, what was seen, then the end of it. Restoring
  // is merging, so that a journal replayed over a later snapshot does no harm; an empty record says
  // that tombstones were forgotten.
  void Restore(const std::string& path, const Record& record, const Moment& at);
  void FinishRecovery(const VersionVector& seen);

  // Since the last call.
  template <typename Take>
  void TakeChanges(Take&& take) {
    for (Change& change : changes_) take(std::move(change));
    changes_.clear();  // its memory serves the next
  }
  bool has_changes() const { return !changes_.empty(); }

  RecordTable& table() { return table_; }
  const RecordTable& table() const { return table_; }
  const VersionVector& seen() const { return seen_; }
  const Origin& self() const { return self_; }
  // The last life of this node that any replica knows of: a later one than this when this one lost
  // its disk and its clock went back. Its words would not be told from those of the later one.
  uint64_t latest_life() const { return std::max(self_.epoch, seen_.LatestEpoch(self_.node)); }
  const EventLog& log() const { return log_; }
  const Conflicts& conflicts() const { return conflicts_; }
  const HybridClock& clock() const { return clock_; }
  size_t tombstones() const { return tombstones_.size(); }
  uint64_t tombstones_forced() const { return tombstones_forced_; }
  uint64_t contested() const { return contested_; }

 private:
  SeenBy Say() { return {self_, ++said_, seen_, stability_.own_peers()}; }
  Stamp NextStamp(Hlc after, const Moment& at);
  ReplicaEventPtr Accept(std::string_view path, const Record& known, Record word, const Dot& dot,
                         const Moment& at);
  bool ApplyOne(const std::string& bytes, Applied& applied, const Moment& at);
  // `seen`: the event that brought it, or the empty dot.
  void Store(const std::string& path, const Record& before, const Record& record, const Dot& seen,
             const Moment& at);
  void NoteConflicts(const std::string& path, const Record& mine, const Record& theirs);
  void Contest(const std::string& path, const Moment& at);
  void Forget(const Tombstones::Entry& entry);
  void Fold(uint64_t node, uint64_t epoch);

  const Origin self_;
  const ReplicaOptions options_;
  const LeaseHere lease_here_;
  Mandate mandate_;
  HybridClock clock_;
  VersionVector seen_;
  RecordTable table_;
  EventLog log_;
  Tombstones tombstones_;
  Stability stability_;
  Conflicts conflicts_;
  std::vector<Change> changes_;
  uint64_t said_ = 0;
  uint64_t tombstones_forced_ = 0;
  uint64_t contested_ = 0;
};

}  // namespace bellrock::naming::replica
