// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm_server/store_keeper.h"

#include <gtest/gtest.h>

#include <string>

#include "metrics/alarm/memory.h"
#include "metrics/store/memory_store.h"
#include "testing/world.h"

namespace bellrock::metrics::alarm_server {
namespace {

TEST(StoreKeeper, BeginsEmptyAndKeepsWhatItIsGiven) {
  testing::World world(1);
  world.Run([&] {
    store::MemoryStore store;
    const v1::AlarmState first = alarm::TakenOver(*StoreKeeper(store).Load(), "a");
    ASSERT_TRUE(StoreKeeper(store).Save(first).ok());
    EXPECT_EQ(StoreKeeper(store).Load()->SerializeAsString(), first.SerializeAsString());
  });
}

TEST(StoreKeeper, WhoWasFollowedIsFencedOff) {
  testing::World world(1);
  world.Run([&] {
    store::MemoryStore store;
    StoreKeeper keeper(store);
    v1::AlarmState of_a = alarm::TakenOver(*keeper.Load(), "a");
    ASSERT_TRUE(keeper.Save(of_a).ok());
    of_a.set_version(of_a.version() + 1);
    ASSERT_TRUE(keeper.Save(of_a).ok());
    ASSERT_TRUE(keeper.Save(alarm::TakenOver(*keeper.Load(), "b")).ok());
    of_a.set_version(of_a.version() + 1);
    EXPECT_EQ(keeper.Save(of_a).code(), StatusCode::kAborted);
    EXPECT_EQ(keeper.Load()->holder(), "b");
  });
}

TEST(StoreKeeper, WhatCannotBeReadIsNotTakenForNothing) {
  testing::World world(1);
  world.Run([&] {
    store::MemoryStore store;
    ASSERT_TRUE(store.Put(StoreKeeper::kName, "\xff\xff").ok());
    StoreKeeper keeper(store);
    EXPECT_EQ(keeper.Load().status().code(), StatusCode::kDataLoss);
    EXPECT_EQ(keeper.Save(alarm::TakenOver({}, "a")).code(), StatusCode::kDataLoss);
  });
}

}  // namespace
}  // namespace bellrock::metrics::alarm_server
