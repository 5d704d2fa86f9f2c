// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/compute/partition.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

#include "metrics/compute/blocks.h"
#include "metrics/series_kind.h"
#include "metrics/table_sum.h"

namespace bellrock::metrics::compute {
namespace {

constexpr int64_t kMinute = 60;

std::vector<DimensionSet> CoarseOf(const std::vector<DimensionSet>& sets) {
  std::vector<DimensionSet> coarse;
  std::copy_if(sets.begin(), sets.end(), std::back_inserter(coarse),
               [](const DimensionSet& set) { return set.seconds; });
  return coarse;
}

void AddBlocks(const CardTable& table, store::Grain grain, const std::string& set,
               std::vector<store::Block>& blocks) {
  std::vector<store::Block> more = BlocksOf(table, grain, set);
  std::move(more.begin(), more.end(), std::back_inserter(blocks));
}

// A card of `calls` calls at latency 0: counts beyond 32 bits continue in a further bucket.
void AppendCount(uint64_t calls, CardTable& table) {
  constexpr uint32_t kMax = std::numeric_limits<uint32_t>::max();
  for (; calls > 0; calls -= std::min<uint64_t>(calls, kMax)) {
    table.buckets.push_back({0, static_cast<uint32_t>(std::min<uint64_t>(calls, kMax))});
  }
  table.ends.push_back(static_cast<uint32_t>(table.buckets.size()));
}

// Of services; what a metric counts is no call.
uint64_t CallsOf(const CardTable& table) {
  const auto callee =
      std::find(table.dimensions.begin(), table.dimensions.end(), Dimension::kCallee);
  const auto column = static_cast<size_t>(callee - table.dimensions.begin());
  uint64_t calls = 0;
  for (size_t row = 0; row < table.rows(); ++row) {
    if (callee != table.dimensions.end() && !IsService(table.name(column, row))) continue;
    for (const Card::Bucket& bucket : table.card(row)) calls += bucket.count;
  }
  return calls;
}

CardTable LostTable(const std::map<std::pair<std::string, int64_t>, uint64_t>& lost) {
  CardTable table;
  table.dimensions = {Dimension::kCallee};
  table.keys.resize(1);
  for (const auto& [place, calls] : lost) {
    table.names.push_back(place.first);
    table.keys[0].push_back(static_cast<uint32_t>(table.names.size() - 1));
    table.seconds.push_back(place.second - place.second % kMinute);
    AppendCount(calls, table);
  }
  return *SumTables({&table, 1});
}

}  // namespace

Partition::Partition(std::vector<DimensionSet> sets, PartitionBounds bounds)
    : sets_(std::move(sets)),
      coarse_(CoarseOf(sets_)),
      bounds_(bounds),
      memory_(bounds.sources_max),
      minutes_(sets_, kMinute),
      seconds_(coarse_, 1) {}

Status Partition::Begin(uint64_t offset, const std::string& memory) {
  if (!memory.empty()) BELLROCK_TRY(LoadMemory(memory));
  begin_ = next_ = offset;
  return Status::Ok();
}

// The fields of one message may be written apart.
std::string Partition::SaveMemory() const {
  v1::SourceMemory rest;
  for (const auto& [collector, second] : collectors_) {
    v1::Marker& marker = *rest.add_collectors();
    marker.set_collector(collector);
    marker.set_second(second);
  }
  rest.set_cut_until(cut_until_);
  return memory_.Save() + rest.SerializeAsString();
}

Status Partition::LoadMemory(const std::string& memory) {
  BELLROCK_TRY(memory_.Load(memory));
  v1::SourceMemory rest;
  (void)rest.ParseFromString(memory);  // it could be read a moment ago
  for (const v1::Marker& marker : rest.collectors()) {
    collectors_[marker.collector()] = marker.second();
  }
  cut_until_ = rest.cut_until();
  last_cut_minute_ = cut_until_ / kMinute;
  return Status::Ok();
}

void Partition::Apply(uint64_t offset, const std::string& value) {
  if (offset < next_) return;
  next_ = offset + 1;
  v1::CardMessage message;
  if (!message.ParseFromString(value)) {
    ++counts_.records_broken;
    return;
  }
  for (const v1::SourceBatch& batch : message.batches()) ApplyBatch(batch);
  if (message.has_marker()) {
    Hear(message.marker());
  }
}

void Partition::Hear(const v1::Marker& marker) {
  int64_t& second = collectors_[marker.collector()];
  second = std::max(second, marker.second());
  std::erase_if(collectors_, [&](const auto& collector) {
    return collector.second < marker.second() - kCollectorSilentMax;
  });
}

void Partition::ApplyBatch(const v1::SourceBatch& batch) {
  if (!memory_.Note(batch.source(), batch.epoch(), batch.sequence())) {
    ++counts_.duplicates;
    return;
  }
  ++counts_.batches;
  AddLost(batch);
  if (batch.table().empty()) return;
  auto table = DecodeTable(batch.table());
  if (!table.ok()) {
    ++counts_.records_broken;
    return;
  }
  minutes_.Add(*table);
  seconds_.Add(*table);
  counts_.calls += CallsOf(*table);
}

void Partition::AddLost(const v1::SourceBatch& batch) {
  for (const v1::LostCalls& lost : batch.lost()) {
    lost_[{lost.callee(), lost.second()}] += lost.calls();
    if (IsService(lost.callee())) counts_.calls_lost += lost.calls();
  }
}

bool Partition::CutDue(int64_t unix_second) const {
  if (next_ == begin_) return false;
  if (minutes_.bytes() > bounds_.fold_bytes_max) return true;
  const int64_t minute = (unix_second - kCutGraceSeconds) / kMinute;
  if (minute <= last_cut_minute_) return false;
  const bool told = collectors_.empty() || complete_until() >= minute * kMinute;
  return told || unix_second - minute * kMinute >= kCutLateSeconds;
}

const Partition::LiveSeconds& Partition::Live() {
  std::vector<CardTable> tables = seconds_.Finish();
  for (size_t i = 0; i < tables.size(); ++i) {
    if (tables[i].rows() > 0) live_.tables[coarse_[i].name].push_back(std::move(tables[i]));
  }
  return live_;
}

void Partition::BeginCut(int64_t unix_second) {
  last_cut_minute_ = (unix_second - kCutGraceSeconds) / kMinute;
  begin_ = next_;
  // What has not been read yet, as after a takeover, is not in this cut.
  const int64_t end = last_cut_minute_ * kMinute;
  cut_until_ = std::max(cut_until_, collectors_.empty() ? end : std::min(end, complete_until()));
}

std::vector<store::Block> Partition::TakeCut() {
  std::vector<store::Block> blocks;
  minutes_.Finish([&](size_t set, const CardTable& table) {
    AddBlocks(table, store::Grain::kMinute, sets_[set].name, blocks);
  });
  for (const auto& [set, deltas] : Live().tables) {
    AddBlocks(*SumTables(deltas), store::Grain::kSecond, set, blocks);
  }
  live_ = {};
  AddBlocks(LostTable(std::exchange(lost_, {})), store::Grain::kMinute, kLostSet, blocks);
  return blocks;
}

int64_t Partition::cut_until() const {
  return cut_until_;
}

int64_t Partition::complete_until() const {
  if (collectors_.empty()) return 0;
  const auto least =
      std::min_element(collectors_.begin(), collectors_.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  return std::max(least->second, cut_until_);
}

}  // namespace bellrock::metrics::compute
