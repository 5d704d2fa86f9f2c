// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/card_sum.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/check.h"

namespace bellrock::metrics::query {
namespace {

using Count = CardSum::Count;

uint64_t CallsOf(const Card::Bucket& bucket) {
  return bucket.count;
}
uint64_t CallsOf(const Count& count) {
  return count.calls;
}

// `counts` and `more`, both ascending, as one ascending list of distinct latencies.
template <typename Buckets>
std::vector<Count> Merge(const std::vector<Count>& counts, const Buckets& more) {
  std::vector<Count> merged;
  merged.reserve(counts.size() + more.size());
  auto a = counts.begin();
  for (const auto& bucket : more) {
    while (a != counts.end() && a->latency_us <= bucket.latency_us) merged.push_back(*a++);
    if (!merged.empty() && merged.back().latency_us == bucket.latency_us) {
      merged.back().calls += CallsOf(bucket);
    } else {
      merged.push_back({bucket.latency_us, CallsOf(bucket)});
    }
  }
  merged.insert(merged.end(), a, counts.end());
  return merged;
}

}  // namespace

void CardSum::Add(const Card& card) {
  if (card.calls() == 0) return;
  counts_ = Merge(counts_, card.buckets());
  calls_ += card.calls();
  for (const Card::Bucket& bucket : card.buckets()) {
    sum_us_ += uint64_t{bucket.latency_us} * bucket.count;
  }
}

void CardSum::Add(const CardSum& other) {
  if (other.calls_ == 0) return;
  counts_ = Merge(counts_, other.counts_);
  calls_ += other.calls_;
  sum_us_ += other.sum_us_;
}

void CardSum::Subtract(const Card& card) {
  auto at = counts_.begin();
  for (const Card::Bucket& bucket : card.buckets()) {
    while (at != counts_.end() && at->latency_us < bucket.latency_us) ++at;
    BELLROCK_CHECK(
        at != counts_.end() && at->latency_us == bucket.latency_us && at->calls >= bucket.count,
        "a card is taken away that was never added");
    at->calls -= bucket.count;
    calls_ -= bucket.count;
    sum_us_ -= uint64_t{bucket.latency_us} * bucket.count;
  }
  std::erase_if(counts_, [](const Count& count) { return count.calls == 0; });
}

uint32_t CardSum::PercentileUs(double q) const {
  using Wide = unsigned __int128;
  constexpr Wide kBillion = 1'000'000'000;
  const Wide parts = static_cast<Wide>(std::llround(std::clamp(q, 0.0, 1.0) * 1e9));
  const Wide rank = std::max<Wide>((parts * calls_ + kBillion - 1) / kBillion, 1);
  Wide seen = 0;
  for (const Count& count : counts_) {
    seen += count.calls;
    if (seen >= rank) return count.latency_us;
  }
  return 0;
}

uint64_t CardSum::CallsUpTo(uint64_t latency_us) const {
  uint64_t calls = 0;
  for (const Count& count : counts_) {
    if (count.latency_us > latency_us) break;
    calls += count.calls;
  }
  return calls;
}

}  // namespace bellrock::metrics::query
