// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "client/route_feed.h"

#include "routing/client/table_report.h"
#include "routing/from_naming.h"

namespace bellrock::client {

RouteFeed::RouteFeed(fiber::Environment environment, ChannelInterface& any_server,
                     ChannelInterface& first_server, routing::client::RouterSet& routers,
                     std::string host)
    : environment_(environment),
      any_server_(any_server),
      first_server_(first_server),
      routers_(routers),
      host_(std::move(host)),
      settings_(
          environment, any_server, [this] { return SettingsVersions(); },
          [this](const routing::v1::StoredSettings& settings) { SetSettings(settings); }) {
  settings_.Start();
  fiber_ = fiber::Start([this] { Run(); });
}

RouteFeed::~RouteFeed() {
  settings_.Stop();
  fiber_.Cancel();
  fiber_.Join();
  for (auto& [service, watcher] : watchers_) watcher->Stop();
}

Result<routing::client::Router*> RouteFeed::Open(std::string_view service) {
  BELLROCK_ASSIGN(routing::client::Router * router, routers_.Open(service));
  std::lock_guard<std::mutex> lock(mutex_);
  opened_.emplace(service, router);
  return router;
}

void RouteFeed::Run() {
  while (fiber::SleepFor(kCheckEvery).ok()) {
    Check();
    if (environment_.clock.Now() >= next_report_) ReportTables();
  }
}

void RouteFeed::Check() {
  std::map<std::string, routing::client::Router*, std::less<>> opened;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    opened = opened_;
  }
  for (const auto& [service, router] : opened) {
    auto watcher = watchers_.find(service);
    if (router->follows_agent()) {
      if (watcher == watchers_.end()) continue;
      watcher->second->Stop();
      watchers_.erase(watcher);
      settings_.Wake();  // to ask for the others only
    } else if (watcher == watchers_.end()) {
      auto made = std::make_unique<naming::client::Watcher>(
          environment_, any_server_, service,
          [this, target = router](const std::vector<naming::v1::Instance>& instances) {
            routers_.SetInstances(*target, routing::FromNaming(instances));
          });
      made->Start();
      watchers_.emplace(service, std::move(made));
      settings_.Wake();
    }
  }
}

std::map<std::string, uint64_t> RouteFeed::SettingsVersions() {
  std::lock_guard<std::mutex> lock(mutex_);
  std::map<std::string, uint64_t> versions;
  for (const auto& [service, watcher] : watchers_) {
    versions[service] = opened_.find(service)->second->settings_version();
  }
  return versions;
}

void RouteFeed::SetSettings(const routing::v1::StoredSettings& settings) {
  if (settings.version() == 0 || !watchers_.contains(settings.service())) return;
  std::lock_guard<std::mutex> lock(mutex_);
  opened_.find(settings.service())->second->SetSettings(settings);
}

void RouteFeed::ReportTables() {
  next_report_ = environment_.clock.Now() + kReportEvery;
  std::vector<routing::v1::ServiceTable> tables = routers_.OwnTables();
  for (routing::v1::ServiceTable& table : tables) table.set_host(host_);
  routing::client::ReportTables(
      first_server_, std::move(tables),
      [this](const routing::v1::ExplainRequest& request) { return routers_.Explain(request); });
}

}  // namespace bellrock::client
