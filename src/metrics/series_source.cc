// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/series_source.h"

#include <algorithm>
#include <limits>
#include <span>

#include "metrics/bounds.h"

namespace bellrock::metrics {
namespace {

constexpr uint64_t kValueMax = std::numeric_limits<uint32_t>::max();

v1::Card& NewCard(const SeriesName& name, const char* result, int64_t second,
                  v1::PushRequest& push) {
  v1::Card& card = *push.add_cards();
  v1::Dimensions& dimensions = *card.mutable_dimensions();
  dimensions.set_callee(std::string(name.callee));
  dimensions.set_method(std::string(name.method));
  dimensions.set_instance(std::string(name.callee_host));
  dimensions.set_caller(std::string(name.attributes));
  dimensions.set_result(result);
  card.set_second(second);
  return card;
}

}  // namespace

void AddCounter(const SeriesName& name, int64_t second, uint64_t n, v1::PushRequest& push) {
  if (n == 0) return;
  v1::Card& card = NewCard(name, kResultCounter, second, push);
  // A count beyond 32 bits goes on in a further bucket, as in any card.
  for (; n > 0; n -= std::min(n, kValueMax)) {
    card.add_latency_us_delta(0);
    card.add_count(static_cast<uint32_t>(std::min(n, kValueMax)));
  }
}

void AddGauge(const SeriesName& name, int64_t second, uint64_t value, v1::PushRequest& push) {
  v1::Card& card = NewCard(name, kResultGauge, second, push);
  card.add_latency_us_delta(static_cast<uint32_t>(std::min(value, kValueMax)));
  card.add_count(1);
}

void AddCard(const SeriesName& name, int64_t second, const Card& card, v1::PushRequest& push) {
  for (std::span<const Card::Bucket> rest = card.buckets(); !rest.empty();) {
    const auto part = rest.first(std::min(rest.size(), kBucketsPerCardMax));
    v1::Card& to = NewCard(name, kResultCard, second, push);
    uint32_t before = 0;
    for (const Card::Bucket& bucket : part) {
      to.add_latency_us_delta(bucket.latency_us - before);
      to.add_count(bucket.count);
      before = bucket.latency_us;
    }
    rest = rest.subspan(part.size());
  }
}

}  // namespace bellrock::metrics
