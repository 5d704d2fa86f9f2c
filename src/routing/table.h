// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bellrock/routing/v1/plan.pb.h"
#include "routing/policy/kind.h"
#include "routing/shield.h"

// What the engine decides from and what it decides: values, shared between threads only as
// immutable.
namespace bellrock::routing {

// What the registry says of an instance as far as routing is concerned.
enum class Availability : uint8_t {
  kUsable = 1,
  // Its lease ran out, or it never heartbeat. Gets calls only when the service has no usable
  // instance at all.
  kUnreachable = 2,
  // An operator took it out. Never gets calls.
  kWithheld = 3,
};

struct InstanceSpec {
  std::string path;     // identity, "sz/default/music/storage/default/2"
  std::string address;  // "ip:port"
  std::string site;
  uint32_t static_weight = 100;  // Ws, 0..10000; 0 gets no calls (ZY-030)
  Availability availability = Availability::kUsable;
  std::string naming_state;  // for people
  std::string region{};      // "": by the settings, or none
  std::string unit{};        // within the site; "" = none
  std::string cluster{};
  std::string version{};
  std::map<std::string, std::string> labels{};
  int64_t registered_unix_ms = 0;  // 0: not known, and so long ago

  // "" if it does not carry the label.
  std::string_view label(const std::string& name) const {
    const auto found = labels.find(name);
    return found == labels.end() ? std::string_view() : std::string_view(found->second);
  }
  friend bool operator==(const InstanceSpec&, const InstanceSpec&) = default;
};

// One slot of a table. Slots are stable: an instance keeps its slot as long as it is listed.
// `generation` tells the successive holders of a slot apart, also across restarts of whoever
// decides.
struct TableEntry {
  std::shared_ptr<const InstanceSpec> spec;  // null: the slot is free
  uint32_t generation = 0;
  double dynamic_weight = 1;
  double share = 0;  // of the traffic that no rule sends elsewhere, 0..1
  ShieldPhase phase = ShieldPhase::kOpen;
  uint8_t level = 3;  // distance from the caller (locality::Level)
};

// Some of the instances, and how the calls that rules send to them are shared out.
struct TablePool {
  std::string name;                      // "default", "lane=blue"
  std::vector<uint32_t> members;         // slots; all that the rules allow
  std::vector<uint16_t> sequence;        // slots; empty, or a power of two long
  std::string protection;                // not empty: a protection is active, and why
  std::array<double, 4> level_shares{};  // unit, site, region, far
  std::string level_reason;              // why a farther level gets calls
  bool last_resort = false;              // none is usable; these are the unreachable ones
};

// One decision for one service: who gets which share, and in what order.
struct RouteTable {
  uint64_t generation = 0;          // +1 per table
  uint64_t roster_generation = 0;   // changes when a slot's holder changes
  std::vector<TableEntry> entries;  // by slot
  std::vector<uint16_t> sequence;   // of pool 0, whose own is empty
  std::string protection;           // of pool 0
  // [0] for the calls that no rule sends elsewhere.
  std::vector<TablePool> pools;
  std::vector<v1::CompiledRule> rules;
  policy::Kind kind = policy::Kind::kL5;
  double refused_share = 0;  // of the calls, by the caller (ZY-040)
  std::vector<v1::MethodShield> method_shields;
};

}  // namespace bellrock::routing
