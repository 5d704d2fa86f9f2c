// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>
#include <utility>

#include "bellrock/interceptor.h"
#include "fiber/environment.h"
#include "naming/server/cluster_secret.h"

namespace bellrock::server {

// Keeps what the processes of a data centre serve each other (its queue, its store, the newest
// figures of a compute node) from everybody else who reaches their port: as an interceptor of their
// servers it refuses calls without the cluster's secret, as one of their clients it shows it. Other
// services go by untouched. Any thread.
class DataCentreSecret final : public ServerInterceptor, public ClientInterceptor {
 public:
  DataCentreSecret(fiber::Clock& clock, naming::server::ClusterSecret secret)
      : clock_(clock), secret_(std::move(secret)) {}

  // kUnauthenticated, with the remedy.
  Status Before(ServerContext& context, std::string_view service, std::string_view method) override;
  Status Before(ClientCall& call) override;

 private:
  void Complain(const ServerContext& context, std::string_view service);

  fiber::Clock& clock_;
  const naming::server::ClusterSecret secret_;
  std::atomic<uint64_t> refused_ = 0;
  std::atomic<Time> complain_next_{Time{}};
};

}  // namespace bellrock::server
