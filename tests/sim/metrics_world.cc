// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics_world.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/check.h"
#include "fiber/unix_time.h"
#include "metrics/compute/owner.h"
#include "metrics/spread.h"

namespace bellrock::metrics {
namespace {

constexpr size_t kCollectors = 2;
constexpr Duration kLookAtWork = std::chrono::milliseconds(20);
constexpr Duration kAskOfSeconds = std::chrono::milliseconds(100);

// So many that every partition has calls all the time.
std::vector<std::string> ServicesFor(uint32_t partitions) {
  std::vector<std::string> services;
  std::set<uint32_t> with_calls;
  for (int i = 0; with_calls.size() < partitions; ++i) {
    std::string service = fmt::format("music/service-{}", i);
    if (with_calls.insert(PartitionOf(service, "", 1, partitions)).second) {
      services.push_back(std::move(service));
    }
  }
  return services;
}

}  // namespace

MetricsWorld::MetricsWorld(fiber::Environment environment, testing::SimRandom& dice,
                           MetricsWatch::Complain complain, Trace trace)
    : environment_(environment),
      dice_(dice),
      trace_(std::move(trace)),
      sets_(DefaultDimensionSets()),
      services_(ServicesFor(kPartitions)),
      backend_(environment.clock),
      sent_(sets_, kPartitions, kSources),
      collectors_(environment, backend_, dice, kCollectors, kPartitions),
      sources_(environment, collectors_, sent_, dice,
               {.sources = kSources, .services = services_, .partitions = kPartitions}),
      watch_(backend_, nodes_, sent_, kPartitions, std::move(complain)) {
  for (size_t i = 0; i < kNodes; ++i) StartNode();
  sources_.Start();
  looking_ = fiber::Start([this] { Look(); });
  asking_ = fiber::Start([this] {
    while (fiber::SleepFor(kAskOfSeconds).ok()) watch_.LookAtSeconds(environment_.clock);
  });
}

MetricsWorld::~MetricsWorld() {
  looking_ = {};
  asking_ = {};
  nodes_.clear();
}

int64_t MetricsWorld::unix_second() {
  return fiber::UnixSecond(environment_.clock);
}

size_t MetricsWorld::running() const {
  return static_cast<size_t>(std::count_if(
      nodes_.begin(), nodes_.end(), [](const auto& node) { return node->process().runs(); }));
}

void MetricsWorld::StartNode() {
  SimComputeNode::Options options;
  options.name = fmt::format("n{}", ++started_);
  options.partitions = kPartitions;
  options.sets = sets_;
  trace_(options.name + " starts");
  nodes_.push_back(
      std::make_shared<SimComputeNode>(environment_, backend_, leases_, dice_, std::move(options)));
  watch_.Disturbed(now());
}

void MetricsWorld::KillNode(size_t at) {
  trace_(nodes_[at]->name() + " is killed");
  nodes_[at]->Kill();
  nodes_.erase(nodes_.begin() + static_cast<ptrdiff_t>(at));
  watch_.Disturbed(now());
}

void MetricsWorld::LeaveNode(size_t at) {
  auto node = std::move(nodes_[at]);
  nodes_.erase(nodes_.begin() + static_cast<ptrdiff_t>(at));
  trace_(node->name() + " leaves");
  watch_.Disturbed(now());
  node->Leave();
}

void MetricsWorld::MergeSomewhere() {
  constexpr int64_t kWindow = 60;
  const bool seconds = dice_.Between(0, 1) == 1;
  const DimensionSet& set = sets_[dice_.Between(0, sets_.size() - 1)];
  const int64_t window =
      unix_second() / kWindow * kWindow - kWindow * static_cast<int64_t>(dice_.Between(0, 3));
  const std::string& service = services_[dice_.Between(0, services_.size() - 1)];
  const Status merged = backend_.store.Merge(
      {seconds ? store::Grain::kSecond : store::Grain::kMinute, set.name, service}, window);
  BELLROCK_CHECK(merged.ok(), "a store in memory merges what fits");
}

void MetricsWorld::Look() {
  while (fiber::SleepFor(kLookAtWork).ok()) watch_.LookAtWork(now());
}

}  // namespace bellrock::metrics
