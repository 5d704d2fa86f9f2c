// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics_node.h"

#include <utility>

namespace bellrock::metrics {
namespace {

constexpr Duration kStopMax = std::chrono::seconds(5);

}  // namespace

std::vector<std::string> SimLeases::Alive(Time now) const {
  std::vector<std::string> alive;
  for (const auto& [name, end] : ends_) {
    if (now < end) alive.push_back(name);
  }
  return alive;
}

SimComputeNode::SimComputeNode(fiber::Environment environment, MetricsBackend& backend,
                               SimLeases& leases, testing::SimRandom& dice, Options options)
    : environment_(environment),
      leases_(leases),
      dice_(dice),
      options_(std::move(options)),
      process_(dice),
      queue_(process_, backend),
      store_(process_, backend),
      node_(environment, queue_, store_,
            {.name = options_.name, .partitions = options_.partitions, .sets = options_.sets}),
      beating_(fiber::Start([this] { Beat(); })),
      hearing_(fiber::Start([this] { Hear(); })) {}

SimComputeNode::~SimComputeNode() {
  Kill();
}

void SimComputeNode::Beat() {
  while (process_.AwaitRunning().ok()) {
    leases_.Beat(options_.name, environment_.clock.Now());
    if (!fiber::SleepFor(SimLeases::kBeat).ok()) return;
  }
}

void SimComputeNode::Hear() {
  std::vector<std::string> heard;
  while (process_.AwaitRunning().ok()) {
    std::vector<std::string> alive = leases_.Alive(environment_.clock.Now());
    if (alive != heard) node_.SetAlive(heard = std::move(alive));
    const auto max = static_cast<uint64_t>(SimLeases::kTold.count());
    if (!fiber::SleepFor(Duration(dice_.Between(max / 10, max))).ok()) return;
  }
}

void SimComputeNode::Kill() {
  process_.Kill();
  beating_.Cancel();
  hearing_.Cancel();
  beating_.Join();
  hearing_.Join();
  node_.Stop(environment_.clock.Now());
}

void SimComputeNode::Leave() {
  beating_.Cancel();
  hearing_.Cancel();
  beating_.Join();
  hearing_.Join();
  leases_.Leave(options_.name);
  node_.Stop(environment_.clock.Now() + kStopMax);
  Kill();
}

}  // namespace bellrock::metrics
