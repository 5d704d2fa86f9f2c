// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "bellrock/routing/v1/routing.pb.h"
#include "bellrock/status.h"
#include "fiber/environment.h"
#include "fiber/fiber.h"
#include "fiber/sync.h"
#include "routing/client/agent_link.h"
#include "routing/client/router.h"

namespace bellrock::routing::client {

inline constexpr size_t kServicesMax = 4096;

struct RouterSetOptions {
  std::string run_directory;  // the host's; "": no agent
  EngineOptions engine;
  Duration poll = std::chrono::milliseconds(20);  // of the agent's tables
  Duration agent_dead_after = std::chrono::seconds(3);
  Duration subscribe_again = std::chrono::seconds(30);  // also when all seems well
  Duration subscribe_retry = std::chrono::seconds(1);
  Duration probe_timeout = std::chrono::milliseconds(200);
};

// The routers of one process, by service name. Made and destroyed in a fiber of the loop that works
// for it: there a fiber ticks all routers, one subscribes with the agent, and some make connect
// probes. Open() and Find() are for any thread; routers live as long as the set.
class RouterSet {
 public:
  // `agent` may be null; borrowed.
  RouterSet(fiber::Environment environment, RouterSetOptions options, AgentLink* agent);
  ~RouterSet();
  RouterSet(const RouterSet&) = delete;
  RouterSet& operator=(const RouterSet&) = delete;

  // Any thread. The router of the service, made on first use. kInvalidArgument for a bad name,
  // kResourceExhausted beyond kServicesMax.
  Result<Router*> Open(std::string_view service);
  // Any thread, no lock. Null if it was never opened.
  Router* Find(std::string_view service) const;

  // On the loop.
  void SetInstances(Router& router, std::vector<InstanceSpec> instances);
  // Tables that this process decides itself, for reports.
  std::vector<v1::ServiceTable> OwnTables();
  // By this process's own table. kNotFound: it has none.
  Result<v1::ExplainReply> Explain(const v1::ExplainRequest& request) const;

 private:
  struct Member {
    std::unique_ptr<Router> router;
    Time subscribe_at{};
    uint64_t subscribed_epoch = ~uint64_t{0};
  };
  struct ProbeJob {
    Router* router = nullptr;
    Probe probe;
  };

  std::vector<Member*> Members();
  void TickLoop();
  void SubscribeLoop();
  void ProbeLoop();

  static constexpr size_t kIndexSize =
      2 * kServicesMax;  // open addressing, never more than half full
  static constexpr size_t kProbeFibers = 8;
  static constexpr size_t kProbesQueuedMax = 1024;

  fiber::Environment environment_;
  const RouterSetOptions options_;
  AgentLink* const agent_;
  const uint32_t generation_base_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Member>> members_;  // under mutex_; only grows
  // On the heap: the set itself may live on a fiber's small stack.
  using Index = std::array<std::atomic<Router*>, kIndexSize>;
  const std::unique_ptr<Index> index_ = std::make_unique<Index>();
  fiber::Channel<ProbeJob> probes_{kProbesQueuedMax};
  std::vector<fiber::JoinHandle> fibers_;
};

}  // namespace bellrock::routing::client
