// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "bellrock/time.h"
#include "naming/health_check.h"
#include "naming/lease_list.h"
#include "naming/replica/stamp.h"

namespace bellrock::naming {

// VIN-084. Deregistering ends the life cycle from any state (VIN-091).
enum class State : uint8_t { kInitial, kWorking, kUnreachable };
enum class Signal : uint8_t { kRegister, kHeartbeat, kLeaseEnd };

// The life cycle as a table (VIN-085, VIN-087..089). Only a working instance loses its lease: an
// initial one never had a heartbeat to miss.
constexpr State NextState(State state, Signal signal) {
  switch (signal) {
    case Signal::kRegister:
      return State::kInitial;
    case Signal::kHeartbeat:
      return State::kWorking;
    case Signal::kLeaseEnd:
      return state == State::kWorking ? State::kUnreachable : state;
  }
  return state;
}

// Version, labels and how it is probed, shared by all instances that say the same. Immutable.
struct Traits {
  std::string version;
  std::map<std::string, std::string> labels;
  HealthCheck health{};

  friend bool operator==(const Traits&, const Traits&) = default;
};
using TraitsPtr = std::shared_ptr<const Traits>;

// What an instance says of itself, checked and with defaults filled in.
struct Spec {
  std::string path;
  std::string address;  // "ip:port"
  int32_t weight = 0;
  int32_t lease_ms = 0;
  TraitsPtr traits;
  uint64_t incarnation = 0;
};

struct OperatorState;
using OperatorStatePtr = std::shared_ptr<const OperatorState>;  // nullptr: nothing said

// A maintenance window that is to come or has begun (maintenance.h): at its next boundary the
// operator's word turns into `next`.
struct MaintenanceWindow {
  int64_t from_unix_ms = 0;
  int64_t until_unix_ms = 0;  // 0: does not end by itself
  bool begun = false;
  OperatorStatePtr next;  // without a window; never nullptr

  friend bool operator==(const MaintenanceWindow& a, const MaintenanceWindow& b);
};

// What an operator says of an instance; kept apart, so that registering again never undoes it. Or,
// under the reserved path of a document (document.h), what is kept about a service.
struct OperatorState {
  bool disabled = false;
  bool isolated = false;
  int32_t weight = 0;  // 0 = no override (ZY-030)
  std::string reason;
  std::optional<MaintenanceWindow> window{};
  std::string document{};  // bytes that mean nothing to naming

  // A reason alone is none: it says why something was taken back.
  bool says_something() const {
    return disabled || isolated || weight != 0 || window || !document.empty();
  }
  friend bool operator==(const OperatorState&, const OperatorState&) = default;
};

inline bool operator==(const MaintenanceWindow& a, const MaintenanceWindow& b) {
  return a.from_unix_ms == b.from_unix_ms && a.until_unix_ms == b.until_unix_ms &&
         a.begun == b.begun && *a.next == *b.next;
}

namespace replica {

// What an operator says; nullptr: takes back what was said.
struct OperatorWord {
  OperatorStatePtr state;
  Dot replaces;  // the word that was known when this was said: tells a change from a conflict
  Stamp stamp;
  std::string why{};  // of one that takes back; else the state says it
};

}  // namespace replica

struct Directory;

// Why an instance has its lease here: it was heard; its lease ran out, but a protection gave it
// again; it is not known better, for another node held it before, or this one was away. Of the last
// two nothing has been heard since.
enum class LeaseBasis : uint8_t { kHeard, kGivenAgain, kUnproven };

// One registered instance with the two words that are known of it (replica/record.h), owned by the
// tree. Small on purpose: a million of them must fit at 1 KB each with all indexes.
struct Instance : LeaseNode {
  // First what a heartbeat touches: one cache line with the lease node.
  int32_t lease_ms = 0;
  State state = State::kInitial;
  LeaseBasis basis = LeaseBasis::kHeard;
  HealthCheck::Kind health = HealthCheck::Kind::kNone;  // its traits say the same
  Directory* cluster = nullptr;  // its path is the cluster's path + "/" + name
  uint64_t path_hash = 0;        // for the tree's index
  std::string_view name;         // as its cluster has it
  std::string address;
  TraitsPtr traits;
  std::shared_ptr<const replica::OperatorWord> operator_word;
  uint64_t revision = 0;     // of its last change
  uint64_t incarnation = 0;  // of its last registration
  uint64_t sequence = 0;     // its own count within the incarnation, as of its word
  uint64_t heard = 0;        // the count of its last heartbeat here
  int64_t registered_unix_ms = 0;
  replica::Stamp stamp;  // of its word
  int32_t weight = 0;

  Duration lease() const { return std::chrono::milliseconds(lease_ms); }
  OperatorStatePtr operator_state() const {
    return operator_word == nullptr ? nullptr : operator_word->state;
  }
  bool disabled() const {
    const OperatorState* said = operator_word == nullptr ? nullptr : operator_word->state.get();
    return said != nullptr && (said->disabled || said->isolated);
  }
  int64_t changed_unix_ms() const {
    const replica::Hlc said = operator_word == nullptr ? replica::Hlc{} : operator_word->stamp.time;
    return (said > stamp.time ? said : stamp.time).unix_ms();
  }
  // It works until it is deregistered: nobody gives a sign of life for it (MSEC-082).
  bool is_static() const { return health == HealthCheck::Kind::kStatic; }
  bool usable() const { return state == State::kWorking && !disabled(); }
};

// An instance as it was at one moment, with its path: what events carry and lookups return.
struct InstanceView {
  Spec spec;
  State state = State::kInitial;
  OperatorStatePtr operator_state;
  uint64_t revision = 0;
  int64_t registered_unix_ms = 0;
  int64_t changed_unix_ms = 0;
  replica::Stamp stamp;  // of the word that changed last

  bool usable() const {
    const bool off =
        operator_state != nullptr && (operator_state->disabled || operator_state->isolated);
    return state == State::kWorking && !off;
  }
};

}  // namespace bellrock::naming
