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
    : random_(seed), trace_(trace), second_(now_) {
  for (int i = 0; i < nodes; ++i) {
    Node node;
    node.name = fmt::format("n{}", i);
    node.site = fmt::format("s{}", i % sites);
    node.address = Address::Tcp(fmt::format("10.0.0.{}", i), 7600);
    const auto skew = static_cast<int64_t>(random_.Between(0, 2 * kClockSkewMaxMs));
    node.clock_offset = milliseconds(skew - kClockSkewMaxMs);
    node.clock_ppm =
        static_cast<int64_t>(random_.Between(0, 2 * kClockDriftMaxPpm)) - kClockDriftMaxPpm;
    nodes_.push_back(std::move(node));
  }
  cut_.assign(static_cast<size_t>(nodes * nodes), false);
}

bool ClusterWorld::Chance(double probability) {
  constexpr uint64_t kParts = 1'000'000;
  return random_.Between(0, kParts - 1) < static_cast<uint64_t>(probability * kParts);
}

void ClusterWorld::Trace(const std::string& line) const {
  if (trace_) fmt::print("{:8.3f} {}\n", static_cast<double>((now_ - Time()).count()) / 1e9, line);
}

Time ClusterWorld::LocalTime(const Node& node) const {
  const int64_t ns = (now_ - Time()).count();
  return Time(Duration(ns + ns / 1'000'000 * node.clock_ppm) + node.clock_offset);
}

Time ClusterWorld::GlobalTime(const Node& node, Time local) const {
  if (local == kNever) return kNever;
  const Duration ahead = local - LocalTime(node);
  return now_ + std::max<Duration>(ahead, milliseconds(1));  // a loop is no faster
}

void ClusterWorld::Start(int i) {
  Node& node = nodes_[static_cast<size_t>(i)];
  Trace(fmt::format("{} starts", node.name));
  ClusterNodeOptions options;
  options.membership.name = node.name;
  options.membership.seed = random_.Next();
  options.membership.profile.address = node.address;
  options.membership.profile.metadata.site = node.site;
  options.membership.profile.metadata.zone = "z1";
  options.membership.profile.metadata.service_address = node.address.ToString();
  options.boot = ++node.starts;
  options.expects_others = nodes_.size() > 1;
  const Time local = LocalTime(node);
  node.node = std::make_unique<ClusterNode>(options, local);
  node.node->SetProgress(random_.Between(0, 3));
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
  nodes_[static_cast<size_t>(i)].paused_until = now_ + how_long;
}

void ClusterWorld::Cut(int a, int b) {
  CutOneWay(a, b);
  CutOneWay(b, a);
}

void ClusterWorld::HealAll() {
  Trace("all links healed");
  cut_.assign(cut_.size(), false);
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
  Node& sender = nodes_[static_cast<size_t>(from)];
  std::string bytes = naming::cluster::EncodeMessage(outgoing.message, kCluster);
  if (bytes.size() > naming::cluster::kDatagramBytesMax) {
    Trace(fmt::format("a datagram of {} bytes", bytes.size()));
    ++unreadable_;
  }
  sender.bytes_sent += bytes.size();
  sender.second_bytes += bytes.size();
  for (int to = 0; to < size(); ++to) {
    if (nodes_[static_cast<size_t>(to)].address != outgoing.to || !Passes(from, to)) continue;
    if (Chance(wire_.loss)) return;
    const int copies = Chance(wire_.duplicates) ? 2 : 1;
    for (int copy = 0; copy < copies; ++copy) {
      const auto delay = random_.Between(50'000, static_cast<uint64_t>(wire_.delay_max.count()));
      events_.push({now_ + Duration(delay), ++order_, to, from, bytes});
    }
    return;
  }
}

void ClusterWorld::ScheduleTick(int i) {
  Node& node = nodes_[static_cast<size_t>(i)];
  const Time at = GlobalTime(node, node.node->NextTick());
  if (at >= node.tick_at && node.tick_at > now_) return;
  node.tick_at = at;
  if (at != kNever) events_.push({at, ++order_, i, -1, {}});
}

void ClusterWorld::Happen(Event event) {
  Node& node = nodes_[static_cast<size_t>(event.node)];
  if (node.paused_until > now_) {
    event.at = node.paused_until;
    event.order = ++order_;
    if (event.from < 0) node.tick_at = event.at;
    events_.push(std::move(event));
    return;
  }
  if (event.from < 0) {
    if (event.at != node.tick_at) return;  // another one was asked for since
    node.tick_at = kNever;
  }
  if (!node.node) return;
  if (event.from < 0) {
    Take(event.node, node.node->Tick(LocalTime(node)));
    return;
  }
  auto message = naming::cluster::DecodeMessage(event.bytes, kCluster);
  if (!message.ok()) {
    Trace(message.status().ToString());
    ++unreadable_;
    return;
  }
  const Address& from = nodes_[static_cast<size_t>(event.from)].address;
  Take(event.node, node.node->Receive(*message, from, LocalTime(node)));
}

void ClusterWorld::RunUntil(Time when) {
  while (!events_.empty() && events_.top().at <= when) {
    Event event = events_.top();
    events_.pop();
    now_ = std::max(now_, event.at);
    if (now_ - second_ >= seconds(1)) {
      second_ = now_;
      for (Node& node : nodes_) {
        node.second_bytes_max = std::max(node.second_bytes_max, node.second_bytes);
        node.second_bytes = 0;
      }
    }
    Happen(std::move(event));
  }
  now_ = std::max(now_, when);
}

}  // namespace bellrock
