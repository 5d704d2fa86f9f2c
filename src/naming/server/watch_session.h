// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <set>
#include <vector>

#include "bellrock/naming/v1/naming.pb.h"
#include "bellrock/service.h"
#include "fiber/sync.h"
#include "naming/server/registry_host.h"
#include "naming/watch_hub.h"

namespace bellrock::naming::server {

// The wire form of a batch of events, made once for the many watchers that get the same batch one
// after the other.
class ReplyCache {
 public:
  std::shared_ptr<const v1::WatchReply> For(const std::vector<EventPtr>& events, uint64_t epoch);

 private:
  std::vector<EventPtr> events_;
  std::shared_ptr<const v1::WatchReply> reply_;
};

// What is shared by all watch and poll calls of a service. On the home loop.
struct WatchDesk {
  std::shared_ptr<RegistryHost> host;
  ReplyCache cache;
  std::set<fiber::Event*> waiting;  // of calls in progress, to be woken when the server stops

  void WakeAll();
};

// Serves one Watch call in the caller's fiber until the peer goes or the server stops.
Status ServeWatch(std::shared_ptr<WatchDesk> desk, const v1::WatchRequest& request,
                  Writer<v1::WatchReply>& writer);

// Serves one Poll call; blocks up to its wait_ms.
Result<v1::PollReply> ServePoll(std::shared_ptr<WatchDesk> desk, const v1::PollRequest& request);

// How many instances lie under the target; refuses more than fit into one reply.
inline constexpr int64_t kReplyInstancesMax = 100'000;
Status CheckReplySize(const Registry& registry, const Target& target);

}  // namespace bellrock::naming::server
