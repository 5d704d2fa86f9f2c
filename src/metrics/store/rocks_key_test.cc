// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/store/rocks_key.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "metrics/store/block_rules.h"

namespace bellrock::metrics::store {
namespace {

constexpr int64_t kDay = 86400;

TEST(RocksKey, KeysSortByGrainEraSetCalleeWindowKindContributionAndChunk) {
  const auto key = [](Grain grain, const std::string& set, const std::string& callee,
                      const RocksEntry& entry) {
    return EntryKey({grain, set, callee}, entry);
  };
  const auto kContribution = RocksKind::kContribution;
  const std::vector<std::string> ascending = {
      key(Grain::kSecond, "z", "z", {9, kContribution, {}, 0}),
      key(Grain::kMinute, "a", "b", {60, RocksKind::kInMerged, {}, 0}),
      key(Grain::kMinute, "a", "b", {60, RocksKind::kMerged, {}, 0}),
      key(Grain::kMinute, "a", "b", {60, RocksKind::kMerged, {}, 1}),
      key(Grain::kMinute, "a", "b", {60, kContribution, {1, 2}, 0}),
      key(Grain::kMinute, "a", "b", {60, kContribution, {1, 2}, 300}),
      key(Grain::kMinute, "a", "b", {60, kContribution, {1, 256}, 0}),
      key(Grain::kMinute, "a", "b", {60, kContribution, {2, 1}, 0}),
      key(Grain::kMinute, "a", "b", {120, RocksKind::kMerged, {}, 0}),
      key(Grain::kMinute, "a", "ba", {0, kContribution, {}, 0}),
      key(Grain::kMinute, "ab", "a", {0, kContribution, {}, 0}),
      key(Grain::kMinute, "a", "a", {kDay, kContribution, {}, 0}),
      key(Grain::kHour, "a", "a", {0, kContribution, {}, 0}),
  };
  EXPECT_TRUE(std::is_sorted(ascending.begin(), ascending.end()));
}

TEST(RocksKey, AKeySaysWhatItIsOf) {
  const Shelf shelf{Grain::kHour, "callee,method", "music/storage"};
  const RocksEntry entry{40 * kDay, RocksKind::kContribution, {7, uint64_t{1} << 40}, 3};
  const std::string key = EntryKey(shelf, entry);
  const auto parsed = ParseShelf(key);
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed->grain, Grain::kHour);
  EXPECT_EQ(parsed->era, 1u);
  EXPECT_EQ(parsed->callee, "music/storage");
  EXPECT_EQ(parsed->prefix, ShelfPrefix(shelf, 1));
  EXPECT_EQ(ParseEntry(std::string_view(key).substr(parsed->prefix.size())), entry);
}

TEST(RocksKey, AllKeysOfAShelfLieBeforeWhatIsBehindIt) {
  const Shelf shelf{Grain::kDay, "callee", "a"};
  const RocksEntry last{
      (kWindowMax / kDay - 1) * kDay, RocksKind::kContribution, {~0u, ~0ull}, ~0u};
  const std::string prefix = ShelfPrefix(shelf, EraOf(Grain::kDay, last.window));
  EXPECT_LT(EntryKey(shelf, last), BehindShelf(prefix));
  EXPECT_LT(BehindShelf(prefix),
            ShelfPrefix({Grain::kDay, "callee", "a1"}, EraOf(Grain::kDay, last.window)));
}

TEST(RocksKey, OtherKeysAreNoBlocks) {
  for (const std::string& key :
       {TextKey("a"), ForgottenKey(Grain::kDay), std::string("B"), std::string("B\x09____a"),
        EraPrefix(Grain::kDay, 1) + "set without an end"}) {
    EXPECT_FALSE(ParseShelf(key).has_value());
  }
  EXPECT_FALSE(ParseEntry("short").has_value());
  EXPECT_FALSE(ParseEntry(std::string(25, '\x09')).has_value());
}

}  // namespace
}  // namespace bellrock::metrics::store
