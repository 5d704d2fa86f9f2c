// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics_watch.h"

#include <fmt/format.h>

#include <limits>
#include <utility>

#include "base/check.h"
#include "metrics/compute/owner.h"

namespace bellrock::metrics {
namespace {

constexpr char kSet[] = "callee";
constexpr size_t kServicesMax = 1000;

}  // namespace

MetricsWatch::MetricsWatch(MetricsBackend& backend, const SimNodes& nodes, const SentCalls& sent,
                           uint32_t partitions, Complain complain)
    : backend_(backend),
      nodes_(nodes),
      sent_(sent),
      partitions_(partitions),
      complain_(std::move(complain)),
      logs_(partitions),
      ends_(partitions) {}

void MetricsWatch::Disturbed(Time now) {
  since_ = now;
  healed_ = false;
  for (uint32_t partition = 0; partition < partitions_; ++partition) {
    ends_[partition] = backend_.queue.OffsetsOf(compute::kCardsTopic, partition)->end;
  }
}

void MetricsWatch::Ends(Time now) {
  --lasting_;
  Disturbed(now);
}

SimComputeNode* MetricsWatch::OwnerOf(uint32_t partition) {
  Log& at = logs_[partition];
  const auto records = backend_.queue.Read(compute::kCutsTopic, partition, at.next, {});
  BELLROCK_CHECK(records.ok(), "this reader is never behind");
  for (const queue::Record& record : *records) {
    v1::CutRecord cut;
    if (cut.ParseFromString(record.value)) (void)at.log.Apply(cut);
    at.next = record.offset + 1;
  }
  for (const auto& node : nodes_) {
    if (node->name() == at.log.node() && node->process().runs()) return node.get();
  }
  return nullptr;
}

std::string MetricsWatch::NotHealed() {
  std::string partitions;
  for (uint32_t partition = 0; partition < partitions_; ++partition) {
    if (Advanced(partition)) continue;
    SimComputeNode* owner = OwnerOf(partition);
    partitions += fmt::format(" {} ({})", partition, owner == nullptr ? "nobody" : owner->name());
  }
  return fmt::format("not healed {} s after the last disturbance: partitions{}",
                     kHealedWithin / std::chrono::seconds(1), partitions);
}

bool MetricsWatch::Advanced(uint32_t partition) {
  SimComputeNode* owner = OwnerOf(partition);
  if (owner == nullptr) return false;
  for (const compute::Node::Held& held : owner->node().held()) {
    if (held.partition == partition) return held.counts && held.next > ends_[partition];
  }
  return false;
}

void MetricsWatch::LookAtWork(Time now) {
  if (healed_ || lasting_ > 0) return;
  if (now - since_ > kHealedWithin) complain_(NotHealed());
  for (uint32_t partition = 0; partition < partitions_; ++partition) {
    if (!Advanced(partition)) return;
  }
  healed_ = true;
  heals_.push_back(now - since_);
}

void MetricsWatch::AddCalls(const CardTable& table, int64_t since,
                            std::map<int64_t, uint64_t>& calls) const {
  for (size_t row = 0; row < table.rows(); ++row) {
    if (table.seconds[row] < since) continue;
    for (const Card::Bucket& bucket : table.card(row)) calls[table.seconds[row]] += bucket.count;
  }
}

std::map<int64_t, uint64_t> MetricsWatch::CallsSince(int64_t second) {
  std::map<int64_t, uint64_t> calls;
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  const int64_t from = second - second % store::WindowSecondsOf(store::Grain::kSecond);
  const auto callees = backend_.store.Callees(store::Grain::kSecond, from, kMax, kServicesMax);
  for (const std::string& callee : *callees) {
    (void)backend_.store.Scan({store::Grain::kSecond, kSet, callee}, from, kMax,
                              [&](const store::Block& block) {
                                AddCalls(block.table, second, calls);
                                return true;
                              });
  }
  for (uint32_t partition = 0; partition < partitions_; ++partition) {
    SimComputeNode* owner = OwnerOf(partition);
    if (owner == nullptr) continue;
    for (const CardTable& table : owner->node().LiveOf(partition, kSet)) {
      AddCalls(table, second, calls);
    }
  }
  return calls;
}

void MetricsWatch::LookAtSeconds(int64_t unix_ms) {
  if (next_ == 0) next_ = unix_ms / 1000;
  if (sent_.InTime(next_) == 0) return;
  const auto calls = CallsSince(next_);
  for (const auto& [second, told] : calls) {
    if (told <= sent_.All(second)) continue;
    complain_(fmt::format("second {}: {} calls told, {} sent", second, told, sent_.All(second)));
  }
  for (int64_t second = next_; sent_.InTime(second) > 0; ++second) {
    const auto at = calls.find(second);
    if (told_[second] || at == calls.end() || at->second < sent_.InTime(second)) continue;
    told_[second] = true;
    lateness_.push_back(std::chrono::milliseconds(unix_ms - (second + 1) * 1000));
  }
  while (!told_.empty() && told_.begin()->second) {
    next_ = told_.begin()->first + 1;
    told_.erase(told_.begin());
  }
}

}  // namespace bellrock::metrics
