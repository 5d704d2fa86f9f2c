// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "shm/method_cells.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <thread>
#include <vector>

#include "shm/counter_file.h"

namespace bellrock::shm {
namespace {

constexpr uint32_t kMethod = 0xbeef;
constexpr uint32_t kOther = 0xcafe;

struct Methods : testing::Test {
  std::unique_ptr<CounterWriter> writer = CounterWriter::Anonymous(64);
  CounterReader reader = CounterReader::Of(*writer);

  void Add(uint32_t slot, bool ok, uint32_t method, uint32_t generation = 7, uint32_t stripe = 0) {
    writer->Add(stripe, slot, generation, ok, false, 10, method);
  }
  std::vector<MethodGrowth> Take() {
    std::vector<MethodGrowth> all;
    (void)reader.Changed();
    reader.TakeMethods([&](const MethodGrowth& growth) { all.push_back(growth); });
    return all;
  }
};
using MethodCellsTest = Methods;

TEST_F(MethodCellsTest, OnlyAFailureEntersAndFromThenOnSuccessesCount) {
  Add(3, true, kMethod);
  EXPECT_TRUE(Take().empty());
  Add(3, false, kMethod);
  Add(3, true, kMethod);
  Add(3, true, kMethod);
  Add(3, true, kOther);
  Add(4, true, kMethod);
  const auto grown = Take();
  ASSERT_EQ(grown.size(), 1u);
  EXPECT_EQ(grown[0].method_hash, kMethod);
  EXPECT_EQ(grown[0].slot, 3u);
  EXPECT_EQ(grown[0].generation, 7u);
  EXPECT_EQ(grown[0].failed, 1u);
  EXPECT_EQ(grown[0].ok, 2u);
  EXPECT_TRUE(Take().empty());
  Add(3, true, kMethod);
  EXPECT_EQ(Take().at(0).ok, 1u);
  EXPECT_EQ(reader.Take(3, 7).ok, 5u) << "of the slot, whatever the method";
}

TEST_F(MethodCellsTest, ACallOfNoMethodIsCountedForTheSlotOnly) {
  Add(3, false, 0);
  EXPECT_TRUE(Take().empty());
  EXPECT_EQ(reader.Take(3, 7).failed, 1u);
}

TEST_F(MethodCellsTest, ANewHolderOfTheSlotBeginsAtZero) {
  Add(3, false, kMethod, 7);
  Add(3, false, kMethod, 7);
  EXPECT_EQ(Take().at(0).failed, 2u);
  Add(3, true, kMethod, 8);
  EXPECT_TRUE(Take().empty()) << "it has not failed yet";
  Add(3, false, kMethod, 8);
  Add(3, true, kMethod, 8);
  const auto grown = Take();
  ASSERT_EQ(grown.size(), 1u);
  EXPECT_EQ(grown[0].generation, 8u);
  EXPECT_EQ(grown[0].failed, 1u);
  EXPECT_EQ(grown[0].ok, 1u);
}

TEST_F(MethodCellsTest, EachStripeTellsItsOwn) {
  Add(3, false, kMethod, 7, 0);
  Add(3, false, kMethod, 7, 2);
  Add(3, false, kMethod, 7, kSharedStripe);
  EXPECT_EQ(Take().size(), 3u);
}

TEST_F(MethodCellsTest, WhatFindsNoRoomIsCountedAndTheLongestWellGivesItsPlace) {
  for (uint32_t method = 1; method <= 2 * kMethodCells; ++method) Add(1, false, method);
  const auto held = Take();
  EXPECT_LE(held.size(), size_t{kMethodCells});
  EXPECT_GT(held.size(), size_t{kMethodCells} / 2);
  EXPECT_EQ(reader.method_cells_full(), 2 * kMethodCells - held.size());
  // All of those held are well again, for long.
  for (const MethodGrowth& pair : held) {
    for (int call = 0; call < 100; ++call) Add(1, true, pair.method_hash);
  }
  (void)Take();
  const uint64_t full = reader.method_cells_full();
  for (uint32_t method = 1001; method <= 1016; ++method) Add(1, false, method);
  EXPECT_EQ(reader.method_cells_full(), full);
  std::map<uint32_t, uint64_t> failed;
  for (const MethodGrowth& growth : Take()) failed[growth.method_hash] = growth.failed;
  EXPECT_EQ(failed.size(), 16u);
  for (const auto& [method, count] : failed) EXPECT_EQ(count, 1u) << method;
}

TEST_F(MethodCellsTest, NoFailureIsLostBetweenAWriterAndAReader) {
  constexpr uint32_t kCalls = 20000;
  std::atomic<bool> ended{false};
  std::thread thread([&] {
    for (uint32_t call = 0; call < kCalls; ++call) Add(call % 8, call % 2 == 0, kMethod);
    ended = true;
  });
  uint64_t failed = 0;
  uint64_t ok = 0;
  auto take = [&] {
    for (const MethodGrowth& growth : Take()) {
      failed += growth.failed;
      ok += growth.ok;
    }
  };
  while (!ended) take();
  thread.join();
  take();
  EXPECT_EQ(failed, kCalls / 2);
  EXPECT_EQ(ok, 0u) << "the even slots never failed";
}

TEST_F(MethodCellsTest, RefusedCallsAreTakenOnceAndDoNotLookLikeReports) {
  EXPECT_EQ(reader.TakeRefused(), 0u);
  writer->AddRefused(0);
  writer->AddRefused(3);
  writer->AddRefused(kSharedStripe);
  EXPECT_FALSE(reader.Changed());
  EXPECT_EQ(reader.TakeRefused(), 3u);
  EXPECT_EQ(reader.TakeRefused(), 0u);
}

// Files by hand, as programs of the first edition of the format write and read them.
struct FirstEdition : testing::Test {
  static constexpr uint32_t kSlots = 4;
  static constexpr size_t kBytes = 640 + size_t{8} * kSlots * 32;

  std::string path = testing::TempDir() + "bellrock_" + std::to_string(ProcessId()) + "edition";
  void TearDown() override { (void)RemoveFile(path); }

  template <typename Word>
  static Word Read(const std::string& bytes, size_t at) {
    Word word{};
    std::memcpy(&word, bytes.data() + at, sizeof(word));
    return word;
  }
  template <typename Word>
  static void Put(std::string& bytes, size_t at, Word word) {
    std::memcpy(bytes.data() + at, &word, sizeof(word));
  }
};
using MethodCellsFirstEditionTest = FirstEdition;

TEST_F(MethodCellsFirstEditionTest, AnOlderProcesssFileIsReadAndTellsOfNoMethods) {
  std::string bytes(kBytes, '\0');
  std::memcpy(bytes.data(), "BLCCOUNT", 8);
  Put<uint32_t>(bytes, 8, 1);
  Put<uint32_t>(bytes, 16, kSlots);
  Put<uint32_t>(bytes, 20, 8);
  Put<uint32_t>(bytes, 24, 4711);
  Put<uint64_t>(bytes, 128, 3);           // stripe 0: reports
  const size_t cell = 640 + 2 * 32;       // stripe 0, slot 2
  Put<uint64_t>(bytes, cell, 2);          // ok
  Put<uint64_t>(bytes, cell + 8, 70);     // latency
  Put<uint32_t>(bytes, cell + 16, 1);     // failed
  Put<uint32_t>(bytes, cell + 24, 9001);  // generation
  std::ofstream(path, std::ios::binary) << bytes;
  auto reader = CounterReader::Open(path);
  ASSERT_TRUE(reader.ok()) << reader.status().ToString();
  ASSERT_TRUE(reader->Changed());
  const SlotCounters grown = reader->Take(2, 9001);
  EXPECT_EQ(grown.ok, 2u);
  EXPECT_EQ(grown.failed, 1u);
  EXPECT_EQ(grown.latency_us, 70u);
  EXPECT_EQ(reader->TakeRefused(), 0u);
  EXPECT_EQ(reader->method_cells_full(), 0u);
  reader->TakeMethods([](const MethodGrowth&) { ADD_FAILURE() << "there are none"; });
}

TEST_F(MethodCellsFirstEditionTest, AnOlderAgentReadsTheFileOfANewProcess) {
  auto writer = CounterWriter::Create(path, kSlots, Time{std::chrono::seconds(5)});
  ASSERT_TRUE(writer.ok()) << writer.status().ToString();
  (*writer)->Add(1, 2, 9001, false, true, 5, kMethod);
  (*writer)->Add(1, 2, 9001, true, false, 70, kMethod);
  (*writer)->AddRefused(1);
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  // What it checks...
  EXPECT_EQ(bytes.substr(0, 8), "BLCCOUNT");
  EXPECT_EQ(Read<uint32_t>(bytes, 8), 1u);
  EXPECT_EQ(Read<uint32_t>(bytes, 16), kSlots);
  EXPECT_EQ(Read<uint32_t>(bytes, 20), 8u);
  ASSERT_GE(bytes.size(), kBytes);
  // ...and takes.
  EXPECT_EQ(Read<uint64_t>(bytes, 128 + 64), 2u) << "reports of stripe 1, not the refused";
  const size_t cell = 640 + (1 * kSlots + 2) * 32;
  EXPECT_EQ(Read<uint64_t>(bytes, cell), 1u);
  EXPECT_EQ(Read<uint64_t>(bytes, cell + 8), 70u);
  EXPECT_EQ(Read<uint32_t>(bytes, cell + 16), 1u);
  EXPECT_EQ(Read<uint32_t>(bytes, cell + 20), 1u);
  EXPECT_EQ(Read<uint32_t>(bytes, cell + 24), 9001u);
}

TEST_F(MethodCellsFirstEditionTest, AFileTooShortForItsMethodCellsIsRefused) {
  std::string bytes(kBytes, '\0');
  std::memcpy(bytes.data(), "BLCCOUNT", 8);
  Put<uint32_t>(bytes, 8, 1);
  Put<uint32_t>(bytes, 16, kSlots);
  Put<uint32_t>(bytes, 20, 8);
  Put<uint32_t>(bytes, 28, 256);
  std::ofstream(path, std::ios::binary) << bytes;
  EXPECT_EQ(CounterReader::Open(path).status().code(), StatusCode::kDataLoss);
}

}  // namespace
}  // namespace bellrock::shm
