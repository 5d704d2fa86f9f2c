// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics_watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

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
      merge_(partitions),
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

std::vector<compute::NodeLive> MetricsWatch::AskAll(const std::string& set) {
  std::vector<compute::NodeLive> told;
  for (const auto& node : nodes_) {
    if (node->process().runs()) told.push_back(node->node().Live(set, ""));
  }
  return told;
}

std::string MetricsWatch::NotHealed(const std::vector<server::LiveMerge::Row>& rows) const {
  std::string partitions;
  for (const auto& [node, told] : rows) {
    if (!Advanced(told)) partitions += fmt::format(" {} ({})", told.number, node);
  }
  return fmt::format("not healed {} s after the last disturbance: partitions{}",
                     kHealedWithin / std::chrono::seconds(1), partitions);
}

bool MetricsWatch::Advanced(const compute::LivePartition& told) const {
  if (!told.counts) return false;
  // Without calls a partition gets no record for a while.
  return told.next > ends_[told.number] || (calls_ended_ && told.next == ends_[told.number]);
}

void MetricsWatch::LookAtWork(Time now) {
  if (healed_ || lasting_ > 0) return;
  const auto rows = merge_.Rows(AskAll(""));
  if (now - since_ > kHealedWithin) complain_(NotHealed(rows));
  healed_ =
      std::all_of(rows.begin(), rows.end(), [this](const auto& row) { return Advanced(row.told); });
  if (healed_) heals_.push_back(now - since_);
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
  const server::LiveSum live = merge_.Merge(AskAll(kSet));
  for (const CardTable& table : live.tables) AddCalls(table, second, calls);
  return calls;
}

// An owner that does not know yet that another took its place, cut, and left again, tells what the
// other brought to the store.
void MetricsWatch::LookForTooMany(int64_t unix_ms, const std::map<int64_t, uint64_t>& calls) {
  constexpr int64_t kMsMax = kCutLogReadSeconds * 1000 + 500;
  const auto wrong = std::find_if(calls.begin(), calls.end(), [this](const auto& second) {
    return second.second > sent_.All(second.first);
  });
  ++looks_;
  if (wrong == calls.end()) {
    too_many_since_ms_ = 0;
    return;
  }
  ++looks_with_too_many_;
  if (too_many_since_ms_ == 0) too_many_since_ms_ = unix_ms;
  if (unix_ms - too_many_since_ms_ <= kMsMax) return;
  complain_(fmt::format("second {}: {} calls told for longer than {} ms, {} sent", wrong->first,
                        wrong->second, kMsMax, sent_.All(wrong->first)));
}

void MetricsWatch::LookAtSeconds(int64_t unix_ms) {
  if (next_ == 0) next_ = unix_ms / 1000;
  if (sent_.InTime(next_) == 0) return;
  const auto calls = CallsSince(next_);
  LookForTooMany(unix_ms, calls);
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
