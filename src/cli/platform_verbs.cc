// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cstdio>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "agent/host_agent.h"
#include "base/log.h"
#include "cli/platform/data_centre_flags.h"
#include "cli/session.h"
#include "cli/verbs.h"
#include "client/config.h"
#include "fiber/fiber.h"
#include "fiber/loop.h"
#include "fiber/signals.h"
#include "server/control_plane.h"
#include "store/log_files.h"

namespace bellrock::cli {
namespace {

// What the verbs' options are read into; lives as long as the command line.
struct Options {
  std::string listen;
  std::string data_dir;
  std::string cluster;
  std::string join;
  std::string node;
  std::string site;
  std::string zone;
  std::string region;
  std::string unit;
  std::string set;
  bool standby = false;
  std::string advertise;
  std::string run_dir;
  std::string servers;
  std::string host;
  std::string metrics_listen;
  std::string ready_file;
  std::vector<std::string> proxies;
  int proxy_loops = 1;
  DataCentreFlags centre;
};

// What runs in this process; stopped in the reverse order of starting.
struct Platform {
  std::unique_ptr<server::ControlPlane> control_plane;
  std::unique_ptr<agent::HostAgent> host_agent;

  void Stop() {
    if (host_agent) host_agent->Stop();
    if (control_plane) control_plane->Stop();
    host_agent.reset();
    control_plane.reset();
  }
};

Result<std::string> RunDirectory(const Options& options) {
  if (!options.run_dir.empty()) return options.run_dir;
  BELLROCK_ASSIGN(client::Config config, client::Config::FromEnvironment());
  return std::move(config.run_dir);
}

Status FillCluster(const Options& options, naming::server::NamingServerOptions& naming) {
  if (!options.node.empty()) naming.node = options.node;
  if (!options.site.empty()) naming.site = options.site;
  if (options.cluster.empty() && options.join.empty()) {
    if (!options.standby) return Status::Ok();
    return InvalidArgumentError("--standby is of a site in a cluster: give --join, too");
  }
  if (options.node.empty()) {
    return InvalidArgumentError(
        "--node is missing: give this server a name that no other of its cluster has");
  }
  naming::server::ClusterOptions cluster;
  if (!options.cluster.empty()) cluster.name = options.cluster;
  cluster.zone = options.zone;
  cluster.standby = options.standby;
  cluster.advertise_host = options.advertise;
  if (!options.join.empty()) {
    Result<std::vector<naming::server::Seed>> seeds = naming::server::ParseSeeds(options.join);
    if (!seeds.ok()) return seeds.status().WithContext("--join");
    cluster.seeds = std::move(*seeds);
  }
  BELLROCK_ASSIGN(cluster.secret, options.centre.Secret());
  naming.cluster = std::move(cluster);
  return Status::Ok();
}

Status StartServer(const Options& options, Platform& platform) {
  server::ControlPlaneOptions wanted;
  if (!options.listen.empty()) {
    Result<Address> listen = Address::Parse(options.listen);
    if (!listen.ok()) return listen.status().WithContext("--listen");
    wanted.listen = std::move(*listen);
  }
  wanted.naming.data_dir = options.data_dir;
  if (!options.data_dir.empty()) wanted.engines.directory = options.data_dir + "/metrics";
  BELLROCK_TRY(options.centre.Fill(wanted.engines));
  BELLROCK_ASSIGN(wanted.computes, options.centre.Computes());
  BELLROCK_ASSIGN(wanted.retention, options.centre.Keeps());
  BELLROCK_ASSIGN(wanted.secret, options.centre.Secret());
  BELLROCK_TRY(FillCluster(options, wanted.naming));
  BELLROCK_ASSIGN(platform.control_plane,
                  server::ControlPlane::Start(fiber::RealEnvironment(), wanted));
  return Status::Ok();
}

using naming::client::ServerEntry;

Status StartAgent(const Options& options, std::vector<ServerEntry> servers, Platform& platform) {
  BELLROCK_ASSIGN(const client::Config config, client::Config::FromEnvironment());
  const auto given = [](const std::string& option, const std::string& variable) {
    return option.empty() ? variable : option;
  };
  agent::HostAgentOptions wanted;
  BELLROCK_ASSIGN(wanted.run_dir, RunDirectory(options));
  wanted.site = given(options.site, config.site);
  wanted.region = given(options.region, config.region);
  wanted.unit = given(options.unit, config.unit);
  wanted.set = given(options.set, config.set);
  wanted.servers = std::move(servers);
  wanted.host = options.host;
  wanted.metrics_listen = options.metrics_listen;
  wanted.proxy.loops = options.proxy_loops;
  for (const std::string& text : options.proxies) {
    Result<routing::proxy::ListenSpec> port = routing::proxy::ParseListenSpec(text);
    if (!port.ok()) return port.status().WithContext("--proxy");
    wanted.proxy.ports.push_back(std::move(*port));
  }
  BELLROCK_ASSIGN(platform.host_agent, agent::HostAgent::Start(fiber::RealEnvironment(), wanted));
  return Status::Ok();
}

Status StartAgentOfServers(const Options& options, Platform& platform) {
  std::vector<ServerEntry> servers;
  if (options.servers.empty()) {
    BELLROCK_ASSIGN(client::Config config, client::Config::FromEnvironment());
    servers = std::move(config.servers);
  } else {
    BELLROCK_ASSIGN(servers, ServerEntry::ParseList("--server", options.servers));
  }
  return StartAgent(options, std::move(servers), platform);
}

Status StartDev(const Options& options, Platform& platform) {
  BELLROCK_TRY(StartServer(options, platform));
  BELLROCK_TRY(StartAgent(options, {platform.control_plane->address()}, platform));
  std::printf(
      "Bellrock is up.\n  console  http://%s/\n  try      bellrock naming ls\n  stop     "
      "Ctrl-C\n",
      platform.control_plane->address().ToString().c_str());
  std::fflush(stdout);
  return Status::Ok();
}

// Tells whoever started us where we listen.
Status WriteReadyFile(const Options& options, const Platform& platform) {
  const std::string& path = options.ready_file;
  if (path.empty()) return Status::Ok();
  nlohmann::json json = {{"pid", getpid()}};
  if (platform.control_plane) json["server"] = platform.control_plane->address().ToString();
  if (platform.host_agent) json["agent"] = platform.host_agent->address().ToString();
  if (platform.host_agent && platform.host_agent->metrics_address()) {
    json["metrics"] = platform.host_agent->metrics_address()->ToString();
  }
  if (platform.host_agent && !options.proxies.empty()) {
    json["proxies"] = nlohmann::json::array();
    for (const Address& port : platform.host_agent->proxy_addresses()) {
      json["proxies"].push_back(port.ToString());
    }
  }
  return store::WriteFileAtomically(fiber::RealEnvironment().disk, path, json.dump() + "\n");
}

using Start = Status (*)(const Options&, Platform&);

int RunPlatform(const Options& options, Start start) {
  fiber::TerminationSignals signals;
  fiber::LoopGroup loops(1);
  Platform platform;
  Status status;
  Status ran = fiber::RunOn(loops.loop(0), [&] {
    status = start(options, platform);
    if (status.ok()) status = WriteReadyFile(options, platform);
  });
  if (ran.ok() && status.ok()) {
    const int signal = signals.Wait();
    log::Info("cli", "signal {}: stopping", signal);
  }
  (void)fiber::RunOn(loops.loop(0), [&] { platform.Stop(); });
  return ExitWith(ran.ok() ? status : ran);
}

CLI::App* AddVerb(CLI::App& root, const std::shared_ptr<Options>& options, int& exit_code,
                  const std::string& name, const std::string& what, Start start) {
  CLI::App* verb = root.add_subcommand(name, what);
  verb->add_option("--ready-file", options->ready_file,
                   "Write a JSON object with the addresses here once everything listens");
  verb->callback([options, start, &exit_code] { exit_code = RunPlatform(*options, start); });
  return verb;
}

void AddServerOptions(CLI::App& verb, const std::shared_ptr<Options>& options) {
  verb.add_option("--listen", options->listen, "ip:port of the one port (default 127.0.0.1:7600)");
  verb.add_option("--data-dir", options->data_dir,
                  "Keep the registry here; left out: in memory only");
}

void AddClusterOptions(CLI::App& verb, const std::shared_ptr<Options>& options) {
  verb.add_option("--cluster", options->cluster,
                  "Be a node of this cluster (default with --join: bellrock)");
  verb.add_option("--join", options->join,
                  "Other servers to meet, host:port,...; DNS names stand for all their addresses");
  verb.add_option("--node", options->node,
                  "Name of this server, unique in its cluster, the same after a restart");
  verb.add_option("--site", options->site, "Site of this server (default: local)");
  verb.add_option("--zone", options->zone, "Zone or rack within the site, for people");
  verb.add_flag("--standby", options->standby,
                "Its site stands by: holds everything, takes no registrations and heartbeats");
  verb.add_option("--advertise", options->advertise,
                  "Host that others reach this server by (default: that of --listen)");
}

void AddAgentOptions(CLI::App& verb, const std::shared_ptr<Options>& options) {
  verb.add_option("--run-dir", options->run_dir,
                  "Sockets and shared memory (default: BELLROCK_RUN_DIR or /tmp/bellrock-<uid>)");
  verb.add_option("--host", options->host, "Name of this host (default: the machine's)");
  verb.add_option("--site", options->site,
                  "Site of this host: its calls go to instances near it (default: BELLROCK_SITE)");
  verb.add_option("--region", options->region, "Region of that site (default: BELLROCK_REGION)");
  verb.add_option("--unit", options->unit, "Unit within the site (default: BELLROCK_UNIT)");
  verb.add_option("--set", options->set,
                  "Its callers go to instances with this label \"set\" (default: BELLROCK_SET)");
  verb.add_option("--metrics-listen", options->metrics_listen,
                  "ip:port where programs report figures by HTTP (default: only on the agent's "
                  "socket)");
  verb.add_option("--proxy", options->proxies,
                  "Port for programs that cannot be changed: tcp:LINE/SERVICE=IP:PORT, "
                  "http:LINE/SERVICE=IP:PORT or, by Host, http:*=IP:PORT; may be repeated");
  verb.add_option("--proxy-loops", options->proxy_loops, "Threads of the proxy (default: 1)")
      ->check(CLI::Range(1, 64));
}

}  // namespace

void AddPlatformVerbs(CLI::App& root, int& exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* dev = AddVerb(root, options, exit_code, "dev",
                          "Server and agent in one process, on loopback", StartDev);
  AddServerOptions(*dev, options);
  AddAgentOptions(*dev, options);
  dev->footer("Examples:\n  bellrock dev\n  bellrock dev --listen 127.0.0.1:0 --data-dir ./data");

  CLI::App* server =
      AddVerb(root, options, exit_code, "server", "A control-plane node", StartServer);
  AddServerOptions(*server, options);
  AddClusterOptions(*server, options);
  options->centre.AddEngines(*server, "embedded", "embedded");
  options->centre.AddCompute(*server);
  server->footer(
      "Examples:\n  bellrock server --listen 10.0.0.1:7600 --data-dir /var/lib/bellrock\n"
      "  bellrock server --listen 10.0.0.2:7600 --data-dir /var/lib/bellrock \\\n"
      "    --node sz-2 --site sz --join registry.sz.example:7600\n"
      "  bellrock server --listen 10.0.0.3:7600 --metrics-queue server:10.0.0.1:7600 \\\n"
      "    --metrics-store server:10.0.0.1:7600 --metrics-compute no");

  CLI::App* agent =
      AddVerb(root, options, exit_code, "agent", "This host's agent", StartAgentOfServers);
  AddAgentOptions(*agent, options);
  agent->add_option("--server,--servers", options->servers,
                    "Servers, ip:port or name:port,... (default: BELLROCK_SERVERS or "
                    "127.0.0.1:7600); a name stands for all its addresses");
  agent->footer(
      "Examples:\n  bellrock agent --servers 10.0.0.1:7600,10.0.0.2:7600\n"
      "  bellrock agent --site sz --region south\n"
      "  bellrock agent --servers registry.sz.example:7600\n"
      "  bellrock agent --proxy tcp:music/cache=127.0.0.1:9000 --proxy 'http:*=127.0.0.1:9080'");
}

}  // namespace bellrock::cli
