// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bellrock/status.h"
#include "bellrock/time.h"
#include "fiber/sync.h"
#include "routing/client/plan_view.h"
#include "routing/client/thread_views.h"
#include "routing/engine.h"
#include "rpc/client/endpoint_source.h"
#include "shm/counter_file.h"
#include "shm/table_file.h"

namespace bellrock::routing::client {

struct RouterOptions {
  std::string run_directory;  // "": no agent, no files
  EngineOptions engine;
  // An agent whose stamp is older decides nothing any more; this process then decides for itself.
  Duration agent_dead_after = std::chrono::seconds(3);
  // How often this process then ticks its own engine.
  Duration engine_tick = std::chrono::milliseconds(100);
  // Random, for the generations of this process's own tables.
  uint32_t generation_base = 1;
};

// A pick without copies. The pointers hold until this thread's next pick or report, on any router.
struct Choice {
  const Address* address = nullptr;  // null: no instance
  const std::string* instance = nullptr;
  uint32_t slot = 0;
  uint32_t generation = 0;
};

// Routes the calls to one service. While the host's agent is alive its table in shared memory
// decides; else the same engine runs in here, seeded with the owner's list or the agent's last
// table (ZY-017). Picks and reports come from any thread and take neither lock nor system call;
// everything else belongs to the loop of the RouterSet that owns it.
class Router final : public rpc::EndpointSource {
 public:
  Router(std::string service, RouterOptions options);

  // Any thread.
  Result<rpc::Endpoint> Pick(std::span<const uint32_t> tried) override {
    return PickFor({.tried = tried});
  }
  Result<rpc::Endpoint> PickFor(const rpc::PickRequest& request) override;
  void Unpick(const rpc::Endpoint& endpoint) override;
  Result<std::vector<rpc::Endpoint>> All() override;
  void Report(const rpc::Endpoint& endpoint, StatusCode code, Duration latency) override;
  // The same, for callers that need no copies and ask for nothing in particular. Each choice is
  // awaited: it is reported when its answer is there, or does not come.
  Choice Choose(std::span<const uint32_t> tried = {});
  void Report(uint32_t slot, uint32_t generation, StatusCode code, Duration latency,
              uint32_t method_hash = 0, bool awaited = true);
  const std::string& service() const { return service_; }

  // The operators' settings, for when there is no agent.
  void SetSettings(const v1::StoredSettings& settings);
  uint64_t settings_version() const { return own_settings_.version(); }
  // The owner's list, for when there is no agent.
  void SetInstances(std::vector<InstanceSpec> instances, Time now);
  // Each 20 ms: follows the agent, or decides. Returns the connect probes to make.
  std::vector<Probe> Tick(Time now, int64_t now_unix_ms = 0);
  void OnProbeResult(const Probe& probe, bool connected, std::string_view reason, Time now);
  void OnProbeDropped(const Probe& probe);
  // The agent knows of us: its table may be there now, so the next tick looks.
  void OnSubscribed() { open_again_ = Time{}; }
  // OK as soon as there is a table with instances. Blocks the fiber.
  Status WaitReady(Time until);

  // What to tell the agent; empty before the first Tick() and without a run directory.
  std::string counters_path() const { return counters_ ? counters_->path() : ""; }
  // Changes when the agent began anew: it must be told again of our counters.
  uint64_t agent_epoch() const { return agent_epoch_; }
  bool follows_agent() const { return follows_agent_; }
  // The table of this process's own engine, for reports; false while the agent decides.
  bool Describe(v1::ServiceTable& out, Time now) const;
  // Likewise of where a call would go.
  std::optional<v1::ExplainReply> Explain(const v1::ExplainRequest& request, Time now) const;

 private:
  void MakeCounters(size_t slots, Time now);
  void FollowAgent(Time now);
  void OpenTable(Time now);
  void AdoptAgentTable();
  void ParsePlan(const std::string& bytes);
  v1::StoredSettings SettingsToBeginWith() const;
  void AdoptOwnTable(const RouteTable& table, Time now);
  std::vector<Probe> Decide(Time now, int64_t now_unix_ms);
  void BeginDeciding(Time now);
  void ReadOwnCounters(Time now);
  void Show(std::vector<uint16_t> sequence, const v1::RoutePlan& plan, const SlotsView& slots,
            const std::shared_ptr<Cursors>& cursors);
  Result<uint16_t> PickByPlan(ThreadView& mine, const rpc::PickRequest& request,
                              std::string_view method, uint32_t method_hash);

  const std::string service_;
  const RouterOptions options_;
  std::shared_ptr<Cursors> own_cursors_;
  std::shared_ptr<Cursors> host_cursors_;  // of the agent's table; own_cursors_ if it has none
  SharedView view_;
  std::shared_ptr<shm::CounterWriter> counters_;
  uint32_t counters_number_ = 0;
  std::shared_ptr<const Roster> roster_;
  uint64_t roster_generation_ = 0;
  std::shared_ptr<const PlanView> plan_view_;  // of the present view
  std::shared_ptr<Loads> loads_;               // once somebody looked at them
  fiber::Event ready_;

  std::optional<shm::TableReader> reader_;
  std::optional<shm::RouteImage> image_;  // the agent's last table
  v1::RoutePlan plan_;                    // of that table
  uint64_t seen_generation_ = 0;
  uint64_t agent_epoch_ = 0;
  Time open_again_{};
  bool follows_agent_ = false;
  std::string table_problem_;  // logged once

  std::vector<InstanceSpec> own_list_;
  v1::StoredSettings own_settings_;
  std::unique_ptr<RouteEngine> engine_;  // while this process decides
  std::optional<shm::CounterReader> own_counters_;
  Time next_decision_{};
  uint32_t engines_made_ = 0;
};

}  // namespace bellrock::routing::client
