// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics_sent.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

#include "base/check.h"
#include "metrics/card_table.h"
#include "metrics/server/push_batches.h"
#include "metrics/table_sum.h"

namespace bellrock::metrics {
namespace {

std::vector<DimensionSet> CoarseOf(const std::vector<DimensionSet>& sets) {
  std::vector<DimensionSet> coarse;
  std::copy_if(sets.begin(), sets.end(), std::back_inserter(coarse),
               [](const DimensionSet& set) { return set.seconds; });
  return coarse;
}

uint64_t CallsOf(const CardTable& table) {
  uint64_t calls = 0;
  for (const Card::Bucket& bucket : table.buckets) calls += bucket.count;
  return calls;
}

}  // namespace

SentCalls::SentCalls(std::vector<DimensionSet> sets, uint32_t partitions, size_t sources)
    : sets_(std::move(sets)),
      coarse_(CoarseOf(sets_)),
      partitions_(partitions),
      sources_(sources),
      minutes_(sets_, 60),
      by_second_(coarse_, 1) {}

void SentCalls::Add(const v1::PushRequest& push, int64_t second, uint64_t of_earlier) {
  uint64_t calls = 0;
  for (const v1::Card& card : push.cards()) {
    for (const uint32_t count : card.count()) {
      calls += count;
      seconds_[card.second()].all += count;
    }
  }
  seconds_[second].in_time += calls - of_earlier;
  ++seconds_[second].sources;
  calls_ += calls;
  const auto batches = server::BatchesOf(push, partitions_);
  BELLROCK_CHECK(batches.ok(), "a source sends what a collector takes");
  for (const auto& [partition, parts] : *batches) {
    for (const v1::SourceBatch& part : parts) {
      const auto table = DecodeTable(part.table());
      BELLROCK_CHECK(table.ok(), "what was encoded can be decoded");
      minutes_.Add(*table);
      by_second_.Add(*table);
    }
  }
  BELLROCK_CHECK(minutes_.calls() == calls_, "batches hold the calls of their push");
}

uint64_t SentCalls::InTime(int64_t second) const {
  const auto at = seconds_.find(second);
  return at != seconds_.end() && at->second.sources == sources_ ? at->second.in_time : 0;
}

uint64_t SentCalls::All(int64_t second) const {
  const auto at = seconds_.find(second);
  return at == seconds_.end() ? 0 : at->second.all;
}

std::string SentCalls::Differences(store::Store& store) {
  const std::string minutes = Differences(store, store::Grain::kMinute, sets_, minutes_);
  if (!minutes.empty()) return minutes;
  return Differences(store, store::Grain::kSecond, coarse_, by_second_);
}

std::string SentCalls::Differences(store::Store& store, store::Grain grain,
                                   const std::vector<DimensionSet>& sets, tree::Fold& fold) {
  std::string wrong;
  std::map<std::string, size_t> shelves;  // callee -> sets seen
  fold.Finish([&](size_t set, const CardTable& sent) {
    const std::string& callee = sent.name(0, 0);
    ++shelves[callee];
    std::vector<CardTable> blocks;
    const Status read = store.Scan({grain, sets[set].name, callee}, 0,
                                   std::numeric_limits<int64_t>::max(), [&](const auto& block) {
                                     blocks.push_back(block.table);
                                     return true;
                                   });
    BELLROCK_CHECK(read.ok(), "a store in memory can be read");
    const CardTable kept = blocks.empty() ? CardTable() : *SumTables(blocks);
    if (kept == sent || !wrong.empty()) return;
    wrong = fmt::format("{} of {}, windows of {} s: {} calls sent, {} counted", sets[set].name,
                        callee, store::SecondsOf(grain), CallsOf(sent), CallsOf(kept));
  });
  const auto callees = store.Callees(grain, 0, std::numeric_limits<int64_t>::max(), 1000);
  if (wrong.empty() && callees->size() != shelves.size()) {
    wrong = fmt::format("{} services sent, {} in the store", shelves.size(), callees->size());
  }
  return wrong;
}

}  // namespace bellrock::metrics
