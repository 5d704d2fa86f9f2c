// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "bellrock/status.h"
#include "bellrock/time.h"
#include "naming/alias_index.h"
#include "naming/document.h"
#include "naming/event_ring.h"
#include "naming/lease_list.h"
#include "naming/maintenance.h"
#include "naming/probe/probe_schedule.h"
#include "naming/replica/replica.h"
#include "naming/tree.h"
#include "naming/watch_hub.h"

namespace bellrock::naming {

using replica::Moment;

struct RegistryOptions {
  size_t instances_max = 2'000'000;  // beyond it new paths are refused
  size_t operator_states_max = 100'000;
  size_t document_bytes_max = size_t{32} << 20;  // of all documents together
  size_t events_kept = 65'536;                   // for watchers that come back (kEventsKept)
  replica::ReplicaOptions replica = {};
};

// What a registration came to.
struct Registered {
  uint64_t revision = 0;
  int32_t lease_ms = 0;
  uint64_t incarnation = 0;
};

enum class Beat : uint8_t {
  kUnknown,  // must be registered again
  kRenewed,
  kFirst,    // initial -> working
  kRevived,  // unreachable -> working
};

// One node's registry as a pure state machine: its replica of all records (which says what is
// true), the leases of the instances whose heartbeats come to this node, and what watchers are
// told. Time and input are arguments. A word changes the registry at once; it is durable and may be
// acknowledged when the replica's changes are (replica/journal.h). Every change of an instance,
// from whichever node, gets the next revision and becomes one event in the ring and the hub.
//
// Only a node that leads its site holds leases and ends them (VIN-092). Owned by the server place,
// used on its loop only.
class Registry final : private replica::RecordObserver {
 public:
  // `self` with an epoch that no earlier life had; revisions begin beyond those of earlier lives.
  explicit Registry(const replica::Origin& self, RegistryOptions options = {});

  // Words. They fill in defaults; kInvalidArgument names field, value and remedy,
  // kResourceExhausted the limit; kAborted: a later incarnation is known, or this one was
  // deregistered.
  Result<Registered> Register(Spec spec, uint64_t sequence, const Moment& at);
  // `incarnation` 0: whichever is there. What is not there is gone already.
  Status Deregister(std::string_view path, uint64_t incarnation, const Moment& at);
  // A word for a time is turned over by Tick() at its boundaries.
  Status Operate(std::string_view path, const OperatorState& state, const Moment& at,
                 const WindowTimes& times = {});

  // Documents (document.h): the version that holds from now on. Empty bytes take it back. kAborted:
  // another version than `expected` holds (0: whichever).
  Result<uint64_t> SetDocument(std::string_view path, const OperatorState& state, uint64_t expected,
                               const Moment& at);
  std::optional<Document> FindDocument(std::string_view path) const;
  // After that path, in order; false stops.
  void ForEachDocument(std::string_view after,
                       const std::function<bool(const Document&)>& visit) const;
  // Called with the path after each change of a document, from whichever node; must not block.
  using DocumentListener = std::function<void(const std::string& path)>;
  void SetDocumentListener(DocumentListener listener) { document_listener_ = std::move(listener); }

  // A heartbeat of that incarnation (0: any), its `count`-th (0: not counted). In two steps, for
  // batches: what FindForHeartbeat() found, before anything else changes.
  Instance* FindForHeartbeat(std::string_view path) const;
  Beat Heartbeat(Instance& instance, uint64_t incarnation, uint64_t count, const Moment& at);
  Beat Heartbeat(std::string_view path, uint64_t incarnation, uint64_t count, const Moment& at);

  // Ends leases that ran out, at most kTickEndsMax of them so that nobody waits long for the loop;
  // how many were looked at. Whom `may_end` holds gets another lease.
  static constexpr size_t kTickEndsMax = 1000;
  using MayEnd = std::function<bool(const Instance&)>;
  size_t Tick(const MayEnd& may_end, const Moment& at);
  // When Tick() has something to do.
  Time NextExpiry() const { return leases_.NextExpiry(); }

  // Maintenance windows that are to come or have begun; beyond it new ones are refused.
  static constexpr size_t kWindowsMax = 100'000;

  // Whether this node leads, and which instances are its to end, by who spoke of them last: it
  // takes their leases over, each for a full term. Other sites' instances are theirs to end
  // (VIN-056).
  using Owns = std::function<bool(const Instance&)>;
  void Lead(Owns owns, Time now);
  // `owns` says something else than before: lets go of leases, takes others over.
  void OwnershipChanged(Time now);
  // Another leader of this site is alive: who is heard here for the first time is said to be.
  void SetContested(bool contested) { contested_ = contested; }
  void Follow();
  bool leading() const { return leading_; }
  // Gives everybody a full lease: after a time in which no heartbeat could be heard.
  void RestartLeases(Time now);

  // Active probes, made by who leads (the scanner; OCTO-032): whom to probe now, if anybody; each
  // is to be finished. One that was answered is a sign of life as a heartbeat is.
  std::optional<probe::Probe> TakeProbe(Time now);
  void FinishProbe(const probe::Probe& probe, bool alive, const Moment& at);
  const probe::ProbeSchedule& probes() const { return probes_; }

  // Of the leases held here, those that are overdue: older than kOverdueShare of their length,
  // although every instance renews at least twice in it (VIN-086), or given again by a protection
  // without a heartbeat since.
  static constexpr double kOverdueShare = 0.6;
  static constexpr size_t kOverdueMax = 200'000;  // counted no further
  struct Leases {
    uint64_t held = 0;
    uint64_t overdue = 0;
    uint64_t unproven = 0;  // of the rest: given without a sign of life, and none has come yet
  };
  Leases CountLeases(Time now) const;

  // Recovery: between these the replica is restored (replica::Recovery), before anything else.
  // Publishes nothing.
  void BeginRecovery() { recovering_ = true; }
  void FinishRecovery();

  InstanceView View(const Instance& instance) const;
  // Newer than `since` under the target? True also when it cannot be known.
  bool ChangedSince(const Target& target, uint64_t since) const;

  const Tree& tree() const { return replica_.table().tree(); }
  replica::Replica& replica() { return replica_; }
  const replica::Replica& replica() const { return replica_; }
  const EventRing& events() const { return events_; }
  WatchHub& hub() { return hub_; }
  AliasIndex& aliases() { return aliases_; }
  const AliasIndex& aliases() const { return aliases_; }
  // What revisions count in: a number for this life of this node. Two nodes may start within the
  // same millisecond, so that their lives' epochs alone would not tell them apart. Never 0.
  uint64_t history() const;
  uint64_t revision() const { return replica_.table().revision(); }

  struct Totals {
    uint64_t registers = 0;
    uint64_t heartbeats = 0;
    uint64_t expirations = 0;
    uint64_t held = 0;  // ends of leases that a protection refused
  };
  const Totals& totals() const { return totals_; }

 private:
  void OnPut(Instance& instance, replica::RecordChange change) override;
  void OnRemove(Instance& instance, uint64_t revision, const replica::Stamp& by) override;
  void OnDocument(const std::string& path, const replica::OperatorWord& word,
                  uint64_t revision) override;
  void KeepLease(Instance& instance, bool new_life);
  void ForEachInstance(const std::function<void(Instance&)>& visit);
  void SetBasis(Instance& instance, LeaseBasis basis);
  void KeepProbe(const Instance& instance);
  std::optional<uint64_t> LeaseHere(std::string_view path, uint64_t incarnation) const;
  Status CheckRoom(std::string_view path) const;
  Result<OperatorState> Planned(const replica::Record& known, const OperatorState& wanted,
                                const WindowTimes& times, const Moment& at) const;
  static bool HasWindow(const Instance& instance);
  void KeepWindow(const Instance& instance);
  void KeepOtherWindows();
  void TurnWindows(const Moment& at);
  void Publish(std::shared_ptr<Event> event);

  const RegistryOptions options_;
  replica::Replica replica_;
  LeaseTimer leases_;
  probe::ProbeSchedule probes_;  // empty while this node follows
  EventRing events_;
  WatchHub hub_;
  AliasIndex aliases_;
  DocumentListener document_listener_;
  MaintenanceCalendar calendar_;  // empty while this node follows
  Owns owns_;
  uint64_t given_again_ = 0;  // leases by their basis
  uint64_t unproven_ = 0;
  Time now_{};  // of the last input, for what comes of it
  bool recovering_ = false;
  bool leading_ = false;
  bool contested_ = false;
  Totals totals_;
};

}  // namespace bellrock::naming
