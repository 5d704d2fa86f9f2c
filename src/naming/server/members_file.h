// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.h"
#include "bellrock/status.h"
#include "fiber/environment.h"
#include "naming/cluster/membership.h"

// The last known members, kept so that a server whose configured seeds are all gone still finds its
// cluster when it starts again. Text, an address a line; lost or damaged it costs nothing else.
namespace bellrock::naming::server {

// Beside as many configured seeds there is room for these.
inline constexpr size_t kMembersKept = 48;
static_assert(kMembersKept < cluster::Membership::kSeedsMax);

// Gossip addresses of the others that are worth a knock after a restart, sorted: the reachable
// first, then those lost last; at most kMembersKept.
std::vector<Address> MembersToKeep(const cluster::Membership& membership);

std::string EncodeMembers(const std::vector<Address>& members);
// kDataLoss with the line that is wrong.
Result<std::vector<Address>> DecodeMembers(std::string_view text);

// Block. A file that is not there is an empty one.
Result<std::vector<Address>> LoadMembers(fiber::Disk& disk, const std::string& data_dir);
Status SaveMembers(fiber::Disk& disk, const std::string& data_dir,
                   const std::vector<Address>& members);

}  // namespace bellrock::naming::server
