// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace bellrock::rpc {

// Which instances of a large callee one client uses, so that not everybody holds connections to
// everybody (why: Google SRE book, chapter 20). Rendezvous hashing (Thaler and Ravishankar, "Using
// name-based mappings to increase hit rates", 1998): a client takes the `size` instances whose hash
// with its own key is highest. Nobody has to agree on anything, each instance gets about the same
// number of clients, and when an instance comes or goes each client changes one of its own at most.
// Pure. Returns indices, ascending; all of them if there are no more than `size`.
std::vector<size_t> ChooseSubset(std::string_view client,
                                 std::span<const std::string_view> instances, size_t size);

}  // namespace bellrock::rpc
