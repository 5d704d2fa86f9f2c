// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "shm/method_names.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "shm/counter_file.h"

namespace bellrock::shm {
namespace {

TEST(MethodNames, ANameIsReadBackByItsHashAndOthersAreUnknown) {
  const MappedFile file = MappedFile::Anonymous(4 * kMethodNameBytes);
  const MethodNames table{.file = file, .names = 4};
  EXPECT_FALSE(MethodNamed(table, 5));
  PutMethodName(table, 5, "music.v1.Storage/Get");
  EXPECT_TRUE(MethodNamed(table, 5));
  EXPECT_EQ(MethodNameOf(table, 5), "music.v1.Storage/Get");
  EXPECT_EQ(MethodNameOf(table, 9), "") << "looked for in the same place";
}

TEST(MethodNames, MethodsOfOnePlaceLieSideBySideUntilThereIsNoRoom) {
  const MappedFile file = MappedFile::Anonymous(4 * kMethodNameBytes);
  const MethodNames table{.file = file, .names = 4};
  for (uint32_t k = 0; k < 5; ++k) PutMethodName(table, 1 + 4 * k, std::string(1 + k, 'm'));
  for (uint32_t k = 0; k < 4; ++k) {
    EXPECT_EQ(MethodNameOf(table, 1 + 4 * k), std::string(1 + k, 'm')) << k;
  }
  EXPECT_EQ(MethodNameOf(table, 17), "");
  PutMethodName(table, 1, "another");
  EXPECT_EQ(MethodNameOf(table, 1), "m") << "the first one wins";
}

TEST(MethodNames, ALongNameIsCut) {
  const MappedFile file = MappedFile::Anonymous(kMethodNameBytes);
  const MethodNames table{.file = file, .names = 1};
  PutMethodName(table, 7, std::string(500, 'x'));
  EXPECT_EQ(MethodNameOf(table, 7), std::string(kMethodNameMax, 'x'));
}

TEST(MethodNames, ThreadsThatPutTheSameAtATimePutItOnce) {
  const MappedFile file = MappedFile::Anonymous(8 * kMethodNameBytes);
  const MethodNames table{.file = file, .names = 8};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&table] {
      for (uint32_t hash = 1; hash <= 8; ++hash) {
        PutMethodName(table, hash, "a.B/" + std::to_string(hash));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (uint32_t hash = 1; hash <= 8; ++hash) {
    EXPECT_EQ(MethodNameOf(table, hash), "a.B/" + std::to_string(hash));
  }
}

TEST(MethodNames, TheyTravelWithTheCounters) {
  const auto writer = CounterWriter::Anonymous(4);
  writer->NameMethod(5, "music.v1.Storage/Get");
  const CounterReader reader = CounterReader::Of(*writer);
  EXPECT_EQ(reader.MethodName(5), "music.v1.Storage/Get");
  EXPECT_EQ(reader.MethodName(6), "");
}

}  // namespace
}  // namespace bellrock::shm
