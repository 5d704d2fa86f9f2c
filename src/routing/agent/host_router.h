// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bellrock/routing/v1/routing.bellrock.h"
#include "bellrock/status.h"
#include "fiber/environment.h"
#include "fiber/fiber.h"
#include "fiber/sync.h"
#include "routing/agent/instance_feed.h"
#include "routing/agent/snapshot.h"
#include "routing/engine.h"
#include "shm/counter_file.h"
#include "shm/cursor_file.h"
#include "shm/table_file.h"

namespace bellrock::routing::agent {

inline constexpr size_t kServicesMax = 4096;
inline constexpr size_t kCallersMax = 1024;  // processes of the host that call one service

struct HostRouterOptions {
  std::string host;           // our name in reports
  std::string run_directory;  // shared memory files; the applications' too
  std::string snapshot_path;  // "": none
  EngineOptions engine;
  Duration tick = std::chrono::milliseconds(100);
  Duration probe_timeout = std::chrono::milliseconds(200);
  Duration snapshot_interval = std::chrono::seconds(1);
  // Counters whose stamp is older, of a process that is gone; and of one that cannot be seen to be
  // gone.
  Duration caller_dead_after = std::chrono::seconds(10);
  Duration caller_forgotten_after = std::chrono::minutes(10);
  // A service that no process has called for so long is dropped.
  Duration service_idle_after = std::chrono::hours(1);
  // How long Subscribe() waits for the first table.
  Duration first_list = std::chrono::milliseconds(500);
  // How long a service's first table waits for the first word on its settings, so that nobody picks
  // by the default what operators have set otherwise. Then it goes on without. 0: not at all.
  Duration first_settings = std::chrono::milliseconds(300);
};

// Routing on a host: for each service that some process here calls it keeps an engine, reads the
// callers' counters, probes, and publishes the table in shared memory. Made and destroyed in a
// fiber of one loop, its home; the RPC server must run the handlers there too. If it dies, its last
// tables stay and the callers decide themselves.
class HostRouter final : public v1::HostRoutingService {
 public:
  // Blocks: loads the snapshot, so that its services are served at once. The feed is borrowed.
  HostRouter(fiber::Environment environment, HostRouterOptions options, InstanceFeed& feed);
  ~HostRouter() override;
  HostRouter(const HostRouter&) = delete;
  HostRouter& operator=(const HostRouter&) = delete;

  Result<v1::SubscribeReply> Subscribe(ServerContext& context,
                                       const v1::SubscribeRequest& request) override;
  // kNotFound for a service nobody here calls.
  Result<v1::ShowReply> Show(ServerContext& context, const v1::ShowRequest& request) override;
  Result<v1::ExplainReply> Explain(ServerContext& context,
                                   const v1::ExplainRequest& request) override;

  // The same two without a call.
  Result<v1::ExplainReply> Explain(const v1::ExplainRequest& request);
  // kInvalidArgument, kResourceExhausted.
  Status Keep(const std::string& service);
  // The operators' settings of a service that is kept; in force at once. Older ones than those in
  // force are left out. Version 0: nobody ever set anything.
  void SetSettings(const v1::StoredSettings& settings);
  // Of the services that are kept, which settings they have: service to version.
  std::map<std::string, uint64_t> SettingsVersions() const;
  // All tables, for reporting to the control plane.
  std::vector<v1::ServiceTable> Tables() const;

 private:
  struct Kept {
    explicit Kept(const EngineOptions& options, uint32_t generation_base)
        : engine(options, generation_base) {}

    RouteEngine engine;
    std::unique_ptr<shm::TablePublisher> publisher;
    std::optional<shm::CursorFile> cursors;  // only made here; the callers move them
    std::string traits;                      // packed, of the roster's generation
    uint64_t traits_of = 0;
    std::map<std::string, shm::CounterReader> callers;  // by path
    std::string problem;                                // of publishing, logged once
    fiber::Event has_instances;                         // and a table of them
    Time settings_until{};  // no table before, unless there was a word on the settings
    Duration updated_wall{0};
    Time wanted{};  // by a caller or Keep(), last
  };
  struct ProbeJob {
    std::string service;
    Probe probe;
  };

  Result<Kept*> KeepService(const std::string& service);
  Result<Kept*> KeptService(const std::string& service);
  void OnList(const std::string& service, std::vector<InstanceSpec> instances);
  Status AddCaller(const std::string& service, Kept& kept, const std::string& counters);
  void TickLoop();
  void TickService(const std::string& service, Kept& kept);
  void ReadCallers(Kept& kept);
  void ReadCaller(Kept& kept, shm::CounterReader& reader);
  bool CallerGone(const shm::CounterReader& reader) const;
  void SweepCounters();
  void DropIdle();
  void Publish(const std::string& service, Kept& kept, const RouteTable& table);
  void MakeCursors(const std::string& service, Kept& kept);
  v1::RoutePlan PlanFor(Kept& kept, const RouteTable& table) const;
  void RestoreSnapshot();
  void SnapshotLoop();
  void ProbeLoop();
  v1::ServiceTable Describe(const std::string& service, const Kept& kept) const;
  static int64_t InFlight(const Kept& kept, uint32_t slot, uint32_t generation);

  static constexpr size_t kProbeFibers = 32;
  static constexpr size_t kProbesQueuedMax = 4096;

  fiber::Environment environment_;
  const HostRouterOptions options_;
  InstanceFeed& feed_;
  std::map<std::string, std::unique_ptr<Kept>> kept_;
  bool snapshot_due_ = false;
  fiber::Channel<ProbeJob> probes_{kProbesQueuedMax};
  std::vector<fiber::JoinHandle> fibers_;
};

}  // namespace bellrock::routing::agent
