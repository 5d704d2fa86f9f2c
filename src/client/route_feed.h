// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "bellrock/service.h"
#include "fiber/environment.h"
#include "fiber/fiber.h"
#include "naming/client/naming_watcher.h"
#include "routing/client/router_set.h"
#include "routing/client/settings_poller.h"

namespace bellrock::client {

// Feeds routers from the registry while no agent does (agentless mode): watches each service whose
// router decides for itself and asks for its settings, stops once the agent has taken over, and
// reports this process's own tables so that they can be seen. Lives on the home loop; Open() is for
// any thread.
class RouteFeed {
 public:
  // `any_server` is asked for lists, `first_server` gathers reports. All are borrowed.
  RouteFeed(fiber::Environment environment, ChannelInterface& any_server,
            ChannelInterface& first_server, routing::client::RouterSet& routers, std::string host);
  ~RouteFeed();

  // Any thread.
  Result<routing::client::Router*> Open(std::string_view service);

 private:
  static constexpr Duration kCheckEvery = std::chrono::milliseconds(200);
  static constexpr Duration kReportEvery = std::chrono::seconds(1);

  void Run();
  void Check();
  void ReportTables();
  // Of the routers that decide for themselves.
  std::map<std::string, uint64_t> SettingsVersions();
  void SetSettings(const routing::v1::StoredSettings& settings);

  fiber::Environment environment_;
  ChannelInterface& any_server_;
  ChannelInterface& first_server_;
  routing::client::RouterSet& routers_;
  const std::string host_;
  std::mutex mutex_;
  std::map<std::string, routing::client::Router*, std::less<>> opened_;  // under mutex_
  std::map<std::string, std::unique_ptr<naming::client::Watcher>> watchers_;
  Time next_report_{};
  routing::client::SettingsPoller settings_;
  fiber::JoinHandle fiber_;
};

}  // namespace bellrock::client
