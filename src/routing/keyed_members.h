// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "bellrock/routing/v1/settings.pb.h"
#include "routing/policy/keyed.h"
#include "routing/table.h"

namespace bellrock::routing {

// Those of `slots` that may own keys, as the policies by key want them: with the copy of the data
// that they hold (QQ-042) and the UNITs that are theirs. `spec` gives the holder of a slot, or
// null; what it returns is borrowed by the result.
std::vector<policy::KeyedMember> KeyedMembersOf(
    const v1::KeyedSettings& settings, const std::vector<uint16_t>& slots,
    const std::vector<uint8_t>& level_of_slot,
    const std::function<const InstanceSpec*(uint16_t)>& spec);

}  // namespace bellrock::routing
