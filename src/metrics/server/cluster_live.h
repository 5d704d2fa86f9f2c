// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "fiber/environment.h"
#include "fiber/fiber.h"
#include "metrics/compute/live.h"
#include "metrics/server/live_merge.h"
#include "metrics/server/stored_source.h"

namespace bellrock::metrics::server {

// A compute node of the data centre.
struct Member {
  std::string name;     // of the run of its process
  std::string address;  // where it tells what it knows

  friend auto operator<=>(const Member&, const Member&) = default;
};

// What all compute nodes of the data centre know, each asked at the same time. A node that does not
// answer is done without, and for a second it is not asked again: what it works is then known as
// far as it is stored. Lives on one loop; calls block the fiber.
class ClusterLive final : public LiveCards {
 public:
  using MakePeer = std::function<std::shared_ptr<compute::LivePeer>(const Member& member)>;

  // `own`: the node of this process, or null.
  ClusterLive(fiber::Environment environment, uint32_t partitions,
              std::shared_ptr<compute::LivePeer> own, MakePeer make_peer);

  // The others; at most kComputeNodesMax of them.
  void SetOthers(const std::vector<Member>& others);

  Result<LiveSum> Take(const std::string& set, const std::string& callee) override;
  Result<uint64_t> Version() override;

  struct NodeRow {
    Member member;  // without an address: this process
    bool answers = false;
    uint32_t partitions = 0;  // that it works
    std::string error;
  };
  struct Report {
    std::vector<NodeRow> nodes;
    std::vector<LiveMerge::Row> partitions;
    LiveSum sum;
  };
  Report Describe();

 private:
  struct Peer {
    Member member;
    std::shared_ptr<compute::LivePeer> asked;
    Time silent_until{};
    Status last;
    std::set<fiber::JoinHandle*> asking;  // under way
  };

  // Those who answer.
  std::vector<compute::NodeLive> AskAll(const std::string& set, const std::string& callee);
  Result<compute::NodeLive> AskOne(Peer& peer, const std::string& set, const std::string& callee);

  fiber::Environment environment_;
  const MakePeer make_peer_;
  std::vector<std::shared_ptr<Peer>> peers_;  // our own first
  LiveMerge merge_;
};

}  // namespace bellrock::metrics::server
