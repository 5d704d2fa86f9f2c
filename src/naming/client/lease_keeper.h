// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bellrock/naming/v1/naming.pb.h"
#include "bellrock/status.h"
#include "bellrock/time.h"
#include "naming/client/backoff.h"

namespace bellrock::naming::client {

inline constexpr size_t kInstancesMax = 100'000;      // one keeper holds
inline constexpr size_t kHeartbeatPathsMax = 10'000;  // one message carries (naming.proto)
inline constexpr Duration kDefaultLease = std::chrono::seconds(10);
inline constexpr Duration kLeaseMin = std::chrono::seconds(1);
inline constexpr int kBeatsPerLease = 3;  // a lease survives two lost heartbeats
inline constexpr Duration kRetryMin = std::chrono::milliseconds(200);
inline constexpr Duration kRetryMax = std::chrono::seconds(3);
// A registration the registry refuses as wrong is asked again this seldom: only a person can mend
// it.
inline constexpr Duration kRefusedRetry = std::chrono::seconds(30);
// How often in a row a higher incarnation is taken before a refusal is believed.
inline constexpr int kRaisesMax = 3;

// Where in an instance's life its registrations are: what somebody else who registered it, another
// process or an earlier hand of this one, has to pass on.
struct Life {
  // The client chose the specification's incarnation (0: this class is to choose it), and a higher
  // one may be taken. Otherwise the user did, and it stands.
  bool may_raise = false;
  uint64_t count = 0;    // heartbeats sent in this incarnation, at least
  uint64_t unix_ms = 0;  // now: what a new incarnation is numbered with
};

// Decides which instance is due for what: register, heartbeat, register again. Pure: time, random
// bits and the outcome of calls are arguments; what to do and what to tell are return values.
//
// An instance is registered when its time comes, heartbeated at once (initial -> working, VIN-087)
// and then together with all others of the same lease each third of it (VIN-086). What the registry
// does not know is registered again. Nothing is ever given up; only Remove() ends an instance, and
// Pause() holds it without a word to the registry.
//
// An instance's own word is ordered by its incarnation and, within it, by its heartbeats counted
// from 1 (docs/naming-replication.md): neither ever goes back here.
class LeaseKeeper {
 public:
  struct Change {
    std::string path;
    Status status;  // OK: registered; else why not
  };

  // Adds or replaces; the same specification again only ends a pause. kInvalidArgument: empty path;
  // kResourceExhausted: full.
  Status Add(const v1::InstanceSpec& spec, Time now, const Life& life = {});
  // No more registrations and heartbeats for it until it is added again.
  void Pause(std::string_view path);
  // As Pause(), and what the registry knows of it no longer counts: added again, it is registered
  // again. False if it is not there.
  bool Remove(std::string_view path);
  // Drops it unless it was added again since Pause() or Remove(); while a call about it is in
  // flight, after that.
  void Forget(std::string_view path);

  // At most `max` registrations to make now. Each is in flight until told of in OnRegister() or
  // OnOutdated().
  std::vector<v1::RegisterRequest> DueRegistrations(Time now, size_t max);
  Time next_registration() const;
  void OnRegister(std::string_view path, const Status& status, int32_t lease_ms, Time now,
                  uint64_t random);
  // The registry knows a later incarnation (`refusal`), of which it says `known` (null: nothing).
  // Takes a higher one at once, unless another live process has the path.
  void OnOutdated(std::string_view path, const v1::Instance* known, const Status& refusal,
                  uint64_t unix_ms, Time now);

  // All paths to heartbeat now, in order; empty if none. Their next turn comes with OnHeartbeat().
  std::vector<std::string> DueHeartbeats(Time now);
  Time next_heartbeat() const;
  // The message for them, which counts as sent. Leaves out those who no longer beat.
  v1::HeartbeatRequest HeartbeatOf(std::span<const std::string> paths);
  // Outcome of one message: `unknown` are the paths to register again.
  template <typename Strings>
  void OnHeartbeat(std::span<const std::string> paths, const Strings& unknown, Time now) {
    for (const std::string& path : paths) Renewed(path, now);
    for (const std::string& path : unknown) Unknown(path, now);
  }
  void OnHeartbeatFailed(std::span<const std::string> paths, const Status& status, Time now,
                         uint64_t random);

  // What changed since the last call, for the state callback.
  std::vector<Change> TakeChanges();

  bool contains(std::string_view path) const { return entries_.find(path) != entries_.end(); }
  bool in_flight(std::string_view path) const;
  bool registered(std::string_view path) const;
  // 0 if it is not there.
  uint64_t incarnation(std::string_view path) const;
  uint64_t count(std::string_view path) const;
  // A higher incarnation may be taken for it.
  bool may_raise(std::string_view path) const;
  // Neither paused nor removed.
  bool wanted(std::string_view path) const;
  // Marks a call about the path that this class did not hand out (a deregistration).
  void SetInFlight(std::string_view path, bool in_flight);
  size_t size() const { return entries_.size(); }

 private:
  enum class Phase : uint8_t { kUnregistered, kRegistered };

  struct Entry {
    v1::InstanceSpec spec;
    Phase phase = Phase::kUnregistered;
    bool wanted = true;      // false after Pause() and Remove()
    bool forget = false;     // drop it when no call is in flight
    bool stale = false;      // the specification changed while a registration was in flight
    bool in_flight = false;  // a call about this path is
    bool fresh = false;      // heartbeat at once, without waiting for the others
    bool ended = false;      // removed: added again, it begins another life
    bool may_raise = false;
    int raises = 0;      // in a row
    uint64_t count = 0;  // heartbeats sent in spec.incarnation
    Time due{};          // of the next registration
    Duration lease = kDefaultLease;
    Time renewed{};
    StatusCode told =
        StatusCode::kUnknown;  // last state given to TakeChanges(); kUnknown = none yet
    Backoff backoff{kRetryMin, kRetryMax};
  };
  // All instances of one interval beat together.
  struct Beat {
    Time next{};
    Backoff backoff{kRetryMin, kRetryMax};
  };
  using Entries = std::map<std::string, Entry, std::less<>>;

  static Duration Interval(const Entry& entry) { return entry.lease / kBeatsPerLease; }
  static bool Beats(const Entry& entry) {
    return entry.wanted && entry.phase == Phase::kRegistered;
  }
  void Renewed(const std::string& path, Time now);
  void Unknown(const std::string& path, Time now);
  void Tell(const std::string& path, Entry& entry, const Status& status);
  // The entry whose call has ended; null if its outcome no longer counts.
  Entry* Landed(std::string_view path);
  static uint64_t IncarnationFor(const Entry& entry, uint64_t given, const Life& life);

  Entries entries_;
  std::map<Duration, Beat> beats_;
  std::vector<Change> changes_;
};

}  // namespace bellrock::naming::client
