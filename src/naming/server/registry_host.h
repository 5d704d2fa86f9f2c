// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "bellrock/status.h"
#include "fiber/environment.h"
#include "fiber/fiber.h"
#include "fiber/sync.h"
#include "naming/protect/protection.h"
#include "naming/registry.h"
#include "naming/server/options.h"
#include "store/append_log.h"

namespace bellrock::naming::server {

// The registry with what it needs of the world: journal, snapshots and the lease timer. A command
// is journaled first and applied when it is durable, in the journal's order; its reply comes after.
// Lives on one loop, shared by the service's calls: it outlives Stop() until the last call has
// ended.
class RegistryHost {
 public:
  // Blocks for recovery.
  static Result<std::shared_ptr<RegistryHost>> Start(fiber::Environment environment,
                                                     const NamingServerOptions& options);
  // Ends timer and snapshots, writes what waits, refuses commands from then on. Idempotent; must
  // have been called before the destructor.
  void Stop();

  // Blocks until the change is durable and done.
  Result<Applied> Execute(Command command);
  // Renews leases; calls `unknown` with the index of each path that must be registered again.
  void Heartbeat(std::span<const std::string* const> paths,
                 const std::function<void(size_t)>& unknown);

  Registry& registry() { return registry_; }
  protect::Protection& protection() { return protection_; }
  const NamingServerOptions& options() const { return options_; }
  fiber::Environment environment() const { return environment_; }
  uint64_t epoch() const { return epoch_; }
  bool stopping() const { return stopping_; }
  // "" or why writes are refused.
  std::string storage_error() const;
  Time Now() { return environment_.clock.Now(); }
  int64_t UnixMs();

  RegistryHost(fiber::Environment environment, const NamingServerOptions& options);

 private:
  Status Recover();
  void RunTimer();
  void RunSnapshots();
  Status TakeSnapshot();
  bool SnapshotDue() const;

  fiber::Environment environment_;
  const NamingServerOptions options_;
  Registry registry_;
  protect::Protection protection_;
  std::unique_ptr<fiber::FileLock> directory_lock_;  // nullptr: in memory only
  std::unique_ptr<store::AppendLog> log_;            // likewise
  uint64_t memory_sequence_ = 0;                     // in memory only
  uint64_t epoch_ = 0;
  bool stopping_ = false;
  Time timer_due_ = kNever;
  fiber::WaitQueue timer_wake_;
  fiber::WaitQueue snapshot_wake_;
  fiber::JoinHandle timer_;
  fiber::JoinHandle snapshots_;
};

}  // namespace bellrock::naming::server
