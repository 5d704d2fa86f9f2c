// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "bellrock/status.h"
#include "fiber/environment.h"
#include "fiber/fiber.h"
#include "fiber/sync.h"
#include "naming/node/disk_trust.h"
#include "naming/node/node.h"
#include "naming/replica/journal.h"
#include "naming/server/complaint.h"
#include "naming/server/options.h"
#include "store/append_log.h"

namespace bellrock::naming::server {

// Heartbeats of one message: of each path the incarnation and count, or none at all.
struct Beats {
  std::span<const std::string* const> paths;
  std::span<const uint64_t> incarnations;
  std::span<const uint64_t> counts;
};

// A registry node with what it needs of the world: disk and time. A word is done at once and
// answered when the journal has it; what cannot be written is written later, and until then no more
// words are taken. Lives on one loop, shared by the calls in progress: it outlives Stop() until the
// last of them has ended.
class RegistryHost {
 public:
  // Blocks for recovery.
  static Result<std::shared_ptr<RegistryHost>> Start(fiber::Environment environment,
                                                     const NamingServerOptions& options);
  // Writes what waits, ends timer and snapshots, refuses words from then on. Idempotent; must have
  // been called before the destructor.
  void Stop();

  // Words: block until they are durable. For a node that leads.
  Result<Registered> Register(Spec spec, uint64_t sequence);
  Status Deregister(std::string_view path, uint64_t incarnation);
  Status Operate(std::string_view path, const OperatorState& state, const WindowTimes& times);
  // The version that holds from now on.
  Result<uint64_t> SetDocument(std::string_view path, const OperatorState& state,
                               uint64_t expected_version);
  // Renews leases; calls `unknown` with the index of each path that must be registered again.
  void Heartbeat(const Beats& beats, const std::function<void(size_t)>& unknown);

  node::Node& node() { return node_; }
  const node::Node& node() const { return node_; }
  Registry& registry() { return node_.registry(); }
  // After anything else than the calls above has changed the node: journals it, tells those who
  // wait for news, looks at the timer again.
  void Changed();
  // After an operator's word on a protection: keeps what was said on disk, as far as it can be
  // written. Blocks.
  void KeepOverrides();
  // Until something changes or `until`.
  Status WaitForNews(Time until) { return news_.Wait(until); }
  // Whether words from other nodes may be taken now: not while the disk is so far behind.
  bool has_room() const { return !journal_.full(); }

  // Of this life: revisions of another one mean nothing here.
  uint64_t epoch() const { return node_.registry().history(); }
  bool stopping() const { return stopping_; }
  // "" or why words are refused.
  std::string storage_error() const;
  // Whether another server should lead rather than this one.
  bool disk_fails() const { return disk_.fails(environment_.clock.Now()) || outlived(); }
  // Others know a later life of this node than this one: it takes no words any more.
  bool outlived() const {
    const replica::Replica& replica = node_.registry().replica();
    return replica.latest_life() > replica.self().epoch;
  }
  const store::AppendLog* log() const { return log_.get(); }  // nullptr: in memory only
  const NamingServerOptions& options() const { return options_; }
  fiber::Environment environment() const { return environment_; }
  Moment Now() const;

  RegistryHost(fiber::Environment environment, const NamingServerOptions& options, uint64_t life);

 private:
  // Calls that wait for the disk at a time; beyond it words are refused.
  static constexpr size_t kWaitersMax = 100'000;
  struct Waiter {
    uint64_t position = 0;
    Status result;
    fiber::Event done;
  };

  Status Recover();
  void RecoverOverrides();
  Status MayTakeWords() const;
  Status OutlivedError() const;
  void NoticeLaterLife();
  Status AwaitDurable();
  void Release(const Status& failure);
  void RunJournal();
  void RunTimer();
  void RunSnapshots();
  Status TakeSnapshot();
  bool SnapshotDue() const;

  fiber::Environment environment_;
  const NamingServerOptions options_;
  node::Node node_;
  replica::Journal journal_;
  std::unique_ptr<fiber::FileLock> directory_lock_;  // nullptr: in memory only
  std::unique_ptr<store::AppendLog> log_;            // likewise
  std::deque<std::shared_ptr<Waiter>> waiters_;      // in order of position
  Status write_error_;                               // of the last unit; OK after the next
  node::DiskTrust disk_;
  Complaint write_complaint_;
  bool told_outlived_ = false;
  bool stopping_ = false;
  Time timer_due_ = kNever;
  fiber::WaitQueue timer_wake_;
  fiber::WaitQueue journal_wake_;
  fiber::WaitQueue snapshot_wake_;
  fiber::WaitQueue news_;
  fiber::Mutex overrides_mutex_;  // one writer at a time, so that the last word is the file's
  fiber::JoinHandle timer_;
  fiber::JoinHandle journal_writer_;
  fiber::JoinHandle snapshots_;
};

}  // namespace bellrock::naming::server
