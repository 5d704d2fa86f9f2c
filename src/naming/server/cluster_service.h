// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bellrock/naming/v1/cluster.bellrock.h"
#include "naming/server/cluster_host.h"
#include "naming/server/member_channels.h"
#include "naming/server/registry_host.h"

namespace bellrock::naming::server {

// The service `bellrock.naming.v1.Cluster`: what an operator sees of this node and may say to it.
// On the registry's loop.
class ClusterService final : public v1::ClusterService {
 public:
  explicit ClusterService(std::shared_ptr<RegistryHost> host)
      : host_(std::move(host)), channels_(host_->environment()) {}
  // nullptr: the node is on its own. Borrowed until the next call.
  void SetCluster(ClusterHost* cluster) { cluster_ = cluster; }

  // The other members that are not known to be gone, and the way to each; null: there is none.
  std::vector<std::pair<std::string, std::shared_ptr<ChannelInterface>>> Others();

  Result<v1::DescribeReply> Describe(ServerContext&, const v1::DescribeRequest&) override;
  Result<v1::ListEventsReply> ListEvents(ServerContext&, const v1::ListEventsRequest&) override;
  Result<v1::OverrideProtectionReply> OverrideProtection(
      ServerContext&, const v1::OverrideProtectionRequest&) override;
  Status Rebuild(ServerContext&, const v1::RebuildRequest&, Writer<v1::RebuildProgress>&) override;

 private:
  std::string NameOf(uint64_t node) const;
  bool IsElsewhere(const std::string& node) const {
    return !node.empty() && node != host_->options().node;
  }
  Result<std::shared_ptr<ChannelInterface>> ToMember(const std::string& name);
  Result<std::string> RebuildSource(const std::string& wanted) const;
  void FillMembers(v1::DescribeReply& reply) const;
  void FillPeers(v1::DescribeReply& reply) const;
  void FillReplica(v1::DescribeReply& reply) const;
  void FillStorage(v1::DescribeReply& reply) const;
  void FillProbes(v1::DescribeReply& reply) const;

  std::shared_ptr<RegistryHost> host_;
  ClusterHost* cluster_ = nullptr;
  MemberChannels channels_;
};

}  // namespace bellrock::naming::server
