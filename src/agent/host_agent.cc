// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "agent/host_agent.h"

#include <unistd.h>

#include "agent/proxies.h"
#include "base/exposition.h"
#include "base/log.h"
#include "fiber/fiber.h"
#include "fiber/loop.h"
#include "fiber/process.h"
#include "metrics/agent/forwarder.h"
#include "metrics/agent/report_receiver.h"
#include "metrics/client/recorder.h"
#include "metrics/host/host_source.h"
#include "metrics/queue/segment_log.h"
#include "metrics/table_sink.h"
#include "naming/agent/host_naming.h"
#include "naming/agent/service_feed.h"
#include "naming/client/registry_calls.h"
#include "naming/client/server_directory.h"
#include "routing/agent/host_router.h"
#include "routing/client/settings_poller.h"
#include "routing/client/table_report.h"
#include "routing/from_naming.h"
#include "rpc/client.h"
#include "rpc/server.h"

namespace bellrock::agent {
namespace {

constexpr auto kDrainMax = std::chrono::seconds(1);
constexpr auto kFlushMax = std::chrono::seconds(2);
constexpr auto kReportEvery = std::chrono::seconds(1);

// Routing asks for lists, naming has them.
class NamingFeed final : public routing::agent::InstanceFeed {
 public:
  NamingFeed(fiber::Environment environment, ChannelInterface& servers)
      : feed_(environment, servers) {}

  // Called when there is another service to route to.
  void OnService(std::function<void()> told) { told_ = std::move(told); }

  Status Watch(const std::string& service, OnList on_list) override {
    if (told_ != nullptr) told_();
    return feed_.Watch(service, [on_list = std::move(on_list)](
                                    const std::vector<naming::v1::Instance>& instances) {
      on_list(routing::FromNaming(instances));
    });
  }
  void Unwatch(const std::string& service) override { (void)feed_.Unwatch(service); }

 private:
  naming::agent::ServiceFeed feed_;
  std::function<void()> told_;
};

rpc::ClientOptions TowardsServers() {
  rpc::ClientOptions options;
  options.caller = "bellrock/agent";
  options.callee = "bellrock/server";
  return options;
}

// What could not be told to a server yet. Twice the room of what is let in: the log must never make
// room by itself.
Result<std::unique_ptr<metrics::queue::SegmentLog>> OpenSpool(fiber::Environment environment,
                                                              const std::string& run_dir) {
  metrics::queue::SegmentLogOptions options;
  options.directory = run_dir + "/spool";
  options.topics.push_back({.name = metrics::agent::kSpoolTopic,
                            .partitions = 1,
                            .partition_bytes_max = 2 * metrics::kSpoolBytesMax});
  return metrics::queue::SegmentLog::Open(environment, std::move(options));
}

}  // namespace

// In the order of starting; destroyed in the reverse.
struct HostAgent::Parts {
  Parts(fiber::Environment world, std::vector<naming::client::ServerEntry> servers,
        const std::string& site, const std::string& host,
        std::unique_ptr<metrics::queue::Queue> kept)
      : environment(world),
        directory(world, fiber::RealResolver(), std::move(servers), TowardsServers()),
        any_server(world, directory.any(), nullptr, TowardsServers()),
        first_server(world, directory.first(), nullptr, TowardsServers()),
        registry(world, directory),
        sink(first_server, world.random.Next()),
        spool(std::move(kept)),
        forwarder(world, sink, *spool, {.site = site}),
        host_source(world, {.site = site, .host = host}),
        reports(world, forwarder, host, host + ":" + std::to_string(getpid()) + ".report"),
        recorder(world, forwarder, {.source = host + ":" + std::to_string(getpid()) + ".agent"}),
        host_naming(world, registry),
        feed(world, any_server),
        settings(
            world, any_server, [this] { return router->SettingsVersions(); },
            [this](const routing::v1::StoredSettings& stored) { router->SetSettings(stored); }) {}

  void ReportTables() {
    while (fiber::SleepFor(kReportEvery).ok()) {
      routing::client::ReportTables(
          first_server, router->Tables(),
          [this](const routing::v1::ExplainRequest& request) { return router->Explain(request); });
    }
  }

  fiber::Environment environment;
  naming::client::ServerDirectory directory;
  rpc::Client any_server;    // for what all of them hold
  rpc::Client first_server;  // for what is gathered at one
  naming::client::RegistryCalls registry;
  metrics::TableSink sink;
  std::unique_ptr<metrics::queue::Queue> spool;
  metrics::agent::Forwarder forwarder;
  metrics::host::HostSource host_source;
  metrics::agent::ReportReceiver reports;
  metrics::client::Recorder recorder;  // of what the agent counts itself
  naming::agent::HostNaming host_naming;
  NamingFeed feed;
  std::unique_ptr<routing::agent::HostRouter> router;
  routing::client::SettingsPoller settings;
  std::unique_ptr<rpc::Server> rpc;
  std::unique_ptr<rpc::Server> report_port;  // for who cannot speak to a Unix socket
  fiber::JoinHandle reporter;
  std::unique_ptr<Proxies> proxies;
};

HostAgent::HostAgent(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

HostAgent::~HostAgent() = default;

Result<std::unique_ptr<HostAgent>> HostAgent::Start(fiber::Environment environment,
                                                    const HostAgentOptions& options) {
  BELLROCK_TRY(environment.disk.CreateDirectories(options.run_dir).WithContext("--run-dir"));
  BELLROCK_ASSIGN(Address listen,
                  options.listen.empty()
                      ? Result<Address>(Address::Unix(options.run_dir + "/agent.sock"))
                      : Address::Parse(options.listen));
  BELLROCK_ASSIGN(auto spool, OpenSpool(environment, options.run_dir));
  routing::agent::HostRouterOptions routing;
  routing.host = options.host.empty() ? fiber::HostName() : options.host;
  auto parts = std::make_unique<Parts>(environment, options.servers, options.site, routing.host,
                                       std::move(spool));
  routing.run_directory = options.run_dir;
  routing.engine.place.set_site(options.site);
  routing.engine.place.set_region(options.region);
  routing.engine.place.set_unit(options.unit);
  routing.engine.place.set_set(options.set);
  routing.snapshot_path = options.run_dir + "/routing.snapshot";
  parts->router = std::make_unique<routing::agent::HostRouter>(environment, routing, parts->feed);

  rpc::ServerOptions rpc;
  rpc.name = "bellrock/agent";
  parts->rpc = std::make_unique<rpc::Server>(environment, rpc, nullptr);
  fiber::Loop* home = fiber::Loop::Current();
  BELLROCK_TRY(parts->rpc->Add(parts->host_naming, home));
  BELLROCK_TRY(parts->rpc->Add(*parts->router, home));
  BELLROCK_TRY(parts->rpc->Add(parts->forwarder, home));
  BELLROCK_TRY(parts->rpc->Add(parts->reports, home));
  AddProxyPage(*parts);
  ExposeForwarding(*parts);
  BELLROCK_TRY(parts->rpc->Listen(listen));
  if (!options.metrics_listen.empty()) BELLROCK_TRY(ListenForReports(*parts, options));
  parts->directory.Start();
  parts->registry.Start();
  BELLROCK_TRY(parts->forwarder.Start());
  parts->recorder.AddSource(parts->host_source);
  parts->recorder.Start();
  parts->host_naming.Start();
  parts->feed.OnService([raw = parts.get()] { raw->settings.Wake(); });
  parts->settings.Start();
  parts->reporter = fiber::Start([raw = parts.get()] { raw->ReportTables(); });
  log::Info("agent", "listening on {}", parts->rpc->address().ToString());
  if (!options.proxy.ports.empty()) {
    const std::string source = routing.host + ":" + std::to_string(getpid()) + ":proxy";
    BELLROCK_ASSIGN(parts->proxies, Proxies::Start(environment, parts->rpc->address(),
                                                   options.run_dir, source, options.proxy));
  }
  return std::unique_ptr<HostAgent>(new HostAgent(std::move(parts)));
}

// The server's loop is the agent's own.
void HostAgent::ExposeForwarding(Parts& parts) {
  parts.rpc->Expose([&parts](Exposition& out) {
    out.Gauge("bellrock_metrics_spooled_pushes", "Pushes on disk that no server has taken yet.");
    out.Add({}, parts.forwarder.spooled());
    out.Gauge("bellrock_metrics_spooled_bytes", "Their size.");
    out.Add({}, parts.forwarder.spooled_bytes());
    out.Counter("bellrock_metrics_pushes_refused", "Pushes that a server refused for good.");
    out.Add({}, parts.forwarder.refused_for_good());
  });
}

Status HostAgent::ListenForReports(Parts& parts, const HostAgentOptions& options) {
  BELLROCK_ASSIGN(const Address listen, Address::Parse(options.metrics_listen));
  rpc::ServerOptions rpc;
  rpc.name = "bellrock/agent";
  parts.report_port = std::make_unique<rpc::Server>(parts.environment, rpc, nullptr);
  BELLROCK_TRY(parts.report_port->Add(parts.reports, fiber::Loop::Current()));
  return parts.report_port->Listen(listen);
}

std::optional<Address> HostAgent::metrics_address() const {
  if (parts_->report_port == nullptr) return std::nullopt;
  return parts_->report_port->address();
}

void HostAgent::AddProxyPage(Parts& parts) {
  parts.rpc->AddHttp("/proxy", [&parts](const rpc::HttpRequest&) {
    rpc::HttpReply reply;
    reply.body = parts.proxies ? parts.proxies->Describe() : "no port is proxied: see --proxy\n";
    return reply;
  });
}

std::vector<Address> HostAgent::proxy_addresses() const {
  return parts_->proxies ? parts_->proxies->addresses() : std::vector<Address>();
}

const Address& HostAgent::address() const {
  return parts_->rpc->address();
}

void HostAgent::Stop() {
  Parts& parts = *parts_;
  const Time now = parts.environment.clock.Now();
  if (parts.proxies) parts.proxies->Stop(now + kDrainMax);
  parts.proxies = nullptr;  // its routers call this agent
  parts.reporter = fiber::JoinHandle();
  parts.settings.Stop();
  parts.host_naming.Stop();  // before the server: its end must not count as the instances' death
  if (parts.report_port) parts.report_port->Shutdown(now + kDrainMax);
  parts.rpc->Shutdown(now + kDrainMax);
  // What it cannot send the forwarder spools.
  Status recorded = parts.recorder.Stop(now + kFlushMax);
  Status flushed = parts.forwarder.Stop(now + kFlushMax);
  if (flushed.ok()) flushed = recorded;
  parts.registry.Stop();
  parts.directory.Stop();
  if (!flushed.ok()) log::Warning("agent", "counts left unsent: {}", flushed.ToString());
}

}  // namespace bellrock::agent
