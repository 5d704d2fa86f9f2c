// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

#include "bellrock/status.h"
#include "bellrock/time.h"
#include "naming/command.h"
#include "naming/event_ring.h"
#include "naming/lease_list.h"
#include "naming/tree.h"
#include "naming/watch_hub.h"

namespace bellrock::naming {

struct RegistryOptions {
  size_t instances_max = 2'000'000;  // beyond it new paths are refused
  size_t operator_states_max = 100'000;
  size_t events_kept = 65'536;  // for watchers that come back (kEventsKept)
};

// What a command did.
struct Applied {
  uint64_t revision = 0;
  int32_t lease_ms = 0;
  uint64_t incarnation = 0;
};

enum class Beat : uint8_t {
  kUnknown,  // must be registered again
  kRenewed,
  kFirst,    // initial -> working: journal a WorkingCommand
  kRevived,  // unreachable -> working
};

// One node's registry as a pure state machine: time and input are arguments. A durable change goes
// Check() -> journal -> Apply(); Apply() does the same whether a command is new or replayed, so the
// journal is the truth. Heartbeats and lease ends act at once and are not kept. Every change gets
// the next revision and becomes one event in the ring and the hub. What an operator says outlives
// registering again and deregistering. Owned by the server place, used on its loop only.
class Registry {
 public:
  explicit Registry(RegistryOptions options = {});

  // Whether the command may be journaled now; fills in defaults. Apply() can still refuse what
  // another command has overtaken.
  Status Check(Command& command) const;
  // `sequence` is the command's place in the journal. kAborted: an incarnation older than the last
  // seen.
  Result<Applied> Apply(const Command& command, uint64_t sequence);
  Beat Heartbeat(std::string_view path, Time now, int64_t unix_ms);
  // Ends leases that ran out, at most kTickEndsMax of them so that nobody waits long for the loop;
  // how many instances became unreachable. Nothing ends while frozen.
  static constexpr size_t kTickEndsMax = 1000;
  size_t Tick(Time now, int64_t unix_ms);
  // When Tick() has something to do; kNever while frozen.
  Time NextExpiry() const { return frozen_ ? kNever : leases_.NextExpiry(); }

  // While frozen nobody becomes unreachable; heartbeats still revive (VIN-090). Thawing gives
  // everybody a full lease.
  void Freeze() { frozen_ = true; }
  void Thaw(Time now);
  // Gives everybody a full lease: after a time in which no heartbeat could be heard.
  void RestartLeases(Time now);

  // Recovery: snapshot entries, then Apply() of the journal's records, then FinishRecovery(),
  // before anything else. Publishes nothing; gives every lease a full term and takes revisions
  // beyond any that was told before.
  void BeginRecovery() { recovering_ = true; }
  void Restore(SnapshotEntry entry);
  void FinishRecovery(Time now);

  // A snapshot in steps, between which commands may be applied: header and operator states first,
  // then instances after `after` ("" = the first) until `out` has `entries_max`; `after` is moved.
  // True when all were given.
  void SnapshotHead(std::vector<std::string>& out) const;
  bool SnapshotInstances(std::string& after, size_t entries_max,
                         std::vector<std::string>& out) const;

  InstanceView View(const Instance& instance) const;
  // Newer than `since` under the target? True also when it cannot be known.
  bool ChangedSince(const Target& target, uint64_t since) const;

  const Tree& tree() const { return tree_; }
  const EventRing& events() const { return events_; }
  WatchHub& hub() { return hub_; }
  uint64_t revision() const { return revision_; }

  struct Totals {
    uint64_t registers = 0;
    uint64_t heartbeats = 0;
    uint64_t expirations = 0;
  };
  const Totals& totals() const { return totals_; }

 private:
  Result<Applied> Do(const RegisterCommand& command, uint64_t sequence);
  Result<Applied> Do(const DeregisterCommand& command, uint64_t sequence);
  Result<Applied> Do(const OperatorCommand& command, uint64_t sequence);
  Result<Applied> Do(const WorkingCommand& command, uint64_t sequence);
  void SetState(Instance& instance, State state, int64_t unix_ms);
  void Fill(Instance& instance, const Spec& spec);
  void PublishPut(const Instance& instance);
  void PublishRemove(std::string path);
  TraitsPtr Intern(const TraitsPtr& traits);
  void SweepTraits();

  const RegistryOptions options_;
  Tree tree_;
  LeaseTimer leases_;
  EventRing events_;
  WatchHub hub_;
  std::map<std::string, OperatorStatePtr, std::less<>> operator_states_;
  std::unordered_map<std::string, std::weak_ptr<const Traits>> traits_;  // by their bytes
  size_t traits_swept_at_ = 1024;
  uint64_t revision_ = 0;
  bool recovering_ = false;
  bool frozen_ = false;
  Totals totals_;
};

}  // namespace bellrock::naming
