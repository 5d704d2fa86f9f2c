// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "bellrock/naming/v1/cluster.pb.h"
#include "bellrock/status.h"
#include "naming/registry.h"

// The last events for people: what, who and why.
namespace bellrock::naming::server {

inline constexpr int32_t kListedEventsMax = 1000;  // of one reply

// `name_of` a node's number. kInvalidArgument names the field.
Result<v1::ListEventsReply> ListLastEvents(const Registry& registry,
                                           const v1::ListEventsRequest& request,
                                           const std::function<std::string(uint64_t)>& name_of);

}  // namespace bellrock::naming::server
