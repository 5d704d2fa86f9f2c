// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bellrock/routing/v1/plan.pb.h"
#include "routing/policy/keyed.h"
#include "routing/policy/kind.h"
#include "routing/rules/selector.h"
#include "routing/table.h"

namespace bellrock::routing::client {

// The slots of a sequence that this process can call. Filled up again to a power of two, so that a
// pick stays a mask and a load.
template <typename Known>
std::vector<uint16_t> OnlyKnown(std::vector<uint16_t> sequence, const Known& known) {
  std::erase_if(sequence, [&](uint16_t slot) { return !known(slot); });
  const size_t valid = sequence.size();
  if (valid == 0 || std::has_single_bit(valid)) return sequence;
  sequence.resize(std::bit_ceil(valid));
  for (size_t at = valid; at < sequence.size(); ++at) sequence[at] = sequence[at - valid];
  return sequence;
}

// One pool as a pick reads it.
struct PoolView {
  std::vector<uint16_t> sequence;  // empty, or a power of two long
  uint32_t mask = 0;
  bool usable = false;                             // a rule may send calls here
  std::shared_ptr<const policy::KeyedPool> keyed;  // null: not routed by key
  std::string members;                             // packed, of which `keyed` was made
  uint64_t weight = 0;                             // static, of all members together
};

// What a pick needs of a plan beyond the next element of the sequence: rules, pools, keys, refusal,
// methods that fail. Immutable, shared between threads.
struct PlanView {
  policy::Kind kind = policy::Kind::kL5;
  std::optional<rules::Selector> selector;  // none: every call goes to pool 0
  std::vector<PoolView> pools;              // at least one
  std::vector<bool> usable;                 // by slot: neither shielded nor out of service
  std::vector<uint32_t> weights;            // by slot: static
  double refused_share = 0;
  std::vector<uint64_t> method_shields;  // method_hash << 32 | slot, ascending
  v1::KeyedSettings keyed_settings;
  uint64_t roster_generation = 0;

  bool MethodShielded(uint32_t method_hash, uint16_t slot) const;
  uint32_t WeightOf(uint16_t slot) const { return slot < weights.size() ? weights[slot] : 0; }
  bool Usable(uint16_t slot) const { return slot < usable.size() && usable[slot]; }
};

// What a table says of its slots, as far as a plan's view needs it.
struct SlotsView {
  uint64_t roster_generation = 0;
  std::vector<bool> known;   // an instance that this process can call
  std::vector<bool> usable;  // neither shielded nor out of service
  std::vector<uint8_t> level;
  std::vector<uint32_t> weights;  // static
  // By slot, null for the free; asked for only when pools by key have to be made.
  std::function<std::vector<std::shared_ptr<const InstanceSpec>>()> specs;
};

// Null if there is nothing in the plan but the sequence, which a pick can do without it. `sequence`
// is pool 0's. Keyed pools whose members have not changed are taken from `last` (may be null), for
// they cost milliseconds to make.
std::shared_ptr<const PlanView> MakePlanView(const v1::RoutePlan& plan,
                                             const std::vector<uint16_t>& sequence,
                                             const SlotsView& slots, const PlanView* last);

}  // namespace bellrock::routing::client
