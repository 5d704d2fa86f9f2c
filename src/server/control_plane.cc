// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/control_plane.h"

#include <fmt/format.h>

#include "base/log.h"
#include "metrics/server/dashboards_service.h"
#include "metrics/server/data_centre.h"
#include "metrics/server/metrics_service.h"
#include "metrics/server/query_service.h"
#include "naming/server/naming_server.h"
#include "routing/server/routing_server.h"
#include "rpc/server.h"
#include "server/alarms.h"
#include "server/assets.h"
#include "server/cluster_peers.h"
#include "server/console.h"
#include "server/console_url.h"
#include "server/exposed_figures.h"
#include "server/prometheus_pages.h"
#include "server/registry_dashboards.h"
#include "server/registry_settings.h"

namespace bellrock::server {
namespace {

constexpr auto kDrainMax = std::chrono::seconds(3);
constexpr auto kLastCutMax = std::chrono::seconds(5);

// Another name each time: what a paused process wakes up to do must not pass for its successor's.
std::string NameOfThisRun(fiber::Environment environment) {
  return fmt::format("server-{:x}", environment.random.Next());
}

metrics::server::DataCentreOptions CentreOptions(const std::string& directory,
                                                 const std::string& name) {
  metrics::server::DataCentreOptions options;
  options.directory = directory;
  options.name = name;
  return options;
}

}  // namespace

// In the order of starting; destroyed in the reverse.
struct ControlPlane::Parts {
  Parts(fiber::Environment world, std::unique_ptr<naming::server::NamingServer> registry,
        std::unique_ptr<metrics::server::DataCentre> data_centre, const Alarms::Names& names)
      : environment(world),
        console(ConsoleAssets()),
        naming(std::move(registry)),
        centre(std::move(data_centre)),
        metrics(world.clock, {},
                [this](const metrics::v1::PushRequest& push) { return centre->Push(push); }),
        query(*centre, metrics::DefaultDimensionSets()),
        prometheus(world.clock, centre->source()),
        exposed(*naming, *centre),
        alarms(world, *naming, *centre, names),
        dashboards_store(naming->documents()),
        dashboards(world, dashboards_store),
        settings(naming->documents(), "routing"),
        peers(*naming),
        routing(world, settings, peers) {}

  fiber::Environment environment;
  Console console;
  std::unique_ptr<naming::server::NamingServer> naming;
  std::unique_ptr<metrics::server::DataCentre> centre;
  metrics::server::MetricsService metrics;
  metrics::server::QueryService query;
  PrometheusPages prometheus;
  ExposedFigures exposed;
  Alarms alarms;
  RegistryDashboards dashboards_store;
  metrics::server::DashboardsService dashboards;
  RegistrySettings settings;
  ClusterPeers peers;
  routing::server::RoutingServer routing;
  std::unique_ptr<rpc::Server> rpc;
};

ControlPlane::ControlPlane(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

ControlPlane::~ControlPlane() = default;

Result<std::unique_ptr<ControlPlane>> ControlPlane::Start(fiber::Environment environment,
                                                          const ControlPlaneOptions& options) {
  BELLROCK_ASSIGN(auto naming, naming::server::NamingServer::Start(environment, options.naming));
  const std::string run = NameOfThisRun(environment);
  BELLROCK_ASSIGN(auto centre, metrics::server::DataCentre::Start(
                                   environment, CentreOptions(options.metrics_dir, run)));
  auto parts = std::make_unique<Parts>(environment, std::move(naming), std::move(centre),
                                       Alarms::Names{run, options.naming.site});

  rpc::ServerOptions rpc;
  rpc.name = "bellrock/server";
  parts->rpc = std::make_unique<rpc::Server>(environment, rpc, nullptr);
  // All state lives on this loop.
  fiber::Loop* home = fiber::Loop::Current();
  for (Service* service : parts->naming->services()) BELLROCK_TRY(parts->rpc->Add(*service, home));
  BELLROCK_TRY(parts->rpc->Add(parts->routing, home));
  BELLROCK_TRY(parts->rpc->Add(parts->metrics, home));
  BELLROCK_TRY(parts->rpc->Add(parts->query, home));
  BELLROCK_TRY(parts->rpc->Add(parts->alarms.service(), home));
  BELLROCK_TRY(parts->rpc->Add(parts->dashboards, home));
  parts->rpc->AddHttp("/", [console = &parts->console](const rpc::HttpRequest& request) {
    return console->Serve(request);
  });
  parts->prometheus.AddTo(*parts->rpc);
  parts->exposed.AddTo(*parts->rpc);
  BELLROCK_TRY(parts->rpc->Listen(options.listen));
  BELLROCK_TRY(parts->naming->Join(parts->rpc->address()));
  const auto& cluster = options.naming.cluster;
  parts->alarms.Start(
      ConsoleUrl(parts->rpc->address(), cluster ? cluster->advertise_host : "", HostName()));
  log::Info("server", "listening on {}; registry {}", parts->rpc->address().ToString(),
            options.naming.data_dir.empty() ? "in memory only" : "in " + options.naming.data_dir);
  return std::unique_ptr<ControlPlane>(new ControlPlane(std::move(parts)));
}

const Address& ControlPlane::address() const {
  return parts_->rpc->address();
}

void ControlPlane::Stop() {
  parts_->alarms.Stop();
  parts_->naming->Leave();
  // Watches and long polls end with these; then there is something to drain.
  parts_->naming->Stop();
  parts_->routing.Stop();
  parts_->rpc->Shutdown(parts_->environment.clock.Now() + kDrainMax);
  parts_->centre->Stop(parts_->environment.clock.Now() + kLastCutMax);
}

}  // namespace bellrock::server
