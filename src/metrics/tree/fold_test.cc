// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/tree/fold.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "metrics/table_builder.h"

namespace bellrock::metrics::tree {
namespace {

using Key = std::array<std::string, kDimensionCount>;

struct Call {
  Key key;
  int64_t second;
  uint32_t latency_us;
};

constexpr Quantile kQuantiles[] = {Quantile::kMin,     Quantile::kTp50,     Quantile::kTp99,
                                   Quantile::kTp99999, Quantile::kTp999999, Quantile::kMax};

std::vector<Dimension> AllDimensions() {
  std::vector<Dimension> all;
  for (size_t i = 0; i < kDimensionCount; ++i) all.push_back(static_cast<Dimension>(i));
  return all;
}

// The twelve, and the one that tells everything apart.
std::vector<DimensionSet> Sets() {
  std::vector<DimensionSet> sets = DefaultDimensionSets();
  sets.push_back(ParseDimensionSet("callee,result,caller_site,caller_host,caller,callee_site,"
                                   "callee_host,method")
                     .value());
  return sets;
}

// `names`: how many values each dimension takes.
std::vector<Call> RandomCalls(uint64_t seed, size_t size, size_t names) {
  std::mt19937_64 random(seed);
  std::lognormal_distribution<double> latency(std::log(2000), 1.0);
  std::vector<Call> calls(size);
  for (Call& call : calls) {
    for (size_t i = 0; i < kDimensionCount; ++i) {
      const size_t value = std::min(random() % names, random() % names);
      call.key[i] = value == 0 ? "" : fmt::format("{}-{}", i % 3, value);  // some in two dimensions
    }
    call.second = static_cast<int64_t>(random() % 200) - 100;
    call.latency_us = static_cast<uint32_t>(latency(random));
  }
  return calls;
}

// One row a call, or one for calls that follow one another under the same key.
CardTable TableOf(std::span<const Call> calls) {
  TableBuilder builder(AllDimensions());
  for (size_t i = 0; i < calls.size();) {
    std::vector<uint32_t> latencies;
    const Call& first = calls[i];
    for (; i < calls.size() && calls[i].key == first.key && calls[i].second == first.second; ++i) {
      latencies.push_back(calls[i].latency_us);
    }
    const std::vector<std::string_view> key(first.key.begin(), first.key.end());
    builder.Add(key, first.second, Card::FromLatencies(latencies).buckets());
  }
  return builder.Take();
}

// The definition itself, with maps.
CardTable Naive(std::span<const Call> calls, const DimensionSet& set, int64_t window) {
  std::map<std::pair<std::vector<std::string>, int64_t>, std::vector<uint32_t>> rows;
  std::set<std::string> names;
  for (const Call& call : calls) {
    std::vector<std::string> key;
    for (const Dimension dimension : set.dimensions) {
      key.push_back(call.key[static_cast<size_t>(dimension)]);
      names.insert(key.back());
    }
    const auto begin = static_cast<int64_t>(std::floor(static_cast<double>(call.second) /
                                                       static_cast<double>(window))) *
                       window;
    rows[{key, begin}].push_back(call.latency_us);
  }
  TableBuilder builder(set.dimensions);
  for (const std::string& name : names) builder.Name(name);
  for (auto& [key, latencies] : rows) {
    const std::vector<std::string_view> values(key.first.begin(), key.first.end());
    builder.Add(values, key.second, Card::FromLatencies(latencies).buckets());
  }
  return builder.Take();
}

// Cuts the calls into tables at random places.
std::vector<CardTable> CutAtRandom(std::mt19937_64& random, std::span<const Call> calls) {
  std::vector<CardTable> tables;
  while (!calls.empty()) {
    const size_t size = std::min<size_t>(calls.size(), 1 + random() % 300);
    tables.push_back(TableOf(calls.first(size)));
    calls = calls.subspan(size);
  }
  return tables;
}

std::vector<CardTable> Folded(const std::vector<CardTable>& tables, int64_t window = 60) {
  Fold fold(Sets(), window);
  for (const CardTable& table : tables) fold.Add(table);
  return fold.Finish();
}

void ExpectNaive(std::span<const Call> calls, const std::vector<CardTable>& folded,
                 int64_t window) {
  const std::vector<DimensionSet> sets = Sets();
  ASSERT_EQ(folded.size(), sets.size());
  for (size_t i = 0; i < sets.size(); ++i) {
    EXPECT_TRUE(folded[i] == Naive(calls, sets[i], window)) << sets[i].name;
  }
}

TEST(Fold, GivesTheCardsThatMapsWouldGive) {
  for (const size_t size : {0, 1, 2, 100, 255, 256, 3000}) {
    for (const size_t names : {1, 2, 5, 40}) {
      const std::vector<Call> calls = RandomCalls(size + names, size, names);
      SCOPED_TRACE(fmt::format("{} calls, {} names", size, names));
      ExpectNaive(calls, Folded({TableOf(calls)}), 60);
    }
  }
  const std::vector<Call> calls = RandomCalls(1, 2000, 3);
  ExpectNaive(calls, Folded({TableOf(calls)}, 1), 1);
}

// 300 values in each of eight columns need 72 bits, those of a default set 45: a stream for each
// set, and rows compared where even that is too long.
TEST(Fold, KeysTooLongForOneNumberGiveTheSame) {
  std::vector<Call> calls = RandomCalls(5, 3000, 300);
  for (Call& call : calls) call.key[0] = call.key[0].size() % 2 == 0 ? "music/a" : "music/b";
  ExpectNaive(calls, Folded({TableOf(calls)}), 60);
}

TEST(Fold, AnyOrderAndAnyPartitioningGiveTheSameBytes) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    std::mt19937_64 random(seed);
    std::vector<Call> calls = RandomCalls(seed, 1 + random() % 4000, 1 + random() % 12);
    const std::vector<CardTable> expected = Folded({TableOf(calls)});
    std::shuffle(calls.begin(), calls.end(), random);
    std::vector<CardTable> tables = CutAtRandom(random, calls);
    std::shuffle(tables.begin(), tables.end(), random);
    const std::vector<CardTable> folded = Folded(tables);
    for (size_t i = 0; i < expected.size(); ++i) {
      EXPECT_EQ(EncodeTable(folded[i]), EncodeTable(expected[i])) << seed << " set " << i;
    }
  }
}

TEST(Fold, HalvesFoldedAndFoldedTogetherGiveTheSameBytes) {
  const std::vector<DimensionSet> sets = Sets();
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    std::mt19937_64 random(seed);
    const std::vector<Call> calls = RandomCalls(seed, 2 + random() % 3000, 1 + random() % 12);
    const size_t half = random() % calls.size();
    const std::vector<CardTable> expected = Folded({TableOf(calls)});
    const std::vector<CardTable> left = Folded({TableOf(std::span(calls).first(half))});
    const std::vector<CardTable> right = Folded({TableOf(std::span(calls).subspan(half))});
    for (size_t i = 0; i < sets.size(); ++i) {
      Fold both({sets[i]}, 60);
      both.Add(right[i]);
      both.Add(left[i]);
      EXPECT_EQ(EncodeTable(both.Finish()[0]), EncodeTable(expected[i])) << seed << " set " << i;
    }
  }
}

TEST(Fold, MinutesFoldedOfSecondsAreThoseOfTheCalls) {
  const std::vector<DimensionSet> sets = Sets();
  const std::vector<Call> calls = RandomCalls(3, 3000, 4);
  const std::vector<CardTable> seconds = Folded({TableOf(calls)}, 1);
  for (size_t i = 0; i < sets.size(); ++i) {
    Fold minutes({sets[i]}, 60);
    minutes.Add(seconds[i]);
    EXPECT_TRUE(minutes.Finish()[0] == Naive(calls, sets[i], 60)) << sets[i].name;
  }
}

TEST(Fold, PercentilesEqualAFullSortOfTheCalls) {
  const std::vector<Call> calls = RandomCalls(11, 30'000, 3);
  Fold fold({ParseDimensionSet("callee,result").value()}, 1 << 20);
  std::mt19937_64 random(1);
  for (const CardTable& table : CutAtRandom(random, calls)) fold.Add(table);
  EXPECT_EQ(fold.calls(), calls.size());
  const CardTable table = fold.Finish()[0];
  for (size_t row = 0; row < table.rows(); ++row) {
    std::vector<uint32_t> sorted;
    for (const Call& call : calls) {
      const bool in_row = call.key[0] == table.name(0, row) && call.key[7] == table.name(1, row) &&
                          call.key[8] == table.name(2, row) &&
                          (call.second < 0) == (table.seconds[row] < 0);
      if (in_row) sorted.push_back(call.latency_us);
    }
    std::sort(sorted.begin(), sorted.end());
    const std::span<const Card::Bucket> part[] = {table.card(row)};
    const Card card = Card::Sum(part);
    ASSERT_EQ(card.calls(), sorted.size());
    for (const Quantile quantile : kQuantiles) {
      EXPECT_EQ(card.PercentileUs(quantile), sorted[NearestRank(quantile, sorted.size()) - 1]);
    }
  }
}

TEST(Fold, TablesByCalleeHoldTheSameRowsInTheSameOrder) {
  const std::vector<Call> calls = RandomCalls(2, 2000, 6);
  const std::vector<DimensionSet> sets = Sets();
  Fold fold(sets, 60);
  fold.Add(TableOf(calls));
  std::vector<std::string> callees(sets.size());
  size_t tables = 0;
  fold.Finish([&](size_t set, const CardTable& table) {
    const std::string callee = table.name(0, 0);
    std::vector<Call> part;
    std::copy_if(calls.begin(), calls.end(), std::back_inserter(part),
                 [&callee](const Call& call) { return call.key[0] == callee; });
    EXPECT_TRUE(table == Naive(part, sets[set], 60)) << callee << " " << sets[set].name;
    EXPECT_TRUE(callees[set].empty() || callees[set] < callee);
    callees[set] = callee;
    ++tables;
  });
  EXPECT_EQ(tables, 6 * sets.size());
}

TEST(Fold, CountsBeyond32BitsStayExact) {
  constexpr uint32_t kFull = std::numeric_limits<uint32_t>::max();
  TableBuilder builder({Dimension::kCallee});
  const std::string_view key[] = {"a/b"};
  const Card::Bucket buckets[] = {{7, kFull}, {7, 5}, {9, 1}};
  builder.Add(key, 0, buckets);
  const CardTable table = builder.Take();
  Fold fold({ParseDimensionSet("callee").value()}, 60);
  for (int i = 0; i < 3; ++i) fold.Add(table);
  EXPECT_EQ(fold.calls(), 3 * (uint64_t{kFull} + 6));
  const CardTable folded = fold.Finish()[0];
  EXPECT_EQ(folded.buckets,
            (std::vector<Card::Bucket>{{7, kFull}, {7, kFull}, {7, kFull}, {7, 15}, {9, 3}}));
}

TEST(Fold, AMissingDimensionIsTheEmptyOneAndAnEmptyCardIsNone) {
  TableBuilder builder({Dimension::kMethod});
  const Card::Bucket buckets[] = {{7, 1}};
  const std::string_view method[] = {"m"}, other[] = {"n"};
  builder.Add(method, 61, buckets);
  builder.Add(other, 61, {});
  Fold fold({ParseDimensionSet("callee,method").value()}, 60);
  fold.Add(builder.Take());
  const CardTable table = fold.Finish()[0];
  ASSERT_EQ(table.rows(), 1u);
  EXPECT_EQ(table.names, (std::vector<std::string>{"", "m"}));
  EXPECT_EQ(table.name(0, 0), "");
  EXPECT_EQ(table.name(1, 0), "m");
  EXPECT_EQ(table.seconds[0], 60);
}

TEST(Fold, BeginsAnewWhenFinished) {
  Fold fold(Sets(), 60);
  const size_t empty = fold.bytes();
  const std::vector<Call> calls = RandomCalls(2, 100, 3);
  fold.Add(TableOf(RandomCalls(9, 500, 5)));
  EXPECT_GT(fold.bytes(), empty + 500 * 40);
  (void)fold.Finish();
  EXPECT_EQ(fold.bytes(), empty);
  EXPECT_EQ(fold.calls(), 0u);
  fold.Add(TableOf(calls));
  ExpectNaive(calls, fold.Finish(), 60);
}

}  // namespace
}  // namespace bellrock::metrics::tree
