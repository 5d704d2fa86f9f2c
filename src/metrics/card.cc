// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/card.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <string_view>

#include "metrics/bounds.h"
#include "metrics/sort.h"

namespace bellrock::metrics {
namespace {

constexpr uint32_t kCountMax = std::numeric_limits<uint32_t>::max();

Status CheckName(std::string_view field, const std::string& value) {
  if (value.size() <= kDimensionBytesMax) return Status::Ok();
  return InvalidArgumentError(fmt::format("dimensions.{}: {} bytes, at most {}; shorten the name",
                                          field, value.size(), kDimensionBytesMax));
}

}  // namespace

size_t DimensionsHash::operator()(const Dimensions& dimensions) const {
  size_t hash = static_cast<size_t>(dimensions.code) * 2 + (dimensions.served ? 1 : 0);
  for (const std::string* name : {&dimensions.caller, &dimensions.callee, &dimensions.method,
                                  &dimensions.instance, &dimensions.result}) {
    hash = hash * 0x9e3779b97f4a7c15ull + std::hash<std::string>()(*name);
  }
  return hash;
}

void EncodeDimensions(const Dimensions& from, v1::Dimensions& to) {
  to.set_caller(from.caller);
  to.set_callee(from.callee);
  to.set_method(from.method);
  to.set_instance(from.instance);
  to.set_code(from.code);
  to.set_result(from.result);
  to.set_served(from.served);
}

Result<Dimensions> DecodeDimensions(const v1::Dimensions& from) {
  BELLROCK_TRY(CheckName("caller", from.caller()));
  BELLROCK_TRY(CheckName("callee", from.callee()));
  BELLROCK_TRY(CheckName("method", from.method()));
  BELLROCK_TRY(CheckName("instance", from.instance()));
  BELLROCK_TRY(CheckName("result", from.result()));
  if (from.code() < 0 || from.code() >= kStatusCodeCount) {
    return InvalidArgumentError(
        fmt::format("dimensions.code: {} is no canonical status code; use 0..{}", from.code(),
                    kStatusCodeCount - 1));
  }
  return Dimensions{from.caller(), from.callee(), from.method(), from.instance(),
                    from.code(),   from.result(), from.served()};
}

Card Card::FromLatencies(std::span<uint32_t> latencies_us) {
  SortLatencies(latencies_us);
  size_t distinct = latencies_us.empty() ? 0 : 1;
  for (size_t i = 1; i < latencies_us.size(); ++i) {
    distinct += latencies_us[i] != latencies_us[i - 1];
  }
  Card card;
  card.buckets_.reserve(distinct);
  for (size_t i = 0; i < latencies_us.size();) {
    size_t end = i + 1;
    while (end < latencies_us.size() && latencies_us[end] == latencies_us[i]) ++end;
    card.Append(latencies_us[i], end - i);
    i = end;
  }
  return card;
}

Result<Card> Card::Decode(const v1::Card& from) {
  if (from.latency_us_delta_size() != from.count_size()) {
    return InvalidArgumentError(
        fmt::format("card: latency_us_delta has {} entries and count {}; send as many of both",
                    from.latency_us_delta_size(), from.count_size()));
  }
  const size_t size = static_cast<size_t>(from.count_size());
  if (size > kBucketsPerCardMax) {
    return InvalidArgumentError(fmt::format("card.count: {} entries, at most {}; split the card",
                                            size, kBucketsPerCardMax));
  }
  Card card;
  card.buckets_.reserve(size);
  uint64_t latency_us = 0;
  for (size_t i = 0; i < size; ++i) {
    const uint32_t delta = from.latency_us_delta(static_cast<int>(i));
    const uint32_t count = from.count(static_cast<int>(i));
    if (count == 0) {
      return InvalidArgumentError(
          fmt::format("card.count[{}]: 0; leave out latencies that did not occur", i));
    }
    // A full count goes on in a bucket of the same latency; any other repetition is a mistake.
    if (delta == 0 && i > 0 && card.buckets_.back().count != kCountMax) {
      return InvalidArgumentError(fmt::format(
          "card.latency_us_delta[{}]: 0 after the first; send distinct latencies, ascending", i));
    }
    latency_us += delta;
    if (latency_us > std::numeric_limits<uint32_t>::max()) {
      return InvalidArgumentError(fmt::format(
          "card.latency_us_delta[{}]: the sum {} exceeds 32 bits; cap latencies at {} us", i,
          latency_us, std::numeric_limits<uint32_t>::max()));
    }
    card.Append(static_cast<uint32_t>(latency_us), count);
  }
  return card;
}

Card Card::Sum(std::span<const std::span<const Bucket>> parts) {
  size_t size = 0;
  for (const std::span<const Bucket>& part : parts) size += part.size();
  std::vector<Bucket> all;
  all.reserve(size);
  for (const std::span<const Bucket>& part : parts) all.insert(all.end(), part.begin(), part.end());
  if (parts.size() > 1) SortBuckets(all);  // each is ascending
  Card card;
  card.buckets_.reserve(size);
  for (const Bucket& bucket : all) card.Append(bucket.latency_us, bucket.count);
  card.ShrinkIfWasteful();
  return card;
}

Card Card::Sum(std::span<const Card> cards) {
  std::vector<std::span<const Bucket>> parts;
  parts.reserve(cards.size());
  for (const Card& card : cards) parts.push_back(card.buckets());
  return Sum(parts);
}

void Card::Encode(v1::Card& to) const {
  to.mutable_latency_us_delta()->Clear();
  to.mutable_count()->Clear();
  to.mutable_latency_us_delta()->Reserve(static_cast<int>(buckets_.size()));
  to.mutable_count()->Reserve(static_cast<int>(buckets_.size()));
  uint32_t previous = 0;
  for (const Bucket& bucket : buckets_) {
    to.add_latency_us_delta(bucket.latency_us - previous);
    to.add_count(bucket.count);
    previous = bucket.latency_us;
  }
}

void Card::Merge(const Card& other) {
  if (buckets_.empty()) {
    *this = other;
    return;
  }
  Card merged;
  merged.buckets_.reserve(buckets_.size() + other.buckets_.size());
  auto a = buckets_.begin();
  auto b = other.buckets_.begin();
  while (a != buckets_.end() || b != other.buckets_.end()) {
    const bool from_a =
        b == other.buckets_.end() || (a != buckets_.end() && a->latency_us <= b->latency_us);
    const Bucket& next = from_a ? *a++ : *b++;
    merged.Append(next.latency_us, next.count);
  }
  merged.ShrinkIfWasteful();
  *this = std::move(merged);
}

uint32_t Card::PercentileUs(Quantile quantile) const {
  const uint64_t rank = NearestRank(quantile, calls_);
  uint64_t seen = 0;
  for (const Bucket& bucket : buckets_) {
    seen += bucket.count;
    if (seen >= rank) return bucket.latency_us;
  }
  return 0;
}

void Card::ShrinkIfWasteful() {
  if (buckets_.capacity() > buckets_.size() * 5 / 4) buckets_.shrink_to_fit();
}

// Adds to the last bucket when it has this latency, so that the form of a card does not depend on
// how it was put together.
void Card::Append(uint32_t latency_us, uint64_t count) {
  calls_ += count;
  if (!buckets_.empty() && buckets_.back().latency_us == latency_us) {
    const uint64_t fits = std::min<uint64_t>(count, kCountMax - buckets_.back().count);
    buckets_.back().count += static_cast<uint32_t>(fits);
    count -= fits;
  }
  while (count > 0) {
    const uint64_t fits = std::min<uint64_t>(count, kCountMax);
    buckets_.push_back({latency_us, static_cast<uint32_t>(fits)});
    count -= fits;
  }
}

}  // namespace bellrock::metrics
