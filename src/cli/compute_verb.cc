// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/log.h"
#include "cli/platform/data_centre_flags.h"
#include "cli/session.h"
#include "cli/verbs.h"
#include "client/config.h"
#include "fiber/fiber.h"
#include "fiber/loop.h"
#include "fiber/signals.h"
#include "server/compute_node.h"
#include "store/log_files.h"

namespace bellrock::cli {
namespace {

using metrics::server::QueueChoice;
using metrics::server::StoreChoice;
using naming::client::ServerEntry;

struct Options {
  std::string servers;
  std::string listen;
  std::string advertise;
  std::string site;
  std::string ready_file;
  DataCentreFlags centre;
};

// Queue and store of the first server, unless said otherwise.
Status FillEngines(const Options& options, const ServerEntry& server,
                   metrics::server::EngineOptions& engines) {
  const metrics::server::HostPort first{server.is_name() ? server.name() : server.address().host(),
                                        server.is_name() ? server.port() : server.address().port()};
  engines.queue = {QueueChoice::Kind::kServer, {first}};
  engines.store = {StoreChoice::Kind::kServer, first};
  BELLROCK_TRY(options.centre.Fill(engines));
  const bool queue = engines.queue.kind == QueueChoice::Kind::kEmbedded;
  if (!queue && engines.store.kind != StoreChoice::Kind::kEmbedded) return Status::Ok();
  return InvalidArgumentError(
      std::string(queue ? "--metrics-queue" : "--metrics-store") +
      " 'embedded': this process keeps nothing; name a server that has it, as in "
      "server:10.0.0.1:7600");
}

Result<server::ComputeNodeOptions> NodeOptions(const Options& options) {
  server::ComputeNodeOptions node;
  BELLROCK_ASSIGN(client::Config config, client::Config::FromEnvironment());
  node.servers = std::move(config.servers);
  if (!options.servers.empty()) {
    BELLROCK_ASSIGN(node.servers, ServerEntry::ParseList("--server", options.servers));
  }
  BELLROCK_TRY(FillEngines(options, node.servers.front(), node.engines));
  BELLROCK_ASSIGN(node.retention, options.centre.Keeps());
  BELLROCK_ASSIGN(node.secret, options.centre.Secret());
  if (!options.listen.empty()) {
    Result<Address> listen = Address::Parse(options.listen);
    if (!listen.ok()) return listen.status().WithContext("--listen");
    node.listen = std::move(*listen);
  }
  node.advertise_host = options.advertise;
  if (!config.site.empty()) node.site = config.site;
  if (!options.site.empty()) node.site = options.site;
  return node;
}

Status WriteReadyFile(const std::string& path, const Address& address) {
  if (path.empty()) return Status::Ok();
  const nlohmann::json json = {{"pid", getpid()}, {"compute", address.ToString()}};
  return store::WriteFileAtomically(fiber::RealEnvironment().disk, path, json.dump() + "\n");
}

Status Start(const Options& options, std::unique_ptr<server::ComputeNode>& node) {
  BELLROCK_ASSIGN(const server::ComputeNodeOptions wanted, NodeOptions(options));
  BELLROCK_ASSIGN(node, server::ComputeNode::Start(fiber::RealEnvironment(), wanted));
  return WriteReadyFile(options.ready_file, node->address());
}

int Run(const Options& options) {
  fiber::TerminationSignals signals;
  fiber::LoopGroup loops(1);
  std::unique_ptr<server::ComputeNode> node;
  Status status;
  const Status ran = fiber::RunOn(loops.loop(0), [&] { status = Start(options, node); });
  if (ran.ok() && status.ok()) {
    const int signal = signals.Wait();
    log::Info("cli", "signal {}: stopping", signal);
  }
  (void)fiber::RunOn(loops.loop(0), [&] {
    if (node) node->Stop();
    node.reset();
  });
  return ExitWith(ran.ok() ? status : ran);
}

}  // namespace

void AddComputeVerb(CLI::App& root, int& exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* verb = root.add_subcommand(
      "compute", "A process that makes figures of counted calls, one of as many as are wanted");
  verb->add_option("--server,--servers", options->servers,
                   "Servers of the registry, ip:port or name:port,... (default: BELLROCK_SERVERS "
                   "or 127.0.0.1:7600)");
  options->centre.AddEngines(*verb, "that of the first server", "that of the first server");
  verb->add_option("--listen", options->listen,
                   "ip:port where servers ask for the newest figures (default 127.0.0.1:0)");
  verb->add_option("--advertise", options->advertise,
                   "Host that servers reach this process by (default: that of --listen)");
  verb->add_option("--site", options->site,
                   "Site of this process (default: BELLROCK_SITE, or local)");
  verb->add_option("--ready-file", options->ready_file,
                   "Write a JSON object with the address here once it listens");
  verb->footer(
      "Examples:\n  bellrock compute --server 10.0.0.1:7600 --listen 10.0.0.5:0\n"
      "  bellrock compute --server 10.0.0.1:7600 --listen 10.0.0.5:7601 \\\n"
      "    --metrics-queue kafka:10.0.0.2:9092,10.0.0.3:9092 \\\n"
      "    --metrics-store clickhouse:10.0.0.4:8123/bellrock");
  verb->callback([options, &exit_code] { exit_code = Run(*options); });
}

}  // namespace bellrock::cli
