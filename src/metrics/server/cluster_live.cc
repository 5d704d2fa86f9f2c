// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/server/cluster_live.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/log.h"
#include "fiber/fiber.h"
#include "metrics/bounds.h"

namespace bellrock::metrics::server {
namespace {

constexpr std::string_view kSubject = "metrics/server";
constexpr Duration kSettleMax = std::chrono::seconds(kLiveSettleSeconds);
constexpr Duration kSettlePause = std::chrono::milliseconds(10);
constexpr Duration kSilentFor = std::chrono::seconds(1);

}  // namespace

ClusterLive::ClusterLive(fiber::Environment environment, uint32_t partitions,
                         std::shared_ptr<compute::LivePeer> own, MakePeer make_peer)
    : environment_(environment), make_peer_(std::move(make_peer)), merge_(partitions) {
  if (own == nullptr) return;
  peers_.push_back(std::make_shared<Peer>());
  peers_.back()->asked = std::move(own);
}

void ClusterLive::SetOthers(const std::vector<Member>& others) {
  std::vector<std::shared_ptr<Peer>> peers;
  for (const auto& peer : peers_) {
    const bool stays = peer->member.address.empty() ||
                       std::find(others.begin(), others.end(), peer->member) != others.end();
    if (stays) {
      peers.push_back(peer);
    } else {
      // Whoever waits for it goes on without.
      for (fiber::JoinHandle* asking : peer->asking) asking->Cancel();
    }
  }
  for (const Member& member : others) {
    const bool known = std::any_of(peers.begin(), peers.end(),
                                   [&](const auto& peer) { return peer->member == member; });
    if (known || peers.size() >= kComputeNodesMax) continue;
    peers.push_back(std::make_shared<Peer>());
    peers.back()->member = member;
    peers.back()->asked = make_peer_(member);
  }
  peers_ = std::move(peers);
}

Result<compute::NodeLive> ClusterLive::AskOne(Peer& peer, const std::string& set,
                                              const std::string& callee) {
  if (environment_.clock.Now() < peer.silent_until) return peer.last;
  auto told = peer.asked->Ask(set, callee);
  // Whoever asked at the same time may have got no answer.
  if (told.ok()) peer.silent_until = {};
  // The end of whoever asks says nothing about the node.
  if (told.ok() || !fiber::CheckCurrent().ok()) return told;
  if (peer.last.ok()) {
    log::Info(kSubject, "compute node {} at {} does not answer: {}", peer.member.name,
              peer.member.address, told.status().ToString());
  }
  peer.silent_until = environment_.clock.Now() + kSilentFor;
  return told;
}

std::vector<compute::NodeLive> ClusterLive::AskAll(const std::string& set,
                                                   const std::string& callee) {
  const std::vector<std::shared_ptr<Peer>> peers = peers_;  // the list may change meanwhile
  std::vector<std::optional<compute::NodeLive>> told(peers.size());
  const auto ask = [&](size_t i) {
    auto answer = AskOne(*peers[i], set, callee);
    peers[i]->last = answer.status();
    if (answer.ok()) told[i] = *std::move(answer);
  };
  std::vector<fiber::JoinHandle> asking(peers.size());
  for (size_t i = 0; i < peers.size(); ++i) {
    asking[i] = fiber::Start([&ask, i] { ask(i); });
    peers[i]->asking.insert(&asking[i]);
  }
  for (size_t i = 0; i < peers.size(); ++i) {
    asking[i].Join();
    peers[i]->asking.erase(&asking[i]);
  }
  std::vector<compute::NodeLive> answers;
  for (auto& one : told) {
    if (one) answers.push_back(*std::move(one));
  }
  return answers;
}

Result<LiveSum> ClusterLive::Take(const std::string& set, const std::string& callee) {
  const Time until = environment_.clock.Now() + kSettleMax;
  for (;;) {
    LiveSum sum = merge_.Merge(AskAll(set, callee));
    if (sum.settled) return sum;
    while (!sum.settled) {
      if (environment_.clock.Now() >= until) {
        return UnavailableError("a minute's figures are being written to the store; ask again");
      }
      BELLROCK_TRY(fiber::SleepFor(kSettlePause));
      sum = merge_.Merge(AskAll("", ""));
    }
  }
}

Result<uint64_t> ClusterLive::Version() {
  return merge_.Merge(AskAll("", "")).version;
}

ClusterLive::Report ClusterLive::Describe() {
  Report report;
  std::vector<compute::NodeLive> nodes = AskAll("", "");
  report.partitions = merge_.Rows(nodes);
  for (const auto& peer : peers_) {
    NodeRow& row = report.nodes.emplace_back();
    row.member = peer->member;
    row.answers = peer->last.ok();
    row.error = peer->last.ok() ? "" : peer->last.ToString();
    if (peer->member.address.empty() && !nodes.empty()) row.member.name = nodes.front().node;
    for (const LiveMerge::Row& partition : report.partitions) {
      if (partition.told.counts && partition.node == row.member.name) ++row.partitions;
    }
  }
  report.sum = merge_.Merge(std::move(nodes));
  return report;
}

}  // namespace bellrock::metrics::server
