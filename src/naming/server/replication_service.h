// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "bellrock/naming/v1/replication.bellrock.h"
#include "naming/server/complaint.h"
#include "naming/server/registry_host.h"

namespace bellrock::naming::server {

// The service `bellrock.naming.v1.Replication`: what this node answers to the others of its
// cluster. On the registry's loop.
class ReplicationService final : public v1::ReplicationService {
 public:
  // Longest that a pull may wait.
  static constexpr int32_t kWaitMsMax = 10'000;

  // `on_changed`: the node has somebody to pull back from.
  ReplicationService(std::shared_ptr<RegistryHost> host, std::function<void()> on_changed)
      : host_(std::move(host)), on_changed_(std::move(on_changed)) {}

  Result<v1::PullReply> Pull(ServerContext& context, const v1::PullRequest& request) override;
  Result<v1::RepairReply> Repair(ServerContext& context, const v1::RepairRequest& request) override;
  Result<v1::ShareReply> Share(ServerContext& context, const v1::ShareRequest& request) override;

 private:
  // Where the cluster has a secret: servers that have it, too, and nobody else.
  Status Admit(const ServerContext& context);

  std::shared_ptr<RegistryHost> host_;
  std::function<void()> on_changed_;
  uint64_t refused_ = 0;
  Complaint complaint_;
};

}  // namespace bellrock::naming::server
