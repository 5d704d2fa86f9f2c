// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics_watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "fiber/fiber.h"
#include "fiber/loop.h"
#include "fiber/unix_time.h"
#include "metrics/bounds.h"
#include "metrics/compute/owner.h"

namespace bellrock::metrics {
namespace {

constexpr char kSet[] = "callee";
constexpr size_t kServicesMax = 1000;
// As a server does: server/stored_source.cc, server/cluster_live.cc.
constexpr int kTriesMax = 20;
constexpr Duration kTryPause = std::chrono::milliseconds(10);
constexpr Duration kAnswerMax = std::chrono::seconds(kLiveAnswerSeconds);

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

std::vector<compute::NodeLive> MetricsWatch::LookIntoAll() const {
  std::vector<compute::NodeLive> told;
  for (const auto& node : nodes_) {
    if (node->process().runs()) told.push_back(node->node().Live("", ""));
  }
  return told;
}

std::vector<compute::NodeLive> MetricsWatch::AskAll(const std::string& set) const {
  const SimNodes nodes = nodes_;  // they come and go meanwhile
  std::vector<std::optional<compute::NodeLive>> told(nodes.size());
  std::vector<fiber::JoinHandle> asking;
  const Time until = fiber::Loop::Current()->Now() + kAnswerMax;
  for (size_t i = 0; i < nodes.size(); ++i) {
    asking.push_back(fiber::Start([&nodes, &told, &set, until, i] {
      fiber::ScopedDeadline deadline(until);
      SimProcess& process = nodes[i]->process();
      if (!process.runs()) return;
      compute::NodeLive live = nodes[i]->node().ConfirmedLive(set, "");
      // What a process that stood still has looked up before comes late.
      if (process.AwaitRunning().ok()) told[i] = std::move(live);
    }));
  }
  std::vector<compute::NodeLive> answers;
  for (size_t i = 0; i < nodes.size(); ++i) {
    asking[i].Join();
    if (told[i]) answers.push_back(*std::move(told[i]));
  }
  return answers;
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
  const auto rows = merge_.Rows(LookIntoAll());
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

void MetricsWatch::AddStored(int64_t since, std::map<int64_t, uint64_t>& calls) const {
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  const int64_t from = since - since % store::WindowSecondsOf(store::Grain::kSecond);
  const auto callees = backend_.store.Callees(store::Grain::kSecond, from, kMax, kServicesMax);
  for (const std::string& callee : *callees) {
    (void)backend_.store.Scan({store::Grain::kSecond, kSet, callee}, from, kMax,
                              [&](const store::Block& block) {
                                AddCalls(block.table, since, calls);
                                return true;
                              });
  }
}

std::optional<std::map<int64_t, uint64_t>> MetricsWatch::CallsSince(int64_t second) {
  for (int attempt = 0; attempt < kTriesMax; ++attempt) {
    const server::LiveSum live = merge_.Merge(AskAll(kSet));
    std::map<int64_t, uint64_t> calls;
    for (const CardTable& table : live.tables) AddCalls(table, second, calls);
    AddStored(second, calls);
    const bool moved = merge_.Merge(AskAll("")).version != live.version;
    if (live.settled && !moved) return calls;
    if (!fiber::SleepFor(kTryPause).ok()) break;
  }
  return std::nullopt;
}

void MetricsWatch::LookForTooMany(const std::map<int64_t, uint64_t>& calls) {
  const auto wrong = std::find_if(calls.begin(), calls.end(), [this](const auto& second) {
    return second.second > sent_.All(second.first);
  });
  if (wrong == calls.end()) return;
  complain_(fmt::format("second {}: {} calls told, {} sent", wrong->first, wrong->second,
                        sent_.All(wrong->first)));
}

void MetricsWatch::LookAtSeconds(fiber::Clock& clock) {
  const int64_t begun = fiber::UnixMs(clock);
  if (next_ == 0) next_ = begun / 1000;
  if (sent_.InTime(next_) == 0) return;
  const auto told = CallsSince(next_);
  ++looks_;
  if (!told) {
    ++looks_without_answer_;
    return;
  }
  const auto& calls = *told;
  const int64_t unix_ms = fiber::UnixMs(clock);
  LookForTooMany(calls);
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
