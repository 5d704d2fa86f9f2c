// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "metrics/store/block_rules.h"
#include "metrics/store/memory_store.h"
#include "metrics/store/store_house_for_test.h"

namespace bellrock::metrics::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const Shelf kMusic = MinutesOf("music/storage");
constexpr int64_t kDay = 86400;

Block Music(int64_t window, uint32_t latency_us, uint32_t count = 1) {
  return BlockOf(kMusic, window, {{"OK", latency_us, count}});
}

TEST_P(StoreContract, ABlockIsReadAsItWasWritten) {
  WithStore([](StoreHouse& house, Store& store) {
    const Block block = BlockOf(kMusic, 60, {{"OK", 100, 3}, {"OK", 250}, {"UNAVAILABLE", 9, 2}});
    ASSERT_EQ(store.Write({1, 7}, {block}), Status::Ok());
    EXPECT_THAT(ScanTexts(store, kMusic), ElementsAre(TextOf(block)));
    house.Reopen();
    EXPECT_THAT(ScanTexts(house.store(), kMusic), ElementsAre(TextOf(block)));
  });
}

TEST_P(StoreContract, ScanGivesTheWindowsOfTheRangeInOrder) {
  WithStore([](StoreHouse&, Store& store) {
    for (const int64_t window : {2 * kDay + 60, int64_t{60}, kDay, kDay - 60, int64_t{0}}) {
      ASSERT_EQ(store.Write({0, 1}, {Music(window, 5)}), Status::Ok());
    }
    EXPECT_THAT(ScanTexts(store, kMusic, 60, 2 * kDay + 60),
                ElementsAre("60 music/storage,OK:5x1", "86340 music/storage,OK:5x1",
                            "86400 music/storage,OK:5x1"));
    EXPECT_THAT(ScanTexts(store, kMusic, 61, 86340), IsEmpty());
    EXPECT_EQ(ScanTexts(store, kMusic).size(), 5u);
  });
}

TEST_P(StoreContract, ShelvesAreApart) {
  WithStore([](StoreHouse&, Store& store) {
    const std::vector<Shelf> shelves = {
        MinutesOf("music/storage", "callee"),
        MinutesOf("music/storage2"),
        MinutesOf("music/stor"),
        MinutesOf("mu\\sic/'quoted'\n"),
        {Grain::kHour, "callee,result", "music/storage"},
    };
    for (const Shelf& shelf : shelves) {
      ASSERT_EQ(store.Write({0, 1}, {BlockOf(shelf, 3600, {{"OK", 1}})}), Status::Ok());
    }
    for (const Shelf& shelf : shelves) EXPECT_EQ(ScanTexts(store, shelf).size(), 1u);
    EXPECT_THAT(ScanTexts(store, kMusic), IsEmpty());
  });
}

TEST_P(StoreContract, ContributionsToAWindowComeInTheirOrder) {
  WithStore([](StoreHouse&, Store& store) {
    ASSERT_EQ(store.Write({2, 1}, {Music(60, 3)}), Status::Ok());
    ASSERT_EQ(store.Write({1, 300}, {Music(60, 2)}), Status::Ok());
    ASSERT_EQ(store.Write({1, 9}, {Music(60, 1), Music(120, 4)}), Status::Ok());
    EXPECT_THAT(ScanTexts(store, kMusic),
                ElementsAre("60 music/storage,OK:1x1", "60 music/storage,OK:2x1",
                            "60 music/storage,OK:3x1", "120 music/storage,OK:4x1"));
  });
}

TEST_P(StoreContract, AContributionWrittenAgainReplacesItself) {
  WithStore([](StoreHouse&, Store& store) {
    ASSERT_EQ(store.Write({1, 1}, {Music(60, 3)}), Status::Ok());
    ASSERT_EQ(store.Write({1, 1}, {Music(60, 3)}), Status::Ok());
    EXPECT_THAT(ScanTexts(store, kMusic), ElementsAre("60 music/storage,OK:3x1"));
    ASSERT_EQ(store.Write({1, 1}, {Music(60, 4)}), Status::Ok());
    EXPECT_THAT(ScanTexts(store, kMusic), ElementsAre("60 music/storage,OK:4x1"));
  });
}

TEST_P(StoreContract, MergeMakesOneBlockOfAll) {
  WithStore([](StoreHouse& house, Store& store) {
    ASSERT_EQ(store.Write({1, 1}, {Music(60, 3), Music(120, 1)}), Status::Ok());
    ASSERT_EQ(store.Write({2, 1}, {Music(60, 3), Music(120, 1)}), Status::Ok());
    ASSERT_EQ(store.Write({3, 1}, {BlockOf(kMusic, 60, {{"ABORTED", 7}})}), Status::Ok());
    ASSERT_EQ(store.Merge(kMusic, 60), Status::Ok());
    const auto merged = ElementsAre("60 music/storage,ABORTED:7x1 music/storage,OK:3x2",
                                    "120 music/storage,OK:1x1", "120 music/storage,OK:1x1");
    EXPECT_THAT(ScanTexts(store, kMusic), merged);
    house.Reopen();
    EXPECT_THAT(ScanTexts(house.store(), kMusic), merged);
  });
}

TEST_P(StoreContract, AWindowIsMergedForAllServicesOfTheSetsAtOnce) {
  WithStore([](StoreHouse& house, Store& store) {
    const Shelf other{Grain::kMinute, kMusic.set, "music/search"};
    for (const uint32_t partition : {1, 2}) {
      ASSERT_EQ(store.Write({partition, 1},
                            {Music(60, 3), Music(120, 1), BlockOf(other, 60, {{"OK", 5}})}),
                Status::Ok());
    }
    ASSERT_EQ(store.MergeWindow(Grain::kMinute, 60, {"no such set", kMusic.set}), Status::Ok());
    house.Reopen();
    Store& again = house.store();
    EXPECT_THAT(ScanTexts(again, kMusic),
                ElementsAre("60 music/storage,OK:3x2", "120 music/storage,OK:1x1",
                            "120 music/storage,OK:1x1"));
    EXPECT_THAT(ScanTexts(again, other), ElementsAre("60 music/search,OK:5x2"));
    ASSERT_EQ(again.Write({2, 1}, {Music(60, 3)}), Status::Ok());
    EXPECT_THAT(ScanTexts(again, other), ElementsAre("60 music/search,OK:5x2"));
  });
}

TEST_P(StoreContract, AMergedContributionWrittenAgainChangesNothing) {
  WithStore([](StoreHouse& house, Store& store) {
    for (const uint32_t partition : {1, 2}) {
      ASSERT_EQ(store.Write({partition, 1}, {Music(60, 3)}), Status::Ok());
    }
    ASSERT_EQ(store.Merge(kMusic, 60), Status::Ok());
    ASSERT_EQ(store.Write({2, 1}, {Music(60, 3), Music(120, 1)}), Status::Ok());
    const auto counted = ElementsAre("60 music/storage,OK:3x2", "120 music/storage,OK:1x1");
    EXPECT_THAT(ScanTexts(store, kMusic), counted);
    house.Reopen();
    Store& again = house.store();
    ASSERT_EQ(again.Write({1, 1}, {Music(60, 3)}), Status::Ok());
    ASSERT_EQ(again.Merge(kMusic, 60), Status::Ok());
    EXPECT_THAT(ScanTexts(again, kMusic), counted);
  });
}

TEST_P(StoreContract, ALateContributionComesBesideTheMergedBlockUntilItIsMergedToo) {
  WithStore([](StoreHouse&, Store& store) {
    for (const uint32_t partition : {1, 2}) {
      ASSERT_EQ(store.Write({partition, 1}, {Music(60, 3)}), Status::Ok());
    }
    ASSERT_EQ(store.Merge(kMusic, 60), Status::Ok());
    ASSERT_EQ(store.Write({1, 2}, {Music(60, 5)}), Status::Ok());
    EXPECT_THAT(ScanTexts(store, kMusic),
                ElementsAre("60 music/storage,OK:3x2", "60 music/storage,OK:5x1"));
    ASSERT_EQ(store.Merge(kMusic, 60), Status::Ok());
    EXPECT_THAT(ScanTexts(store, kMusic), ElementsAre("60 music/storage,OK:3x2:5x1"));
    for (const uint64_t cut : {1, 2}) {
      ASSERT_EQ(store.Write({1, cut}, {Music(60, 3)}), Status::Ok());
    }
    EXPECT_THAT(ScanTexts(store, kMusic), ElementsAre("60 music/storage,OK:3x2:5x1"));
  });
}

TEST_P(StoreContract, AWindowOfOneContributionOrNoneIsLeftAsItIs) {
  WithStore([](StoreHouse&, Store& store) {
    EXPECT_EQ(store.Merge(kMusic, 60), Status::Ok());
    ASSERT_EQ(store.Write({1, 1}, {Music(60, 3)}), Status::Ok());
    EXPECT_EQ(store.Merge(kMusic, 60), Status::Ok());
    EXPECT_EQ(store.Merge(kMusic, 120), Status::Ok());
    EXPECT_THAT(ScanTexts(store, kMusic), ElementsAre("60 music/storage,OK:3x1"));
    ASSERT_EQ(store.Write({1, 1}, {Music(60, 4)}), Status::Ok());
    EXPECT_THAT(ScanTexts(store, kMusic), ElementsAre("60 music/storage,OK:4x1"));
  });
}

TEST_P(StoreContract, ScanStopsWhenTold) {
  WithStore([](StoreHouse&, Store& store) {
    ASSERT_EQ(store.Write({1, 1}, {Music(60, 3), Music(120, 3), Music(180, 3)}), Status::Ok());
    int seen = 0;
    ASSERT_EQ(store.Scan(kMusic, 0, kDay, [&](const Block&) { return ++seen < 2; }), Status::Ok());
    EXPECT_EQ(seen, 2);
  });
}

TEST_P(StoreContract, CalleesAreThoseWithABlockInTheRange) {
  WithStore([](StoreHouse&, Store& store) {
    const auto put = [&](Grain grain, const std::string& set, const std::string& callee,
                         int64_t window) {
      ASSERT_EQ(store.Write({1, 1}, {BlockOf({grain, set, callee}, window, {{"OK", 1}})}),
                Status::Ok());
    };
    put(Grain::kMinute, "callee,result", "b", 120);
    put(Grain::kMinute, "callee", "c", kDay);
    put(Grain::kMinute, "callee", "a", 3 * kDay);
    put(Grain::kMinute, "callee", "b", 3 * kDay);
    put(Grain::kHour, "callee", "d", 3600);
    const auto callees = [&](int64_t from, int64_t to, size_t limit) {
      return store.Callees(Grain::kMinute, from, to, limit).value();
    };
    EXPECT_THAT(callees(0, 10 * kDay, 10), ElementsAre("a", "b", "c"));
    EXPECT_THAT(callees(0, 10 * kDay, 2), ElementsAre("a", "b"));
    EXPECT_THAT(callees(120, 3 * kDay, 10), ElementsAre("b", "c"));
    EXPECT_THAT(callees(180, kDay, 10), IsEmpty());
  });
}

TEST_P(StoreContract, ExpireForgetsWindowsThatHaveEndedForGood) {
  WithStore([](StoreHouse& house, Store& store) {
    const Shelf hours{Grain::kHour, "callee,result", "music/storage"};
    ASSERT_EQ(store.Write({1, 1}, {Music(kDay - 60, 1), Music(2 * kDay, 2), Music(2 * kDay + 60, 3),
                                   BlockOf(hours, 0, {{"OK", 4}})}),
              Status::Ok());
    ASSERT_EQ(store.Expire(Grain::kMinute, 2 * kDay + 119), Status::Ok());
    ASSERT_EQ(store.Expire(Grain::kMinute, kDay), Status::Ok());
    ASSERT_EQ(store.Write({1, 2}, {Music(2 * kDay, 2)}), Status::Ok());
    for (int i = 0; i < 2; ++i, house.Reopen()) {
      Store& opened = house.store();
      EXPECT_THAT(ScanTexts(opened, kMusic), ElementsAre("172860 music/storage,OK:3x1"));
      EXPECT_THAT(ScanTexts(opened, hours), ElementsAre("0 music/storage,OK:4x1"));
      EXPECT_THAT(opened.Callees(Grain::kMinute, 0, 2 * kDay + 60, 9).value(), IsEmpty());
    }
    ASSERT_EQ(house.store().Expire(Grain::kMinute, 2 * kDay + 120), Status::Ok());
    EXPECT_THAT(ScanTexts(house.store(), kMusic), IsEmpty());
  });
}

TEST_P(StoreContract, LargeBlocksComeWholeAndAreReplacedBySmallOnes) {
  WithStore([](StoreHouse&, Store& store) {
    std::mt19937 random(1);
    const auto large = [&](size_t buckets) {
      Block block = Music(60, 1);
      uint32_t latency_us = 1;
      for (size_t i = 0; i < buckets; ++i) {
        block.table.buckets.push_back({latency_us += 1 + static_cast<uint32_t>(random()) % 4000,
                                       static_cast<uint32_t>(random())});
      }
      block.table.ends = {static_cast<uint32_t>(block.table.buckets.size())};
      return block;
    };
    const Block first = large(3 * kChunkBytes / 5), second = large(2 * kChunkBytes / 5);
    for (const Block& block : {first, second, Music(60, 7)}) {
      ASSERT_EQ(store.Write({1, 1}, {block, Music(120, 1)}), Status::Ok());
      std::vector<CardTable> read;
      ASSERT_EQ(store.Scan(kMusic, 0, kDay,
                           [&](const Block& each) {
                             read.push_back(each.table);
                             return true;
                           }),
                Status::Ok());
      ASSERT_EQ(read.size(), 2u);
      EXPECT_TRUE(read[0].buckets == block.table.buckets);
      EXPECT_EQ(read[1].buckets.size(), 1u);
    }
  });
}

TEST_P(StoreContract, TextsAreKeptWholeUnderTheirNames) {
  WithStore([](StoreHouse& house, Store& store) {
    EXPECT_EQ(store.Get("partition/1").status().code(), StatusCode::kNotFound);
    const std::string bytes("a\0\n'\\\xFF", 6);
    ASSERT_EQ(store.Put("partition/1", bytes), Status::Ok());
    ASSERT_EQ(store.Put("partition/12", "x"), Status::Ok());
    ASSERT_EQ(store.Put("partition/12", ""), Status::Ok());  // forgotten
    EXPECT_EQ(store.Get("partition/1").value(), bytes);
    ASSERT_EQ(store.Put("partition/1", "new"), Status::Ok());
    house.Reopen();
    EXPECT_EQ(house.store().Get("partition/1").value(), "new");
    EXPECT_EQ(house.store().Get("partition/12").status().code(), StatusCode::kNotFound);
    EXPECT_EQ(house.store().Put("", "x").code(), StatusCode::kInvalidArgument);
  });
}

TEST_P(StoreContract, BlocksThatNoReaderWouldFindAreRefused) {
  WithStore([](StoreHouse&, Store& store) {
    const auto refused = [&](const std::vector<Block>& blocks, const std::string& field) {
      const Status status = store.Write({1, 1}, blocks);
      EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
      EXPECT_THAT(std::string(status.message()), HasSubstr(field));
    };
    refused({Music(61, 1)}, "block.window: 61");
    refused({Music(-60, 1)}, "block.window: -60");
    refused({Music(60, 1), Music(60, 2)}, "two for window 60");
    refused({BlockOf(MinutesOf(""), 60, {})}, "block.shelf.callee");
    refused({BlockOf(MinutesOf("a", std::string(257, 'x')), 60, {})}, "block.shelf.set: 257 bytes");
    EXPECT_THAT(ScanTexts(store, kMusic), IsEmpty());
  });
}

// What a contribution says is a function of what it is of, as with a cut computed twice.
Block Computed(const Contribution& contribution, int64_t window) {
  return Music(window, 1 + static_cast<uint32_t>(contribution.cut) * 10 + contribution.partition,
               1 + static_cast<uint32_t>(window / 60));
}

TEST_P(StoreContract, AnyOrderOfWritesMergesAndRestartsCountsEachContributionOnce) {
  WithStore([](StoreHouse& house, Store&) {
    std::mt19937 random(7);
    MemoryStore expected;
    for (int step = 0; step < 120; ++step) {
      const int64_t window = 60 * static_cast<int64_t>(random() % 4);
      const Contribution contribution{static_cast<uint32_t>(random() % 3), random() % 4};
      std::vector<Store*> both = {&house.store(), &expected};
      for (Store* store : both) {
        if (step % 5 == 4) {
          ASSERT_EQ(store->Merge(kMusic, window), Status::Ok());
        } else {
          ASSERT_EQ(store->Write(contribution, {Computed(contribution, window)}), Status::Ok());
        }
      }
      ASSERT_EQ(ScanTexts(*both[0], kMusic), ScanTexts(expected, kMusic)) << "step " << step;
      if (step % 20 == 19) house.Reopen();
    }
  });
}

}  // namespace
}  // namespace bellrock::metrics::store
