// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/card.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "metrics/bounds.h"
#include "metrics/fold.h"
#include "metrics/sort.h"
#include "metrics/tally.h"

namespace bellrock::metrics {
namespace {

using ::testing::HasSubstr;

constexpr Quantile kQuantiles[] = {Quantile::kMin,      Quantile::kTp50,   Quantile::kTp99,
                                   Quantile::kTp999,    Quantile::kTp9999, Quantile::kTp99999,
                                   Quantile::kTp999999, Quantile{123'457}, Quantile::kMax};

std::vector<uint32_t> Latencies(std::mt19937_64& random, size_t size) {
  std::lognormal_distribution<double> body(std::log(2000), 1.2);
  std::vector<uint32_t> latencies(size);
  for (uint32_t& latency : latencies) latency = static_cast<uint32_t>(body(random));
  if (size > 2) latencies[0] = 0, latencies[1] = 60'000'000;
  return latencies;
}

// The definition itself: the k-th smallest, k = ceil(q * n), at least 1.
uint32_t Naive(std::vector<uint32_t> latencies, Quantile quantile) {
  if (latencies.empty()) return 0;
  std::sort(latencies.begin(), latencies.end());
  const uint64_t million = 1'000'000;
  const uint64_t k = (latencies.size() * static_cast<uint64_t>(quantile) + million - 1) / million;
  return latencies[std::max<uint64_t>(k, 1) - 1];
}

Card CardOf(std::vector<uint32_t> latencies) {
  return Card::FromLatencies(latencies);
}

TEST(Card, PercentilesEqualThoseOfTheSortedCalls) {
  std::mt19937_64 random(7);
  for (size_t size : {0, 1, 2, 3, 99, 100, 101, 1000, 10'000, 30'001}) {
    const std::vector<uint32_t> latencies = Latencies(random, size);
    const Card card = CardOf(latencies);
    Tally tally;
    tally.Add(card);
    EXPECT_EQ(card.calls(), size);
    for (Quantile quantile : kQuantiles) {
      EXPECT_EQ(card.PercentileUs(quantile), Naive(latencies, quantile)) << size;
      EXPECT_EQ(tally.PercentileUs(quantile), Naive(latencies, quantile)) << size;
    }
  }
}

TEST(Card, MergedPartsGiveTheCardOfAllCalls) {
  std::mt19937_64 random(11);
  std::vector<uint32_t> all;
  std::vector<Card> parts;
  for (int i = 0; i < 20; ++i) {
    const std::vector<uint32_t> part = Latencies(random, random() % 500);
    all.insert(all.end(), part.begin(), part.end());
    parts.push_back(CardOf(part));
  }
  Card left;
  for (const Card& part : parts) left.Merge(part);
  Card right;
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    Card merged = *part;
    merged.Merge(right);
    right = merged;
  }
  EXPECT_EQ(left, CardOf(all));
  EXPECT_EQ(right, left);
  EXPECT_EQ(Card::Sum(parts), left);
  std::reverse(parts.begin(), parts.end());
  EXPECT_EQ(Card::Sum(parts), left);
  EXPECT_EQ(Card::Sum(std::span<const Card>()), Card());
}

TEST(Card, CountsBeyond32BitsStayExact) {
  v1::Card half;
  half.add_latency_us_delta(5);
  half.add_count(std::numeric_limits<uint32_t>::max());
  half.add_latency_us_delta(4);
  half.add_count(1);
  Card card = Card::Decode(half).value();
  card.Merge(Card::Decode(half).value());
  EXPECT_EQ(card.calls(), 2ull * std::numeric_limits<uint32_t>::max() + 2);
  EXPECT_EQ(card.PercentileUs(Quantile::kTp9999), 5u);
  const Card halves[] = {CardOf({5, 9}), Card::Decode(half).value(), CardOf({5}),
                         Card::Decode(half).value()};
  card.Merge(CardOf({9, 5, 5}));
  EXPECT_EQ(Card::Sum(halves), card);
  v1::Card wire;
  card.Encode(wire);
  EXPECT_EQ(Card::Decode(wire).value(), card);
}

TEST(Card, SurvivesTheWireUnchanged) {
  std::mt19937_64 random(3);
  for (size_t size : {0, 1, 5, 5000}) {
    const Card card = CardOf(Latencies(random, size));
    v1::Card wire;
    card.Encode(wire);
    v1::Card read;
    ASSERT_TRUE(read.ParseFromString(wire.SerializeAsString()));
    EXPECT_EQ(Card::Decode(read).value(), card);
  }
}

TEST(SortLatencies, SortsWhateverTheSizeAndSpread) {
  std::mt19937_64 random(17);
  for (size_t size : {0, 1, 511, 512, 5000}) {
    for (uint32_t bits : {1, 11, 12, 22, 23, 32}) {
      std::vector<uint32_t> values(size);
      for (uint32_t& value : values) value = static_cast<uint32_t>(random()) >> (32 - bits);
      std::vector<uint32_t> expected = values;
      std::sort(expected.begin(), expected.end());
      SortLatencies(values);
      EXPECT_EQ(values, expected) << size << " of " << bits << " bits";
    }
  }
}

std::string_view DecodeError(const v1::Card& card) {
  static Status status;
  status = Card::Decode(card).status();
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  return status.message();
}

TEST(Card, RefusesBadInputNamingTheField) {
  v1::Card card;
  card.add_latency_us_delta(1);
  EXPECT_THAT(DecodeError(card), HasSubstr("1 entries and count 0"));
  card.add_count(0);
  EXPECT_THAT(DecodeError(card), HasSubstr("count[0]: 0"));
  card.set_count(0, 1);
  card.add_latency_us_delta(0);
  card.add_count(1);
  EXPECT_THAT(DecodeError(card), HasSubstr("latency_us_delta[1]: 0"));
  card.set_latency_us_delta(1, std::numeric_limits<uint32_t>::max());
  EXPECT_THAT(DecodeError(card), HasSubstr("exceeds 32 bits"));
  card.set_latency_us_delta(1, 1);
  EXPECT_TRUE(Card::Decode(card).ok());
  for (size_t i = 0; i < kBucketsPerCardMax; ++i) {
    card.add_latency_us_delta(1);
    card.add_count(1);
  }
  EXPECT_THAT(DecodeError(card), HasSubstr("at most 1048576"));
}

TEST(Card, RefusesBadDimensions) {
  v1::Dimensions dimensions;
  dimensions.set_code(17);
  EXPECT_THAT(std::string(DecodeDimensions(dimensions).status().message()),
              HasSubstr("dimensions.code: 17"));
  dimensions.set_code(0);
  dimensions.set_method(std::string(kDimensionBytesMax + 1, 'x'));
  EXPECT_THAT(std::string(DecodeDimensions(dimensions).status().message()),
              HasSubstr("dimensions.method: 257 bytes"));
}

TEST(Tally, ForgetsEverythingWhenCleared) {
  std::mt19937_64 random(5);
  Tally tally;
  tally.Add(CardOf(Latencies(random, 4000)));
  tally.Clear();
  EXPECT_EQ(tally.calls(), 0u);
  EXPECT_EQ(tally.PercentileUs(Quantile::kTp99), 0u);
  const std::vector<uint32_t> next = Latencies(random, 777);
  tally.Add(CardOf(next));
  for (Quantile quantile : kQuantiles) {
    EXPECT_EQ(tally.PercentileUs(quantile), Naive(next, quantile));
  }
  EXPECT_EQ(tally.max_us(), 60'000'000u);
}

TEST(FoldCalls, MakesTheCardOfEachDimensionSet) {
  std::mt19937_64 random(13);
  std::vector<RawCall> calls(20'000);
  std::vector<std::vector<uint32_t>> expected(9);
  for (RawCall& call : calls) {
    call = {static_cast<uint32_t>(random() % 8), static_cast<uint32_t>(random() % 3000)};
    expected[call.set].push_back(call.latency_us);
  }
  size_t seen = 0;
  FoldCalls(calls, 9, [&](uint32_t set, Card card) {
    ++seen;
    EXPECT_EQ(card, CardOf(expected[set])) << set;
  });
  EXPECT_EQ(seen, 8u);  // set 8 has no calls
}

}  // namespace
}  // namespace bellrock::metrics
