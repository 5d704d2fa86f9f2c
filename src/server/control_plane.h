// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/address.h"
#include "bellrock/status.h"
#include "fiber/environment.h"
#include "metrics/server/engine_set.h"
#include "metrics/server/retention.h"
#include "naming/server/cluster_secret.h"
#include "naming/server/options.h"

namespace bellrock::server {

struct ControlPlaneOptions {
  Address listen = Address::Tcp("127.0.0.1", 7600);
  naming::server::NamingServerOptions naming;
  metrics::server::EngineOptions engines{};  // without a directory figures are kept in memory
  bool computes = true;                      // works partitions of the data centre
  metrics::server::Retention retention{};
  // What other processes of the data centre have to know; of a cluster the same as its own.
  std::optional<naming::server::ClusterSecret> secret{};
};

// A control-plane node: registry, routing memory, metrics and console behind one port. A wiring
// list and nothing else. Lives on the loop it was started on.
class ControlPlane {
 public:
  // Call from a fiber. Recovers the registry before it listens.
  static Result<std::unique_ptr<ControlPlane>> Start(fiber::Environment environment,
                                                     const ControlPlaneOptions& options);
  ~ControlPlane();
  const Address& address() const;
  // Call from a fiber. Drains calls, writes a last snapshot.
  void Stop();

 private:
  struct Parts;
  explicit ControlPlane(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace bellrock::server
