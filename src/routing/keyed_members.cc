// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/keyed_members.h"

#include <string>
#include <string_view>

namespace bellrock::routing {
namespace {

constexpr std::string_view kLabelPrefix = "label:";

std::string_view CopyOf(const v1::KeyedSettings& settings, const InstanceSpec& spec) {
  const std::string& by = settings.copies();
  if (by == "cluster") return spec.cluster;
  if (by.starts_with(kLabelPrefix)) return spec.label(by.substr(kLabelPrefix.size()));
  return {};
}

}  // namespace

std::vector<policy::KeyedMember> KeyedMembersOf(
    const v1::KeyedSettings& settings, const std::vector<uint16_t>& slots,
    const std::vector<uint8_t>& level_of_slot,
    const std::function<const InstanceSpec*(uint16_t)>& spec) {
  std::vector<policy::KeyedMember> members;
  for (const uint16_t slot : slots) {
    const InstanceSpec* holder = spec(slot);
    if (holder == nullptr || holder->static_weight == 0 || slot >= level_of_slot.size()) continue;
    members.push_back({.slot = slot,
                       .weight = holder->static_weight,
                       .address = holder->address,
                       .path = holder->path,
                       .copy = CopyOf(settings, *holder),
                       .units = holder->label("units"),
                       .level = level_of_slot[slot]});
  }
  return members;
}

}  // namespace bellrock::routing
