// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "shm/counter_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

namespace bellrock::shm {
namespace {

constexpr Time kNow{std::chrono::seconds(5)};

std::string Path(const char* name) {
  const std::string path = testing::TempDir() + "bellrock_" + std::to_string(::getpid()) + name;
  // A killed run with the same process id may have left one.
  std::filesystem::remove(path);
  return path;
}

TEST(CounterFile, AReaderTakesWhatGrewSinceItsLastTime) {
  const std::string path = Path("grow");
  auto writer = CounterWriter::Create(path, 16, kNow);
  ASSERT_TRUE(writer.ok()) << writer.status().ToString();
  auto reader = CounterReader::Open(path);
  ASSERT_TRUE(reader.ok()) << reader.status().ToString();
  EXPECT_FALSE(reader->Changed());
  const uint32_t stripe = (*writer)->LeaseStripe();
  (*writer)->Add(stripe, 3, 77, true, false, 120);
  (*writer)->Add(stripe, 3, 77, true, false, 80);
  (*writer)->Add(stripe, 3, 77, false, true, 5);
  ASSERT_TRUE(reader->Changed());
  SlotCounters grown = reader->Take(3, 77);
  EXPECT_EQ(grown.ok, 2u);
  EXPECT_EQ(grown.latency_us, 200u);
  EXPECT_EQ(grown.failed, 1u);
  EXPECT_EQ(grown.unreachable, 1u);
  EXPECT_FALSE(reader->Changed());
  (*writer)->Add(stripe, 3, 77, false, false, 5);
  ASSERT_TRUE(reader->Changed());
  grown = reader->Take(3, 77);
  EXPECT_EQ(grown.ok, 0u);
  EXPECT_EQ(grown.failed, 1u);
  EXPECT_EQ(grown.unreachable, 0u);
  EXPECT_EQ(reader->process_id(), ProcessId());
  EXPECT_EQ(reader->heartbeat(), kNow);
  (*writer)->Supersede();
  EXPECT_TRUE(reader->superseded());
  (void)RemoveFile(path);
}

TEST(CounterFile, CallsInFlightAreCountedOverThreadsAndForgottenWithTheirSlotsHolder) {
  auto writer = CounterWriter::Anonymous(4);
  const CounterReader reader = CounterReader::Of(*writer);
  EXPECT_EQ(reader.InFlight(1, 10), 0);
  writer->Begin(0, 1, 10);
  writer->Begin(0, 1, 10);
  writer->Begin(kSharedStripe, 1, 10);
  EXPECT_EQ(reader.InFlight(1, 10), 3);
  writer->End(2, 1, 10);  // begun in another thread
  writer->End(2, 1, 10);
  EXPECT_EQ(reader.InFlight(1, 10), 1);
  writer->Begin(0, 1, 11);
  EXPECT_EQ(reader.InFlight(1, 11), 1) << "another holder";
  writer->End(0, 1, 11);
  writer->End(0, 1, 11);
  EXPECT_EQ(reader.InFlight(1, 11), 0) << "never less";
}

TEST(CounterFile, ANewHolderOfASlotBeginsAtZero) {
  auto writer = CounterWriter::Anonymous(4);
  CounterReader reader = CounterReader::Of(*writer);
  writer->Add(0, 1, 10, true, false, 7);
  ASSERT_TRUE(reader.Changed());
  EXPECT_EQ(reader.Take(1, 11).ok, 0u) << "calls to another generation";
  EXPECT_EQ(reader.Take(1, 10).ok, 1u);
  writer->Add(0, 1, 11, true, false, 9);
  ASSERT_TRUE(reader.Changed());
  EXPECT_EQ(reader.Take(1, 10).ok, 0u);
  EXPECT_EQ(reader.Take(1, 11).latency_us, 9u);
}

TEST(CounterFile, CallsBegunAreCountedAndMayBeTakenBackOnAnotherStripe) {
  auto writer = CounterWriter::Anonymous(4);
  CounterReader reader = CounterReader::Of(*writer);
  for (int i = 0; i < 3; ++i) writer->Begin(0, 1, 10, true);
  writer->End(1, 1, 10, true);
  writer->Add(1, 1, 10, true, false, 7);
  ASSERT_TRUE(reader.Changed());
  EXPECT_EQ(reader.Take(1, 10).started, 3);
  EXPECT_EQ(reader.InFlight(1, 10), 2);
  writer->End(1, 1, 10, true);  // taken back: nothing is reported
  writer->End(0, 1, 10, true);
  writer->Add(0, 1, 10, true, false, 7);
  ASSERT_TRUE(reader.Changed());
  EXPECT_EQ(reader.Take(1, 10).started, -1);
  writer->Begin(2, 1, 10);  // a stream: in flight, but not waited for
  writer->End(0, 1, 10);
  writer->Begin(0, 1, 10);
  writer->Add(2, 1, 10, true, false, 7);
  ASSERT_TRUE(reader.Changed());
  EXPECT_EQ(reader.Take(1, 10).started, 1) << "begun and ended at once";
  EXPECT_EQ(reader.InFlight(1, 10), 1);
  writer->Begin(0, 1, 11, true);
  writer->End(0, 1, 11, true);
  writer->Add(0, 1, 11, true, false, 7);
  ASSERT_TRUE(reader.Changed());
  EXPECT_EQ(reader.Take(1, 11).started, 1) << "a new holder begins at 0";
  EXPECT_EQ(reader.Take(1, 10).started, 0);
}

TEST(CounterFile, StripesAreLeasedOnceAndTheLastIsShared) {
  auto writer = CounterWriter::Anonymous(4);
  std::vector<bool> seen(kStripes);
  for (uint32_t k = 0; k < kSharedStripe; ++k) {
    const uint32_t stripe = writer->LeaseStripe();
    EXPECT_FALSE(seen[stripe]);
    seen[stripe] = true;
  }
  EXPECT_EQ(writer->LeaseStripe(), kSharedStripe);
  EXPECT_EQ(writer->LeaseStripe(), kSharedStripe);
  writer->ReturnStripe(2);
  EXPECT_EQ(writer->LeaseStripe(), 2u);
}

TEST(CounterFile, NoCallIsLostBetweenManyThreadsAndAReader) {
  auto writer = CounterWriter::Anonymous(8);
  constexpr int kThreads = 12;  // more than there are stripes
  constexpr int kCalls = 5000;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      const uint32_t stripe = writer->LeaseStripe();
      for (int call = 0; call < kCalls; ++call) {
        writer->Add(stripe, call % 8, 5, call % 10 != 0, false, 3);
      }
      writer->ReturnStripe(stripe);
    });
  }
  CounterReader reader = CounterReader::Of(*writer);
  uint64_t ok = 0;
  uint64_t failed = 0;
  auto take = [&] {
    (void)reader.Changed();
    for (uint32_t slot = 0; slot < 8; ++slot) {
      const SlotCounters grown = reader.Take(slot, 5);
      ok += grown.ok;
      failed += grown.failed;
    }
  };
  for (int turn = 0; turn < 50; ++turn) take();
  for (std::thread& thread : threads) thread.join();
  take();
  EXPECT_EQ(failed, kThreads * kCalls / 10u);
  EXPECT_EQ(ok + failed, uint64_t{kThreads} * kCalls);
}

TEST(CounterFile, GarbageIsRefused) {
  const std::string path = Path("garbage");
  std::ofstream(path) << std::string(5000, 'z');
  EXPECT_EQ(CounterReader::Open(path).status().code(), StatusCode::kDataLoss);
  (void)RemoveFile(path);
  EXPECT_EQ(CounterReader::Open(path).status().code(), StatusCode::kNotFound);
}

}  // namespace
}  // namespace bellrock::shm
