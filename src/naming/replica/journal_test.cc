// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/replica/journal.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "naming/spec_check.h"

namespace bellrock::naming::replica {
namespace {

constexpr Moment kNow{Time(), 1'800'000'000'000};

// As large as an instance may be.
Spec Large(int number) {
  Spec spec;
  spec.path = "/sz/im/music/catalog/default/" + std::to_string(number);
  spec.address = "10.0.0.1:8080";
  spec.incarnation = 1;
  auto traits = std::make_shared<Traits>();
  for (size_t label = 0; label < kLabelsMax; ++label) {
    std::string key = std::to_string(label);
    key.resize(kLabelKeyBytesMax, 'k');
    traits->labels[key] = std::string(kLabelValueBytesMax, 'v');
  }
  spec.traits = std::move(traits);
  return spec;
}

std::vector<std::string> UnitsOf(Replica& replica) {
  std::vector<std::string> units;
  Journal journal;
  journal.Collect(replica);
  while (!journal.idle()) {
    units.push_back(journal.NextUnit(replica));
    journal.Written();
  }
  return units;
}

TEST(Journal, AUnitIsNeverTooLargeForTheLog) {
  constexpr size_t kLogRecordBytesMax = size_t{1} << 20;  // store/record_format.h
  Replica replica({1, 1}, {}, nullptr);
  for (int i = 0; i < 500; ++i) ASSERT_TRUE(replica.Register(Large(i), 0, kNow).ok());
  const std::vector<std::string> units = UnitsOf(replica);
  EXPECT_GT(units.size(), 5u);
  for (const std::string& unit : units) EXPECT_LT(unit.size(), kLogRecordBytesMax);
}

TEST(Journal, AnyNumberOfWholeUnitsIsAStateThatWas) {
  Replica replica({1, 1}, {}, nullptr);
  for (int i = 0; i < 300; ++i) {
    ASSERT_TRUE(replica.Register(Large(i), 0, kNow).ok());
    if (i % 3 == 0) replica.Deregister(Large(i / 2).path, 0, kNow);
  }
  const std::vector<std::string> units = UnitsOf(replica);
  for (size_t kept = 0; kept <= units.size(); ++kept) {
    Replica again({1, 2}, {}, nullptr);
    Recovery recovery(again);
    for (size_t i = 0; i < kept; ++i) ASSERT_TRUE(recovery.OnUnit(units[i], kNow).ok());
    recovery.Finish();
    // Whatever its vector says is seen is there, or is removed.
    const uint64_t seen = again.seen().At({1, 1});
    for (int i = 0; i < 300; ++i) {
      const Record whole = replica.table().Find(Large(i).path);
      if (whole.instance->stamp.dot.sequence > seen) continue;
      EXPECT_TRUE(SameRecord(again.table().Find(Large(i).path), whole)) << i << " of " << kept;
    }
    if (kept == units.size()) {
      EXPECT_EQ(again.table().root(), replica.table().root());
    }
  }
}

TEST(Journal, WhatCouldNotBeWrittenIsInTheNextUnit) {
  Replica replica({1, 1}, {}, nullptr);
  ASSERT_TRUE(replica.Register(Large(1), 0, kNow).ok());
  Journal journal;
  const uint64_t position = journal.Collect(replica);
  const std::string lost = journal.NextUnit(replica);
  journal.Failed();
  EXPECT_LT(journal.durable(), position);
  ASSERT_TRUE(replica.Register(Large(2), 0, kNow).ok());
  journal.Collect(replica);
  EXPECT_GT(journal.NextUnit(replica).size(), lost.size());
  journal.Written();
  EXPECT_GE(journal.durable(), position);
  EXPECT_TRUE(journal.idle());
}

TEST(Journal, AUnitOfAnotherVersionIsRefusedWithTheField) {
  Replica replica({1, 1}, {}, nullptr);
  Recovery recovery(replica);
  EXPECT_EQ(recovery.OnUnit("\x01old", kNow).code(), StatusCode::kDataLoss);
  EXPECT_EQ(recovery.OnSnapshotEntry("\x01old", kNow).code(), StatusCode::kDataLoss);
}

}  // namespace
}  // namespace bellrock::naming::replica
