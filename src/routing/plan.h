// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "bellrock/routing/v1/plan.pb.h"
#include "routing/table.h"

// The part of a table that is a message (proto/bellrock/routing/v1/plan.proto).
namespace bellrock::routing {

// All of a table beside its slots and the sequence of pool 0. Members of pools only for policies by
// key, which alone use them.
v1::RoutePlan PlanOf(const RouteTable& table, const v1::Place& place,
                     const v1::StoredSettings& settings, std::string traits);

// Little endian, as plan.proto says. A sequence that is not a power of two long is none.
std::string PackSlots(const std::vector<uint16_t>& slots);
std::vector<uint16_t> UnpackSlots(const std::string& bytes);

// What a list of instances says beside addresses, weights and sites; all but the slot.
void FillTraits(const InstanceSpec& spec, v1::SlotTraits& traits);
void TakeTraits(const v1::SlotTraits& traits, InstanceSpec& spec);

// A SlotTraitsList; "" if nobody has any. To be made when the roster changes.
std::string PackTraits(const RouteTable& table);
// Puts traits back into the instances of their slots; what does not fit is left out.
void UnpackTraits(const std::string& bytes, const std::vector<InstanceSpec*>& by_slot);

}  // namespace bellrock::routing
