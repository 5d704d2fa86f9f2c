// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/server/naming_server.h"

#include <utility>

#include "naming/server/cluster_host.h"
#include "naming/server/cluster_service.h"
#include "naming/server/naming_service.h"
#include "naming/server/prober.h"
#include "naming/server/registry_host.h"
#include "naming/server/replication_service.h"

namespace bellrock::naming::server {

class NamingServer::Core {
 public:
  explicit Core(std::shared_ptr<RegistryHost> registry_host)
      : host(std::move(registry_host)),
        naming(host),
        cluster_view(host),
        replication(host,
                    [this] {
                      if (cluster != nullptr) cluster->Reconcile();
                    }),
        prober(host),
        documents(host, naming) {}

  std::shared_ptr<RegistryHost> host;
  NamingService naming;
  ClusterService cluster_view;
  ReplicationService replication;
  std::unique_ptr<ClusterHost> cluster;
  Prober prober;
  DocumentStore documents;
};

NamingServer::NamingServer(std::unique_ptr<Core> core) : core_(std::move(core)) {}

NamingServer::~NamingServer() {
  Stop();
}

Result<std::unique_ptr<NamingServer>> NamingServer::Start(fiber::Environment environment,
                                                          NamingServerOptions options) {
  BELLROCK_ASSIGN(std::shared_ptr<RegistryHost> host, RegistryHost::Start(environment, options));
  return std::unique_ptr<NamingServer>(new NamingServer(std::make_unique<Core>(std::move(host))));
}

Status NamingServer::Join(const Address& listening) {
  if (!core_->host->options().cluster) return Status::Ok();
  BELLROCK_ASSIGN(core_->cluster,
                  ClusterHost::Start(core_->host, fiber::RealResolver(), listening));
  core_->cluster_view.SetCluster(core_->cluster.get());
  return Status::Ok();
}

void NamingServer::Leave() {
  if (core_->cluster != nullptr) core_->cluster->Leave();
}

v1::NamingService& NamingServer::naming() {
  return core_->naming;
}

v1::StatsReply NamingServer::Totals() const {
  return core_->naming.Totals();
}

DocumentStore& NamingServer::documents() {
  return core_->documents;
}

std::vector<std::pair<std::string, std::shared_ptr<ChannelInterface>>> NamingServer::others() {
  return core_->cluster_view.Others();
}

bool NamingServer::leading() const {
  return core_->host->node().plan().leading;
}

std::vector<Service*> NamingServer::services() {
  return {&core_->naming, &core_->cluster_view, &core_->replication};
}

void NamingServer::Stop() {
  if (core_->cluster != nullptr) core_->cluster->Stop();
  core_->prober.Stop();
  core_->host->Stop();
  core_->naming.WakeWatches();
}

}  // namespace bellrock::naming::server
