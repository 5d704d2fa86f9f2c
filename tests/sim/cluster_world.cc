// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cluster_world.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "naming/cluster/codec.h"

namespace bellrock {
namespace {

using naming::cluster::ClusterEffects;
using naming::cluster::ClusterNode;
using naming::cluster::ClusterNodeOptions;
using naming::cluster::ElectionEvent;
using naming::cluster::MemberEvent;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr uint32_t kCluster = 42;
constexpr size_t kConfiguredSeeds = 3;
constexpr int64_t kClockSkewMaxMs = 5000;
constexpr int64_t kClockDriftMaxPpm = 500;

std::string Describe(const ElectionEvent& event) {
  static constexpr const char* kNames[] = {"leading",     "claim changed", "following",
                                           "leader lost", "stepped down",  "handed over"};
  return fmt::format("{} {} term {} island {:x}{} {}", kNames[static_cast<int>(event.kind)],
                     event.claim.leader, event.claim.term, event.claim.island,
                     event.claim.majority ? " majority" : "", event.winner.leader);
}

std::string Describe(const MemberEvent& event) {
  static constexpr const char* kNames[] = {"joined", "suspected", "alive again", "dead",
                                           "left",   "metadata",  "forgotten",   "conflict"};
  return fmt::format("{} {}", kNames[static_cast<int>(event.kind)], event.name);
}

}  // namespace

ClusterWorld::ClusterWorld(uint64_t seed, int nodes, int sites, bool trace)
    : network_(seed, nodes), trace_(trace), second_(now()) {
  for (int i = 0; i < nodes; ++i) {
    Node node;
    node.name = fmt::format("n{}", i);
    node.site = fmt::format("s{}", i % sites);
    node.address = Address::Tcp(fmt::format("10.0.0.{}", i), 7600);
    const auto skew = static_cast<int64_t>(network_.random().Between(0, 2 * kClockSkewMaxMs));
    node.clock_offset = milliseconds(skew - kClockSkewMaxMs);
    node.clock_ppm = static_cast<int64_t>(network_.random().Between(0, 2 * kClockDriftMaxPpm)) -
                     kClockDriftMaxPpm;
    nodes_.push_back(std::move(node));
  }
}

void ClusterWorld::Trace(const std::string& line) const {
  if (trace_) fmt::print("{:8.3f} {}\n", static_cast<double>((now() - Time()).count()) / 1e9, line);
}

Time ClusterWorld::LocalTime(const Node& node) const {
  const int64_t ns = (now() - Time()).count();
  return Time(Duration(ns + ns / 1'000'000 * node.clock_ppm) + node.clock_offset);
}

Time ClusterWorld::GlobalTime(const Node& node, Time local) const {
  if (local == kNever) return kNever;
  const Duration ahead = local - LocalTime(node);
  return now() + std::max<Duration>(ahead, milliseconds(1));  // a loop is no faster
}

void ClusterWorld::Start(int i) {
  Node& node = nodes_[static_cast<size_t>(i)];
  Trace(fmt::format("{} starts", node.name));
  ClusterNodeOptions options;
  options.membership.name = node.name;
  options.membership.seed = network_.random().Next();
  options.membership.profile.address = node.address;
  options.membership.profile.metadata.site = node.site;
  options.membership.profile.metadata.zone = "z1";
  options.membership.profile.metadata.service_address = node.address.ToString();
  options.boot = ++node.starts;
  options.expects_others = nodes_.size() > 1;
  const Time local = LocalTime(node);
  node.node = std::make_unique<ClusterNode>(options, local);
  node.node->SetProgress(network_.random().Between(0, 3));
  std::vector<Address> seeds;
  for (const Node& other : nodes_) seeds.push_back(other.address);
  // A first start has the configured seeds; later ones also whom the node knew before.
  if (node.starts == 1 && seeds.size() > kConfiguredSeeds) seeds.resize(kConfiguredSeeds);
  Take(i, node.node->Join(seeds, local));
}

void ClusterWorld::Leave(int i) {
  Node& node = nodes_[static_cast<size_t>(i)];
  Trace(fmt::format("{} leaves", node.name));
  Take(i, node.node->Leave(LocalTime(node)));
}

void ClusterWorld::Pause(int i, Duration how_long) {
  Trace(fmt::format("n{} stands still", i));
  nodes_[static_cast<size_t>(i)].paused_until = now() + how_long;
}

void ClusterWorld::HealAll() {
  Trace("all links healed");
  network_.HealAll();
}

void ClusterWorld::Take(int i, ClusterEffects effects) {
  Node& node = nodes_[static_cast<size_t>(i)];
  for (const auto& outgoing : effects.messages) Send(i, outgoing);
  for (const ElectionEvent& event : effects.election_events) {
    node.leaderships += event.kind == ElectionEvent::Kind::kLeading;
    if (trace_) Trace(fmt::format("{} {}", node.name, Describe(event)));
  }
  if (trace_) {
    for (const MemberEvent& event : effects.member_events) {
      if (event.kind == MemberEvent::Kind::kMetadataChanged) continue;
      Trace(fmt::format("{} {}", node.name, Describe(event)));
    }
  }
  ScheduleTick(i);
}

void ClusterWorld::Send(int from, const naming::cluster::Outgoing& outgoing) {
  std::string bytes = naming::cluster::EncodeMessage(outgoing.message, kCluster);
  if (bytes.size() > naming::cluster::kDatagramBytesMax) {
    Trace(fmt::format("a datagram of {} bytes", bytes.size()));
    ++unreadable_;
  }
  CountBytes(nodes_[static_cast<size_t>(from)], bytes.size());
  const auto to = std::find_if(nodes_.begin(), nodes_.end(),
                               [&](const Node& node) { return node.address == outgoing.to; });
  if (to == nodes_.end()) return;
  const int i = static_cast<int>(to - nodes_.begin());
  network_.Datagram(from, i, [this, from, i, bytes = std::move(bytes)] { Arrive(from, i, bytes); });
}

void ClusterWorld::CountBytes(Node& sender, size_t bytes) {
  if (now() - second_ >= seconds(1)) {
    second_ = now();
    for (Node& node : nodes_) node.second_bytes = 0;
  }
  sender.bytes_sent += bytes;
  sender.second_bytes += bytes;
  sender.second_bytes_max = std::max(sender.second_bytes_max, sender.second_bytes);
}

void ClusterWorld::Arrive(int from, int to, const std::string& bytes) {
  Node& node = nodes_[static_cast<size_t>(to)];
  if (node.paused_until > now()) {
    return network_.At(node.paused_until, [=, this] { Arrive(from, to, bytes); });
  }
  if (!node.node) return;
  auto message = naming::cluster::DecodeMessage(bytes, kCluster);
  if (!message.ok()) {
    Trace(message.status().ToString());
    ++unreadable_;
    return;
  }
  const Address& sender = nodes_[static_cast<size_t>(from)].address;
  Take(to, node.node->Receive(*message, sender, LocalTime(node)));
}

void ClusterWorld::ScheduleTick(int i) {
  const Node& node = nodes_[static_cast<size_t>(i)];
  const Time at = GlobalTime(node, node.node->NextTick());
  if (at < node.tick_at || node.tick_at <= now()) TickAt(i, at);
}

void ClusterWorld::TickAt(int i, Time at) {
  nodes_[static_cast<size_t>(i)].tick_at = at;
  if (at == kNever) return;
  network_.At(at, [this, i, at] {
    // Unless another one was asked for since.
    if (nodes_[static_cast<size_t>(i)].tick_at == at) Tick(i);
  });
}

void ClusterWorld::Tick(int i) {
  Node& node = nodes_[static_cast<size_t>(i)];
  if (node.paused_until > now()) return TickAt(i, node.paused_until);
  node.tick_at = kNever;
  if (node.node) Take(i, node.node->Tick(LocalTime(node)));
}

}  // namespace bellrock
