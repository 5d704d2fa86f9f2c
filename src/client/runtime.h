// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "bellrock/status.h"
#include "client/config.h"
#include "client/route_feed.h"
#include "fiber/environment.h"
#include "fiber/loop.h"
#include "metrics/client/recorder.h"
#include "metrics/table_sink.h"
#include "naming/client/registry_calls.h"
#include "naming/client/server_directory.h"
#include "routing/client/agent_link.h"
#include "routing/client/router.h"
#include "routing/client/router_set.h"
#include "rpc/client.h"

namespace bellrock::client {

// kInvalidArgument unless it is "line/service".
Status CheckServiceName(std::string_view name);

// What all channels and servers of a process share: loops, the way to agent and servers, routers,
// counting. Made on first use and kept by whoever uses it; the last one to let go stops it in
// order. Thread-safe.
class Runtime {
 public:
  // Before the first Get(): who we are, and how many loops. Later calls change the name only.
  static void Introduce(std::string name, int loops);
  // A channel to the service was made: its routing table is fetched as soon as the loops run, so
  // that the first call finds it. Starts nothing by itself.
  static void ExpectCalls(std::string_view service);
  // The first makes it; others who come meanwhile wait, on plain threads. kInvalidArgument if the
  // environment's settings are wrong.
  static Result<std::shared_ptr<Runtime>> Get();

  ~Runtime();
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  const Config& config() const { return config_; }
  fiber::Environment environment() const { return environment_; }
  fiber::LoopGroup& loops() { return loops_; }
  fiber::Loop& home() { return loops_.loop(0); }
  // Index of the calling thread's loop among ours; -1 on other threads.
  int LoopIndex();
  // Name to count calls by: "line/service" of this process's server, else "cli".
  std::string name() const;
  metrics::client::Recorder& recorder() { return *recorder_; }

  // The router of a service, which lives as long as this. Blocks until its first table came or
  // `timeout` is over; then kUnavailable with the reason. From any thread or fiber.
  Result<routing::client::Router*> RouterOf(std::string_view service, Duration timeout);

  // To the agent (null if there is none) and the leader of the servers; for fibers of the home loop
  // only.
  ChannelInterface* agent() { return agent_.get(); }
  naming::client::RegistryCalls& registry() { return *registry_; }

 private:
  Runtime(Config config, const std::string& name, int loops);
  void StartOnHome(const std::string& name);
  // Any thread.
  void Expect(const std::set<std::string>& services);
  void StopOnHome();

  const Config config_;
  fiber::Environment environment_;
  fiber::LoopGroup loops_;
  // Home loop's from here.
  std::unique_ptr<rpc::FixedEndpoints> agent_endpoints_;
  std::unique_ptr<rpc::Client> agent_;
  std::unique_ptr<naming::client::ServerDirectory> directory_;
  std::unique_ptr<rpc::Client> any_server_;    // for what all of them hold
  std::unique_ptr<rpc::Client> first_server_;  // for what is gathered at one
  std::unique_ptr<naming::client::RegistryCalls> registry_;
  std::unique_ptr<metrics::CardSink> sink_;
  std::unique_ptr<metrics::client::Recorder> recorder_;
  std::unique_ptr<routing::client::AgentLink> agent_link_;
  std::unique_ptr<routing::client::RouterSet> routers_;
  std::unique_ptr<RouteFeed> feed_;
};

}  // namespace bellrock::client
