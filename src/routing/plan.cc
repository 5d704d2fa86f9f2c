// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/plan.h"

#include <cstdint>
#include <utility>

namespace bellrock::routing {
namespace {

void PlanPool(const TablePool& pool, bool keyed, v1::Pool& out) {
  out.set_name(pool.name);
  out.set_sequence(PackSlots(pool.sequence));
  out.set_protection(pool.protection);
  out.set_last_resort(pool.last_resort);
  for (const double share : pool.level_shares) out.add_level_shares(share);
  if (keyed) out.set_members(PackSlots({pool.members.begin(), pool.members.end()}));
}

}  // namespace

std::string PackSlots(const std::vector<uint16_t>& slots) {
  std::string bytes;
  bytes.reserve(slots.size() * 2);
  for (const uint16_t slot : slots) {
    bytes.push_back(static_cast<char>(slot & 0xff));
    bytes.push_back(static_cast<char>(slot >> 8));
  }
  return bytes;
}

std::vector<uint16_t> UnpackSlots(const std::string& bytes) {
  std::vector<uint16_t> slots(bytes.size() / 2);
  for (size_t k = 0; k < slots.size(); ++k) {
    slots[k] = static_cast<uint16_t>(static_cast<uint8_t>(bytes[2 * k]) |
                                     static_cast<uint8_t>(bytes[2 * k + 1]) << 8);
  }
  return slots;
}

v1::RoutePlan PlanOf(const RouteTable& table, const v1::Place& place,
                     const v1::StoredSettings& settings, std::string traits) {
  v1::RoutePlan plan;
  plan.set_policy(std::string(policy::NameOf(table.kind)));
  plan.set_refused_share(table.refused_share);
  plan.set_settings_version(settings.version());
  *plan.mutable_settings() = settings.settings();
  *plan.mutable_place() = place;
  plan.set_traits(std::move(traits));
  for (const TablePool& pool : table.pools) {
    PlanPool(pool, policy::Keyed(table.kind), *plan.add_pools());
  }
  for (const v1::CompiledRule& rule : table.rules) *plan.add_rules() = rule;
  for (const v1::MethodShield& shield : table.method_shields) *plan.add_method_shields() = shield;
  return plan;
}

void FillTraits(const InstanceSpec& spec, v1::SlotTraits& traits) {
  traits.set_region(spec.region);
  traits.set_unit(spec.unit);
  traits.set_cluster(spec.cluster);
  traits.set_version(spec.version);
  traits.mutable_labels()->insert(spec.labels.begin(), spec.labels.end());
  traits.set_registered_unix_ms(spec.registered_unix_ms);
}

void TakeTraits(const v1::SlotTraits& traits, InstanceSpec& spec) {
  spec.region = traits.region();
  spec.unit = traits.unit();
  spec.cluster = traits.cluster();
  spec.version = traits.version();
  spec.labels = {traits.labels().begin(), traits.labels().end()};
  spec.registered_unix_ms = traits.registered_unix_ms();
}

std::string PackTraits(const RouteTable& table) {
  v1::SlotTraitsList list;
  for (uint32_t slot = 0; slot < table.entries.size(); ++slot) {
    if (!table.entries[slot].spec) continue;
    v1::SlotTraits& traits = *list.add_traits();
    traits.set_slot(slot);
    FillTraits(*table.entries[slot].spec, traits);
  }
  return list.SerializeAsString();
}

void UnpackTraits(const std::string& bytes, const std::vector<InstanceSpec*>& by_slot) {
  v1::SlotTraitsList list;
  if (!list.ParseFromString(bytes)) return;
  for (const v1::SlotTraits& traits : list.traits()) {
    if (traits.slot() >= by_slot.size() || by_slot[traits.slot()] == nullptr) continue;
    TakeTraits(traits, *by_slot[traits.slot()]);
  }
}

}  // namespace bellrock::routing
