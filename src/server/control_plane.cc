// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/control_plane.h"

#include <fmt/format.h>

#include "base/log.h"
#include "fiber/process.h"
#include "metrics/server/dashboards_service.h"
#include "metrics/server/data_centre.h"
#include "metrics/server/metrics_service.h"
#include "metrics/server/query_service.h"
#include "metrics/server/units_service.h"
#include "naming/server/naming_server.h"
#include "routing/server/routing_server.h"
#include "rpc/server.h"
#include "server/alarms.h"
#include "server/assets.h"
#include "server/cluster_peers.h"
#include "server/compute_members.h"
#include "server/console.h"
#include "server/console_url.h"
#include "server/data_centre_secret.h"
#include "server/exposed_figures.h"
#include "server/prometheus_pages.h"
#include "server/registry_settings.h"

namespace bellrock::server {
namespace {

constexpr auto kDrainMax = std::chrono::seconds(3);
constexpr auto kLastCutMax = std::chrono::seconds(5);

Address Itself(const Address& listening) {
  if (listening.host() == "0.0.0.0") return Address::Tcp("127.0.0.1", listening.port());
  if (listening.host() == "::") return Address::Tcp("::1", listening.port());
  return listening;
}

// Another name each time: what a paused process wakes up to do must not pass for its successor's.
std::string NameOfThisRun(fiber::Environment environment) {
  return fmt::format("server-{:x}", environment.random.Next());
}

metrics::server::DataCentreOptions CentreOptions(const ControlPlaneOptions& options,
                                                 const std::string& name,
                                                 std::shared_ptr<DataCentreSecret> secret) {
  metrics::server::DataCentreOptions centre;
  centre.engines = options.engines;
  centre.engines.credentials = std::move(secret);
  centre.computes = options.computes;
  centre.retention = options.retention;
  centre.name = name;
  return centre;
}

// Whose registry knows the compute nodes: that of the server that has the queue.
Result<naming::client::ServerEntry> MembersAt(const ControlPlaneOptions& options,
                                              const Address& listening) {
  using Kind = metrics::server::QueueChoice::Kind;
  if (options.engines.queue.kind != Kind::kServer) {
    return naming::client::ServerEntry(Itself(listening));
  }
  return naming::client::ServerEntry::Parse(options.engines.queue.hosts.front().ToString());
}

// Where others reach this server, and where it reaches itself.
Address Reached(const ControlPlaneOptions& options, const Address& listening) {
  const auto& cluster = options.naming.cluster;
  if (cluster && !cluster->advertise_host.empty()) {
    return Address::Tcp(cluster->advertise_host, listening.port());
  }
  return Itself(listening);
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
                [this](const metrics::v1::PushRequest& push) { return Keep(push); }),
        units_store(naming->documents(), "units"),
        units(units_store),
        query(*centre, metrics::DefaultDimensionSets()),
        prometheus(world.clock, centre->source()),
        exposed(*naming, *centre),
        alarms(world, *naming, *centre, names),
        dashboards_store(naming->documents(), "dashboards"),
        dashboards(world, dashboards_store),
        settings(naming->documents(), "routing"),
        peers(*naming),
        routing(world, settings, peers) {}

  Result<metrics::v1::PushReply> Keep(const metrics::v1::PushRequest& push) {
    BELLROCK_ASSIGN(metrics::v1::PushReply reply, centre->Push(push));
    units.Tell(reply);
    return reply;
  }

  fiber::Environment environment;
  Console console;
  std::unique_ptr<naming::server::NamingServer> naming;
  std::unique_ptr<metrics::server::DataCentre> centre;
  metrics::server::MetricsService metrics;
  RegistrySettings units_store;
  metrics::server::UnitsService units;
  metrics::server::QueryService query;
  PrometheusPages prometheus;
  ExposedFigures exposed;
  Alarms alarms;
  RegistrySettings dashboards_store;
  metrics::server::DashboardsService dashboards;
  RegistrySettings settings;
  ClusterPeers peers;
  routing::server::RoutingServer routing;
  std::shared_ptr<DataCentreSecret> secret;
  std::unique_ptr<rpc::Server> rpc;
  std::unique_ptr<ComputeMembers> members;
};

ControlPlane::ControlPlane(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

ControlPlane::~ControlPlane() = default;

Result<std::unique_ptr<ControlPlane>> ControlPlane::Start(fiber::Environment environment,
                                                          const ControlPlaneOptions& options) {
  BELLROCK_ASSIGN(auto naming, naming::server::NamingServer::Start(environment, options.naming));
  const std::string run = NameOfThisRun(environment);
  std::shared_ptr<DataCentreSecret> secret;  // null: anybody may ask
  if (options.secret) {
    secret = std::make_shared<DataCentreSecret>(environment.clock, *options.secret);
  }
  BELLROCK_ASSIGN(auto centre, metrics::server::DataCentre::Start(
                                   environment, CentreOptions(options, run, secret)));
  auto parts = std::make_unique<Parts>(environment, std::move(naming), std::move(centre),
                                       Alarms::Names{run, options.naming.site});

  rpc::ServerOptions rpc;
  rpc.name = "bellrock/server";
  if (secret) rpc.interceptors.push_back(secret.get());
  parts->secret = std::move(secret);
  parts->rpc = std::make_unique<rpc::Server>(environment, rpc, nullptr);
  // All state lives on this loop.
  fiber::Loop* home = fiber::Loop::Current();
  for (Service* service : parts->naming->services()) BELLROCK_TRY(parts->rpc->Add(*service, home));
  BELLROCK_TRY(parts->rpc->Add(parts->routing, home));
  for (Service* service : parts->centre->services()) {
    BELLROCK_TRY(parts->rpc->Add(*service, home));
  }
  BELLROCK_TRY(parts->rpc->Add(parts->metrics, home));
  BELLROCK_TRY(parts->rpc->Add(parts->query, home));
  BELLROCK_TRY(parts->rpc->Add(parts->alarms.service(), home));
  BELLROCK_TRY(parts->rpc->Add(parts->dashboards, home));
  BELLROCK_TRY(parts->rpc->Add(parts->units, home));
  parts->rpc->AddHttp("/", [console = &parts->console](const rpc::HttpRequest& request) {
    return console->Serve(request);
  });
  parts->prometheus.AddTo(*parts->rpc);
  parts->exposed.AddTo(*parts->rpc);
  BELLROCK_TRY(parts->rpc->Listen(options.listen));
  BELLROCK_TRY(parts->naming->Join(parts->rpc->address()));
  const Address& listening = parts->rpc->address();
  BELLROCK_ASSIGN(const auto members_at, MembersAt(options, listening));
  parts->members = std::make_unique<ComputeMembers>(
      environment, std::vector<naming::client::ServerEntry>{members_at}, *parts->centre,
      ComputeMembersOptions{.site = options.naming.site,
                            .run = run,
                            .address = Reached(options, listening),
                            .computes = options.computes});
  parts->members->Start();
  const auto& cluster = options.naming.cluster;
  parts->alarms.Start(
      ConsoleUrl(listening, cluster ? cluster->advertise_host : "", fiber::HostName()));
  log::Info("server", "listening on {}; registry {}", parts->rpc->address().ToString(),
            options.naming.data_dir.empty() ? "in memory only" : "in " + options.naming.data_dir);
  return std::unique_ptr<ControlPlane>(new ControlPlane(std::move(parts)));
}

const Address& ControlPlane::address() const {
  return parts_->rpc->address();
}

void ControlPlane::Stop() {
  parts_->alarms.Stop();
  if (parts_->members->announced()) {
    // Others go on where this one ends.
    parts_->centre->Leave(parts_->environment.clock.Now() + kLastCutMax);
  }
  parts_->members->Stop();
  parts_->naming->Leave();
  // Watches and long polls end with these; then there is something to drain.
  parts_->naming->Stop();
  parts_->routing.Stop();
  parts_->rpc->Shutdown(parts_->environment.clock.Now() + kDrainMax);
  parts_->centre->Stop(parts_->environment.clock.Now() + kLastCutMax);
}

}  // namespace bellrock::server
