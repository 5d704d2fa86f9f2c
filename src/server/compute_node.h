// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/address.h"
#include "bellrock/status.h"
#include "fiber/environment.h"
#include "metrics/server/engine_set.h"
#include "metrics/server/retention.h"
#include "naming/client/server_list.h"
#include "naming/server/cluster_secret.h"

namespace bellrock::server {

struct ComputeNodeOptions {
  Address listen = Address::Tcp("127.0.0.1", 0);
  std::string advertise_host{};  // where others reach it; "": the listening one
  std::string site = "local";
  std::vector<naming::client::ServerEntry> servers{};  // of the registry
  metrics::server::EngineOptions engines{};            // none embedded
  metrics::server::Retention retention{};
  std::optional<naming::server::ClusterSecret> secret{};  // of the servers
};

// A process that only computes: works partitions of a data centre whose queue and store others
// have, and tells servers what it knows. A wiring list and nothing else. Lives on the loop it was
// started on.
class ComputeNode {
 public:
  // Call from a fiber. Waits for nobody: it begins when the registry has told of the other nodes.
  static Result<std::unique_ptr<ComputeNode>> Start(fiber::Environment environment,
                                                    const ComputeNodeOptions& options);
  ~ComputeNode();
  const Address& address() const;
  // Call from a fiber. Cuts its partitions and leaves them to others.
  void Stop();

 private:
  struct Parts;
  explicit ComputeNode(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace bellrock::server
