// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace bellrock::metrics::compute {

// Which of `partitions` partitions fall to `node` when `nodes` are alive: by highest random weight
// (Thaler and Ravishankar 1996), no node with more than its share rounded up. Every node that sees
// the same list decides the same, in whatever order the list comes; those that see different lists
// may both work a partition, which costs work and nothing else. Ascending; empty if `node` is not
// in the list.
std::vector<uint32_t> PartitionsOf(const std::string& node, const std::vector<std::string>& nodes,
                                   uint32_t partitions);

}  // namespace bellrock::metrics::compute
