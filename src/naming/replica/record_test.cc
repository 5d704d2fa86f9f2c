// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/replica/record.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "naming/replica/record_codec.h"

namespace bellrock::naming::replica {
namespace {

InstanceWord Word(uint64_t incarnation, uint64_t sequence, uint64_t time, uint64_t node = 1) {
  InstanceWord word;
  word.incarnation = incarnation;
  word.sequence = sequence;
  word.stamp.time.value = time;
  word.stamp.dot = {{node, 1}, time};
  auto spec = std::make_shared<Spec>();
  spec->address = "10.0.0." + std::to_string(node) + ":80";
  word.spec = spec;
  return word;
}

InstanceWord Gone(uint64_t incarnation, uint64_t time) {
  InstanceWord word = Word(incarnation, 0, time);
  word.gone = true;
  word.spec = nullptr;
  return word;
}

OperatorWord Said(bool isolated, uint64_t time, uint64_t node = 1) {
  OperatorWord word;
  if (isolated) {
    OperatorState state;
    state.isolated = true;
    word.state = std::make_shared<const OperatorState>(state);
  }
  word.stamp.time.value = time;
  word.stamp.dot = {{node, 1}, time};
  return word;
}

// Few values, so that ties of every length occur.
Record Random(std::mt19937_64& random) {
  Record record;
  if (random() % 4 != 0) {
    InstanceWord word = Word(random() % 3, random() % 3, random() % 3, 1 + random() % 2);
    word.gone = random() % 3 == 0;
    word.state = static_cast<State>(random() % 3);
    record.instance = word;
  }
  if (random() % 3 != 0) {
    record.operator_word = Said(random() % 2 == 0, random() % 3, 1 + random() % 2);
  }
  return record;
}

TEST(RecordMerge, IsCommutativeAssociativeAndIdempotent) {
  std::mt19937_64 random(20260303);
  for (int i = 0; i < 20'000; ++i) {
    const Record a = Random(random), b = Random(random), c = Random(random);
    ASSERT_TRUE(SameRecord(Merge(a, b), Merge(b, a)));
    ASSERT_TRUE(SameRecord(Merge(Merge(a, b), c), Merge(a, Merge(b, c))));
    ASSERT_TRUE(SameRecord(Merge(a, a), a));
    ASSERT_TRUE(SameRecord(Merge(Merge(a, b), b), Merge(a, b)));
  }
}

TEST(RecordMerge, TheInstancesOwnOrderBeatsEveryClock) {
  EXPECT_TRUE(Prevails(Word(2, 1, 10), Word(1, 9, 9'999)));
  EXPECT_TRUE(Prevails(Word(1, 2, 10), Word(1, 1, 9'999)));
  EXPECT_TRUE(Prevails(Word(1, 1, 11), Word(1, 1, 10)));
  EXPECT_TRUE(Prevails(Word(1, 1, 10, 2), Word(1, 1, 10, 1)));
}

TEST(RecordMerge, DeregisteringEndsItsIncarnationAndNoLater) {
  EXPECT_TRUE(Prevails(Gone(1, 5), Word(1, 900, 9'999)));
  EXPECT_TRUE(Prevails(Word(2, 1, 1), Gone(1, 9'999)));
}

TEST(RecordMerge, AnOperatorsWordOutlivesWhateverTheInstanceDoes) {
  Record record{Word(1, 1, 1), Said(true, 2)};
  record = Merge(record, {Gone(1, 50), std::nullopt});
  EXPECT_TRUE(record.has_operator());
  EXPECT_FALSE(record.has_instance());
  record = Merge(record, {Word(2, 1, 60), std::nullopt});
  EXPECT_TRUE(record.has_operator());
  EXPECT_TRUE(record.has_instance());
  record = Merge(record, {std::nullopt, Said(false, 70)});
  EXPECT_FALSE(record.has_operator());
}

TEST(RecordMergeSeen, WhatTheOtherSawAndLacksWasRemovedThere) {
  const Record mine{Word(1, 1, 7), std::nullopt}, nothing;
  VersionVector saw, unaware;
  saw.Raise({{1, 1}, 7});
  EXPECT_TRUE(MergeSeen({mine, saw}, {nothing, saw}).empty());
  EXPECT_TRUE(MergeSeen({nothing, saw}, {mine, saw}).empty());
  EXPECT_TRUE(SameRecord(MergeSeen({mine, saw}, {nothing, unaware}), mine));
  EXPECT_TRUE(SameRecord(MergeSeen({nothing, unaware}, {mine, saw}), mine));
}

TEST(RecordMergeSeen, IsTheSameFromBothSides) {
  std::mt19937_64 random(20260304);
  for (int i = 0; i < 20'000; ++i) {
    const Record a = Random(random), b = Random(random);
    VersionVector saw_a, saw_b;
    saw_a.Raise({{1 + random() % 2, 1}, random() % 3});
    saw_b.Raise({{1 + random() % 2, 1}, random() % 3});
    const Record at_a = MergeSeen({a, saw_a}, {b, saw_b}), at_b = MergeSeen({b, saw_b}, {a, saw_a});
    ASSERT_EQ(DigestOf("/p", at_a), DigestOf("/p", at_b));
  }
}

TEST(RecordDigest, IsOfLiveWordsOnly) {
  const Record live{Word(1, 1, 1), std::nullopt};
  const Record with_cleared{Word(1, 1, 1), Said(false, 2)};
  EXPECT_EQ(DigestOf("/p", live), DigestOf("/p", with_cleared));
  EXPECT_EQ(DigestOf("/p", {Gone(1, 5), std::nullopt}), Digest{});
  EXPECT_NE(DigestOf("/p", live), DigestOf("/q", live));
  EXPECT_NE(DigestOf("/p", live), DigestOf("/p", {Word(1, 1, 1), Said(true, 2)}));
}

TEST(RecordDigest, ChangesWithEveryFieldOfAWord) {
  const Record base{Word(1, 1, 1), std::nullopt};
  const auto changed = [&](auto&& change) {
    Record other = base;
    change(*other.instance);
    return DigestOf("/p", other);
  };
  const Digest before = DigestOf("/p", base);
  EXPECT_NE(before, changed([](InstanceWord& w) { w.incarnation = 2; }));
  EXPECT_NE(before, changed([](InstanceWord& w) { w.sequence = 2; }));
  EXPECT_NE(before, changed([](InstanceWord& w) { w.state = State::kWorking; }));
  EXPECT_NE(before, changed([](InstanceWord& w) { w.stamp.mandate.term = 2; }));
  EXPECT_NE(before, changed([](InstanceWord& w) {
              auto spec = std::make_shared<Spec>(*w.spec);
              spec->traits = std::make_shared<const Traits>(Traits{"v", {{"k", "v"}}});
              w.spec = spec;
            }));
}

TEST(Digest, AddsInAnyOrderAndTakesBack) {
  const Digest a = DigestOf("/a", {Word(1, 1, 1), std::nullopt});
  const Digest b = DigestOf("/b", {Word(1, 2, 3), std::nullopt});
  Digest ab = a, ba = b;
  ab += b;
  ba += a;
  EXPECT_EQ(ab, ba);
  ab -= a;
  EXPECT_EQ(ab, b);
  ab -= b;
  EXPECT_EQ(ab, Digest{});
}

TEST(RecordCodec, WhatOthersTellHasRoomToBeCountedOnFrom) {
  constexpr uint64_t kEnd = uint64_t{1} << 62;
  Record record;
  record.instance = Word(kEnd - 1, kEnd - 1, kEnd - 1);
  EXPECT_TRUE(DecodeRecord(EncodeRecord("/a/b/c/d/e/f", record)).ok());
  for (const InstanceWord& word : {Word(kEnd, 1, 1), Word(1, kEnd, 1), Word(1, 1, kEnd)}) {
    record.instance = word;
    const std::string bytes = EncodeRecord("/a/b/c/d/e/f", record);
    EXPECT_EQ(DecodeRecord(bytes).status().code(), StatusCode::kInvalidArgument);
    ByteReader from_disk(bytes);
    EXPECT_EQ(ReadRecord(from_disk).path, "/a/b/c/d/e/f");
    EXPECT_TRUE(from_disk.Finish().ok()) << "what was written is read";
  }
}

}  // namespace
}  // namespace bellrock::naming::replica
