// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "metrics/card_table.h"
#include "metrics/store/store.h"

namespace bellrock::metrics::compute {

// The set under which lost calls are kept: the callee alone, a card of as many calls at latency 0.
inline constexpr char kLostSet[] = "(lost)";

// A table of one set as the store keeps it: a block for each service and window. `table`'s first
// dimension is the callee and its seconds are those of `grain`; seconds lie together by the minute.
std::vector<store::Block> BlocksOf(const CardTable& table, store::Grain grain,
                                   const std::string& set);

// The same calls in the windows of the next coarser grain that is kept: minutes become hours, hours
// days; seconds, which minutes hold already, are left out. One block for each shelf and window,
// canonical, whatever the order and cut of `blocks`; `blocks` are of one contribution.
std::vector<store::Block> RollUp(std::vector<store::Block> blocks);

}  // namespace bellrock::metrics::compute
