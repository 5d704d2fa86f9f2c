// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "bellrock/routing/v1/settings.pb.h"

namespace bellrock::routing {

// What a new instance's weight is multiplied by while it fills its caches: from the floor to 1 in a
// straight line over the duration, as Dorado (OCTO's RPC, AbstractLoadBalance) does from 0; the
// floor keeps calls coming from the beginning. 1 if it is not known when the instance registered,
// or if that moment is farther ahead than a warm-up takes: then clocks disagree.
double WarmUpFactor(const v1::WarmUpSettings& settings, int64_t registered_unix_ms,
                    int64_t now_unix_ms);

}  // namespace bellrock::routing
