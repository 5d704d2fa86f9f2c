// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/control_plane.h"

#include "base/log.h"
#include "metrics/server/metrics_service.h"
#include "naming/server/naming_server.h"
#include "routing/server/routing_server.h"
#include "rpc/server.h"
#include "server/assets.h"
#include "server/console.h"
#include "server/registry_settings.h"

namespace bellrock::server {
namespace {

constexpr auto kDrainMax = std::chrono::seconds(3);

}  // namespace

// In the order of starting; destroyed in the reverse.
struct ControlPlane::Parts {
  Parts(fiber::Environment world, std::unique_ptr<naming::server::NamingServer> registry)
      : environment(world),
        console(ConsoleAssets()),
        naming(std::move(registry)),
        metrics(world.clock),
        settings(naming->documents()),
        routing(world, settings) {}

  fiber::Environment environment;
  Console console;
  std::unique_ptr<naming::server::NamingServer> naming;
  metrics::server::MetricsService metrics;
  RegistrySettings settings;
  routing::server::RoutingServer routing;
  std::unique_ptr<rpc::Server> rpc;
};

ControlPlane::ControlPlane(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

ControlPlane::~ControlPlane() = default;

Result<std::unique_ptr<ControlPlane>> ControlPlane::Start(fiber::Environment environment,
                                                          const ControlPlaneOptions& options) {
  BELLROCK_ASSIGN(auto naming, naming::server::NamingServer::Start(environment, options.naming));
  auto parts = std::make_unique<Parts>(environment, std::move(naming));

  rpc::ServerOptions rpc;
  rpc.name = "bellrock/server";
  parts->rpc = std::make_unique<rpc::Server>(environment, rpc, nullptr);
  // All state lives on this loop.
  fiber::Loop* home = fiber::Loop::Current();
  for (Service* service : parts->naming->services()) BELLROCK_TRY(parts->rpc->Add(*service, home));
  BELLROCK_TRY(parts->rpc->Add(parts->routing, home));
  BELLROCK_TRY(parts->rpc->Add(parts->metrics, home));
  parts->rpc->AddHttp("/", [console = &parts->console](const rpc::HttpRequest& request) {
    return console->Serve(request);
  });
  BELLROCK_TRY(parts->rpc->Listen(options.listen));
  BELLROCK_TRY(parts->naming->Join(parts->rpc->address()));
  log::Info("server", "listening on {}; registry {}", parts->rpc->address().ToString(),
            options.naming.data_dir.empty() ? "in memory only" : "in " + options.naming.data_dir);
  return std::unique_ptr<ControlPlane>(new ControlPlane(std::move(parts)));
}

const Address& ControlPlane::address() const {
  return parts_->rpc->address();
}

void ControlPlane::Stop() {
  parts_->naming->Leave();
  // Watches and long polls end with these; then there is something to drain.
  parts_->naming->Stop();
  parts_->routing.Stop();
  parts_->rpc->Shutdown(parts_->environment.clock.Now() + kDrainMax);
}

}  // namespace bellrock::server
