// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/tree/key_layout.h"

#include <gtest/gtest.h>

namespace bellrock::metrics::tree {
namespace {

constexpr uint32_t kBits[] = {5, 0, 20, 39, 1};

uint64_t KeyOf(const KeyLayout& layout, std::span<const uint64_t> values) {
  uint64_t key = 0;
  for (size_t i = 0; i < values.size(); ++i) key |= layout.Part(values[i], i);
  return key;
}

TEST(KeyLayout, OneValueNeedsNoBit) {
  EXPECT_EQ(BitsFor(0), 0u);
  EXPECT_EQ(BitsFor(1), 0u);
  EXPECT_EQ(BitsFor(2), 1u);
  EXPECT_EQ(BitsFor(256), 8u);
  EXPECT_EQ(BitsFor(257), 9u);
}

TEST(KeyLayout, GivesBackEachValueAndOrdersByTheFirst) {
  const KeyLayout layout({1, 0, 2, 3}, kBits);
  EXPECT_EQ(layout.bits(), 64u);
  const uint64_t values[] = {0, 31, 1'000'000, (uint64_t{1} << 39) - 1};
  const uint64_t key = KeyOf(layout, values);
  EXPECT_EQ(layout.Value(key, 0), 0u);
  EXPECT_EQ(layout.Value(key, 1), 31u);
  EXPECT_EQ(layout.Value(key, 2), 1'000'000u);
  const uint64_t less[] = {0, 30, 1'048'575, (uint64_t{1} << 39) - 1};
  EXPECT_LT(KeyOf(layout, less), key);
}

TEST(Projection, TakesTheColumnsOfTheOtherLayout) {
  const KeyLayout from({0, 1, 2, 4}, kBits);
  const uint64_t values[] = {17, 0, 765'432, 1};
  for (const std::vector<size_t>& columns :
       {std::vector<size_t>{}, {4}, {2, 4}, {4, 2}, {0, 1, 2, 4}, {0, 4}, {2, 1, 0}}) {
    const KeyLayout to(columns, kBits);
    uint64_t expected = 0;
    for (size_t i = 0; i < columns.size(); ++i) {
      expected |= to.Part(values[columns[i] == 4 ? 3 : columns[i]], i);
    }
    EXPECT_EQ(Projection(from, to)(KeyOf(from, values)), expected);
  }
}

}  // namespace
}  // namespace bellrock::metrics::tree
