// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/server/cluster_host.h"

#include <utility>

#include "base/log.h"

namespace bellrock::naming::server {
namespace {

GossipOptions ForGossip(const RegistryHost& host, const Address& listening) {
  const NamingServerOptions& options = host.options();
  const ClusterOptions& cluster = *options.cluster;
  const std::string& reached_at =
      cluster.advertise_host.empty() ? listening.host() : cluster.advertise_host;
  const Address advertised = Address::Tcp(reached_at, listening.port());
  GossipOptions gossip;
  gossip.cluster = cluster.name;
  gossip.node = options.node;
  gossip.site = options.site;
  gossip.zone = cluster.zone;
  gossip.standby = cluster.standby;
  gossip.service_address = advertised.ToString();
  gossip.listen = listening;
  gossip.advertised = advertised;
  gossip.seeds = cluster.seeds;
  gossip.secret = cluster.secret;
  gossip.data_dir = options.data_dir;
  gossip.disk_fails = [&host] { return host.disk_fails(); };
  return gossip;
}

void WarnOfOpenPort(const NamingServerOptions& options, const Address& listening) {
  if (options.cluster->secret || listening.host().starts_with("127.")) return;
  if (listening.host() == "::1" || listening.host() == "localhost") return;
  log::Warning("naming/cluster",
               "whoever reaches {} can join this cluster: keep the port off networks you do not "
               "trust, or give all servers the same --cluster-secret-file",
               listening.ToString());
}

}  // namespace

Result<std::unique_ptr<ClusterHost>> ClusterHost::Start(std::shared_ptr<RegistryHost> host,
                                                        fiber::Resolver& resolver,
                                                        const Address& listening) {
  WarnOfOpenPort(host->options(), listening);
  std::unique_ptr<ClusterHost> cluster(new ClusterHost(host));  // NOLINT(new): private
  ClusterHost* raw = cluster.get();
  BELLROCK_ASSIGN(cluster->gossip_,
                  GossipHost::Start(host->environment(), resolver, ForGossip(*host, listening),
                                    [raw](const cluster::ClusterEffects&) { raw->Replan(); }));
  cluster->Replan();
  return cluster;
}

void ClusterHost::Stop() {
  exchange_.Stop();
  if (gossip_ != nullptr) gossip_->Stop();
}

void ClusterHost::Replan() {
  // The more somebody has seen, the better he leads.
  gossip_->SetProgress(host_->registry().replica().clock().last().value);
  host_->node().SetPlan(node::MakePlan(gossip_->node()), host_->Now().now);
  host_->Changed();
  exchange_.Reconcile();
}

}  // namespace bellrock::naming::server
