// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/server/naming_server.h"

#include <utility>

#include "naming/server/naming_service.h"
#include "naming/server/registry_host.h"

namespace bellrock::naming::server {

class NamingServer::Core {
 public:
  explicit Core(std::shared_ptr<RegistryHost> registry_host)
      : host(std::move(registry_host)), service(host) {}

  std::shared_ptr<RegistryHost> host;
  NamingService service;
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

v1::NamingService& NamingServer::service() {
  return core_->service;
}

void NamingServer::Stop() {
  core_->host->Stop();
  core_->service.WakeWatches();
}

}  // namespace bellrock::naming::server
