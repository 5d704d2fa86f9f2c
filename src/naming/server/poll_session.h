// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "bellrock/naming/v1/naming.pb.h"
#include "bellrock/service.h"
#include "bellrock/status.h"
#include "naming/server/watch_desk.h"

namespace bellrock::naming::server {

// Serves one Poll call; blocks up to its wait_ms. Over plain HTTP "nothing new" is status 304 with
// the reason, and what to ask with next, in headers.
Result<v1::PollReply> ServePoll(std::shared_ptr<WatchDesk> desk, ServerContext& context,
                                const v1::PollRequest& request);

// How many instances lie under the target; refuses more than fit into one reply.
inline constexpr int64_t kReplyInstancesMax = 100'000;
Status CheckReplySize(const Registry& registry, const Target& target);

}  // namespace bellrock::naming::server
