// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/queue/segment_log.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "fiber/fiber.h"
#include "store/log_files.h"
#include "store/record_format.h"
#include "testing/world.h"

namespace bellrock::metrics::queue {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;

constexpr char kCalls[] = "calls";
constexpr char kFirstSegment[] = "/data/queue/calls/0/log-00000000000000000000.seg";

SegmentLogOptions OneTopic(uint64_t segment_bytes = 16 << 20) {
  SegmentLogOptions options;
  options.directory = "/data/queue";
  options.topics = {{.name = kCalls, .partitions = 2}};
  options.segment_bytes = segment_bytes;
  return options;
}

std::unique_ptr<SegmentLog> OpenLog(fiber::Environment host, SegmentLogOptions options) {
  auto log = SegmentLog::Open(host, std::move(options));
  EXPECT_TRUE(log.ok()) << log.status().ToString();
  return log.ok() ? std::move(*log) : nullptr;
}

uint64_t Append(Queue& queue, std::vector<std::string> values, uint32_t partition = 0) {
  auto first = queue.Append(kCalls, partition, std::move(values));
  EXPECT_TRUE(first.ok()) << first.status().ToString();
  return first.ok() ? *first : 0;
}

// All that is kept, in Reads of `bytes_max`; the offsets must ascend without gaps.
std::vector<std::string> ReadAll(Queue& queue, uint64_t from = 0, size_t bytes_max = 4 << 20) {
  std::vector<std::string> values;
  for (;;) {
    auto records = queue.Read(kCalls, 0, from, {.bytes_max = bytes_max});
    EXPECT_TRUE(records.ok()) << records.status().ToString();
    if (!records.ok() || records->empty()) return values;
    for (Record& record : *records) {
      EXPECT_EQ(record.offset, from);
      from = record.offset + 1;
      values.push_back(std::move(record.value));
    }
  }
}

std::string FileBytes(fiber::Disk& disk, const std::string& path) {
  auto bytes = bellrock::store::ReadSmallFile(disk, path, 1 << 24);
  EXPECT_TRUE(bytes.ok()) << bytes.status().ToString();
  return bytes.ok() ? *bytes : "";
}

// The test's body on host "a" of a world.
void InWorld(uint64_t seed,
             const std::function<void(testing::World& world, fiber::Environment host)>& body) {
  testing::World world(seed);
  world.Run([&] { body(world, world.Host("a")); });
}

TEST(SegmentLog, KeepsRecordsInOrderAcrossReopening) {
  InWorld(1, [](testing::World&, fiber::Environment host) {
    {
      auto log = OpenLog(host, OneTopic());
      EXPECT_EQ(Append(*log, {"a", "b"}), 0u);
      EXPECT_EQ(Append(*log, {"c"}), 2u);
      EXPECT_EQ(Append(*log, {"other partition"}, 1), 0u);
      EXPECT_THAT(ReadAll(*log), ElementsAre("a", "b", "c"));
    }
    auto log = OpenLog(host, OneTopic());
    EXPECT_THAT(ReadAll(*log), ElementsAre("a", "b", "c"));
    EXPECT_EQ(Append(*log, {"d"}), 3u);
    EXPECT_THAT(ReadAll(*log, 2), ElementsAre("c", "d"));
  });
}

TEST(SegmentLog, ReadsFromAnyOffsetOfAnySegment) {
  InWorld(2, [](testing::World&, fiber::Environment host) {
    constexpr uint64_t kRecords = 200;
    {
      auto log = OpenLog(host, OneTopic(/*segment_bytes=*/700));
      for (uint64_t i = 0; i < kRecords; ++i) Append(*log, {std::to_string(i)});
    }
    // Nothing of the index is left now, except what reading finds out.
    auto log = OpenLog(host, OneTopic(700));
    for (uint64_t step = 0; step < 300; ++step) {
      const uint64_t from = host.random.Next() % kRecords;
      auto records = log->Read(kCalls, 0, from, {});
      ASSERT_TRUE(records.ok()) << records.status().ToString();
      ASSERT_FALSE(records->empty());
      EXPECT_EQ(records->front().offset, from);
      EXPECT_EQ(records->front().value, std::to_string(from));
    }
    EXPECT_EQ(ReadAll(*log).size(), kRecords);
  });
}

TEST(SegmentLog, TheSparseIndexFindsRecordsInsideOfALargeSegment) {
  InWorld(3, [](testing::World&, fiber::Environment host) {
    auto log = OpenLog(host, OneTopic());
    for (int i = 0; i < 100; ++i)
      Append(*log, {std::string(50'000, static_cast<char>('a' + i % 26))});
    for (const uint64_t from : {99, 5, 60, 0, 98, 61}) {
      auto records = log->Read(kCalls, 0, from, {.bytes_max = 1});
      ASSERT_TRUE(records.ok()) << records.status().ToString();
      ASSERT_EQ(records->size(), 1u);
      EXPECT_EQ(records->front().offset, from);
      EXPECT_EQ(records->front().value.front(), static_cast<char>('a' + from % 26));
    }
  });
}

TEST(SegmentLog, AReadIsBoundedButGivesOneRecordHoweverLarge) {
  InWorld(4, [](testing::World&, fiber::Environment host) {
    auto log = OpenLog(host, OneTopic());
    Append(*log, {std::string(1000, 'x'), "1234", "5678", "9"});
    EXPECT_EQ(log->Read(kCalls, 0, 0, {.bytes_max = 10})->size(), 1u);
    EXPECT_EQ(log->Read(kCalls, 0, 1, {.bytes_max = 8})->size(), 2u);
    EXPECT_EQ(log->Read(kCalls, 0, 1, {.bytes_max = 9})->size(), 3u);
  });
}

TEST(SegmentLog, AReaderAtTheEndWaitsForTheNextRecord) {
  InWorld(5, [](testing::World& world, fiber::Environment host) {
    auto log = OpenLog(host, OneTopic());
    std::vector<Record> got;
    Time came{};
    auto reader = fiber::Start([&] {
      got = *log->Read(kCalls, 0, 0, {.wait = std::chrono::seconds(60)});
      came = world.loop().Now();
    });
    ASSERT_TRUE(fiber::SleepFor(milliseconds(500)).ok());
    const Time appended = world.loop().Now();
    Append(*log, {"now"});
    reader.Join();
    ASSERT_EQ(got.size(), 1u);
    EXPECT_EQ(got[0].value, "now");
    EXPECT_LT(came - appended, milliseconds(5));
    EXPECT_THAT(*log->Read(kCalls, 0, 1, {.wait = milliseconds(50)}), IsEmpty());
    EXPECT_THAT(*log->Read(kCalls, 0, 1, {}), IsEmpty());
  });
}

TEST(SegmentLog, AWaitingReaderCanBeCancelledAndIsToldWhenTheQueueCloses) {
  InWorld(6, [](testing::World&, fiber::Environment host) {
    auto log = OpenLog(host, OneTopic());
    std::vector<StatusCode> codes;
    const auto read = [&] {
      codes.push_back(log->Read(kCalls, 0, 0, {.wait = std::chrono::seconds(60)}).status().code());
    };
    auto first = fiber::Start(read);
    auto second = fiber::Start(read);
    ASSERT_TRUE(fiber::SleepFor(milliseconds(1)).ok());
    first.Cancel();
    first.Join();
    log->Close();
    second.Join();
    EXPECT_THAT(codes, ElementsAre(StatusCode::kCancelled, StatusCode::kUnavailable));
    EXPECT_EQ(log->Append(kCalls, 0, {"late"}).status().code(), StatusCode::kUnavailable);
    EXPECT_EQ(log->Read(kCalls, 0, 0, {}).status().code(), StatusCode::kUnavailable);
  });
}

TEST(SegmentLog, ManyFibersShareASync) {
  InWorld(7, [](testing::World& world, fiber::Environment host) {
    world.SetSyncDelay("a", milliseconds(5));
    auto log = OpenLog(host, OneTopic());
    const uint64_t before = log->syncs();
    std::vector<fiber::JoinHandle> fibers;
    for (int i = 0; i < 100; ++i) {
      fibers.push_back(fiber::Start([&, i] { Append(*log, {std::to_string(i), "second"}); }));
    }
    for (auto& one : fibers) one.Join();
    EXPECT_LE(log->syncs() - before, 3u);
    EXPECT_EQ(ReadAll(*log).size(), 200u);
  });
}

TEST(SegmentLog, NobodyReadsWhatIsNotYetDurable) {
  InWorld(8, [](testing::World& world, fiber::Environment host) {
    auto log = OpenLog(host, OneTopic());
    world.SetSyncDelay("a", milliseconds(100));
    auto writer = fiber::Start([&] { Append(*log, {"soon"}); });
    ASSERT_TRUE(fiber::SleepFor(milliseconds(50)).ok());
    EXPECT_EQ(log->OffsetsOf(kCalls, 0)->end, 0u);
    EXPECT_THAT(*log->Read(kCalls, 0, 0, {}), IsEmpty());
    writer.Join();
    EXPECT_EQ(log->OffsetsOf(kCalls, 0)->end, 1u);
  });
}

TEST(SegmentLog, TheOldestSegmentsGoWhenThePartitionIsFull) {
  InWorld(9, [](testing::World&, fiber::Environment host) {
    SegmentLogOptions options = OneTopic(/*segment_bytes=*/500);
    options.topics[0].partition_bytes_max = 2000;
    {
      auto log = OpenLog(host, options);
      for (int i = 0; i < 200; ++i) Append(*log, {fmt::format("{:026}", i)});
      const Offsets kept = *log->OffsetsOf(kCalls, 0);
      EXPECT_EQ(kept.end, 200u);
      EXPECT_GT(kept.begin, 140u);
      EXPECT_LE(log->bytes(), 2000u);
      const Status early = log->Read(kCalls, 0, kept.begin - 1, {}).status();
      EXPECT_EQ(early.code(), StatusCode::kOutOfRange);
      EXPECT_THAT(early.ToString(), HasSubstr(fmt::format("begin is {}, end is 200", kept.begin)));
      EXPECT_EQ(log->Read(kCalls, 0, 201, {}).status().code(), StatusCode::kOutOfRange);
      EXPECT_EQ(ReadAll(*log, kept.begin).size(), kept.end - kept.begin);
    }
    options.topics[0].partition_bytes_max = 600;
    auto log = OpenLog(host, options);
    EXPECT_LE(log->bytes(), 600u);
    EXPECT_EQ(log->OffsetsOf(kCalls, 0)->end, 200u);
  });
}

TEST(SegmentLog, TrimTakesWholeSegmentsAndKeepsTheNextOffset) {
  InWorld(10, [](testing::World&, fiber::Environment host) {
    {
      auto log = OpenLog(host, OneTopic(/*segment_bytes=*/100));
      for (int i = 0; i < 40; ++i) Append(*log, {std::to_string(i)});
      ASSERT_TRUE(log->Trim(kCalls, 0, 20).ok());
      const Offsets kept = *log->OffsetsOf(kCalls, 0);
      EXPECT_LE(kept.begin, 20u);
      EXPECT_GT(kept.begin, 10u);
      ASSERT_TRUE(log->Trim(kCalls, 0, 40).ok());
      EXPECT_EQ(log->Trim(kCalls, 0, 41).code(), StatusCode::kOutOfRange);
    }
    auto log = OpenLog(host, OneTopic(100));
    EXPECT_EQ(log->OffsetsOf(kCalls, 0)->end, 40u);
    EXPECT_GT(log->OffsetsOf(kCalls, 0)->begin, 30u);
    EXPECT_EQ(Append(*log, {"next"}), 40u);
  });
}

TEST(SegmentLog, AReaderWhoseSegmentGoesMeanwhileIsToldTheNewBegin) {
  InWorld(11, [](testing::World&, fiber::Environment host) {
    auto log = OpenLog(host, OneTopic(/*segment_bytes=*/100));
    for (int i = 0; i < 40; ++i) Append(*log, {std::to_string(i)});
    auto trimmer = fiber::Start([&] { EXPECT_TRUE(log->Trim(kCalls, 0, 40).ok()); });
    for (uint64_t from = 0; from < 40; ++from) {
      fiber::Yield();
      auto records = log->Read(kCalls, 0, from, {});
      if (records.ok()) {
        EXPECT_EQ(records->front().offset, from);
      } else {
        EXPECT_EQ(records.status().code(), StatusCode::kOutOfRange) << records.status().ToString();
      }
    }
    trimmer.Join();
  });
}

TEST(SegmentLog, AFullDiskRefusesAndLeavesNothing) {
  InWorld(12, [](testing::World& world, fiber::Environment host) {
    {
      auto log = OpenLog(host, OneTopic());
      Append(*log, {"before"});
      world.SetDiskSpace("a", 40);
      const Status full = log->Append(kCalls, 0, {"a", "does not fit, not all of it"}).status();
      EXPECT_EQ(full.code(), StatusCode::kResourceExhausted);
      EXPECT_THAT(full.ToString(), HasSubstr("the queue cannot be written"));
      EXPECT_THAT(ReadAll(*log), ElementsAre("before"));
      world.SetDiskSpace("a", 1 << 20);
      EXPECT_EQ(Append(*log, {"after"}), 1u);
    }
    auto log = OpenLog(host, OneTopic());
    EXPECT_THAT(ReadAll(*log), ElementsAre("before", "after"));
  });
}

// What a crash found.
struct Crashed {
  std::vector<std::string> acknowledged;
  std::vector<std::string> seen;  // by a reader
};

// Eight fibers append, one reads, until the disk crashes at `when`.
Crashed RunUntilCrash(testing::World& world, fiber::Environment host, Duration when) {
  Crashed crashed;
  auto log = OpenLog(host, OneTopic(/*segment_bytes=*/400));
  std::vector<fiber::JoinHandle> fibers;
  for (int i = 0; i < 8; ++i) {
    fibers.push_back(fiber::Start([&, i] {
      for (int k = 0;; ++k) {
        std::vector<std::string> values{fmt::format("{}-{}", i, k), fmt::format("{}+{}", i, k)};
        if (!log->Append(kCalls, 0, values).ok()) return;
        crashed.acknowledged.insert(crashed.acknowledged.end(), values.begin(), values.end());
        if (!fiber::SleepFor(microseconds(host.random.Next() % 500)).ok()) return;
      }
    }));
  }
  fibers.push_back(fiber::Start([&] {
    for (uint64_t from = 0;;) {
      auto records = log->Read(kCalls, 0, from, {.bytes_max = 20, .wait = milliseconds(1)});
      if (!records.ok()) return;
      for (const Record& record : *records) crashed.seen.push_back(record.value);
      from += records->size();
      if (records->empty() && from > 0 && !fiber::SleepFor(microseconds(50)).ok()) return;
      fiber::Yield();
    }
  }));
  (void)fiber::SleepFor(when);
  world.CrashDisk("a");
  log->Close();
  for (auto& one : fibers) one.Join();
  return crashed;
}

TEST(SegmentLog, NothingAcknowledgedOrReadIsMissingWheneverTheMachineCrashes) {
  // A write takes 300 us: the crash comes before, in and after each of the first twenty.
  size_t acknowledged = 0;
  size_t seen = 0;
  for (uint64_t at = 1; at <= 60; ++at) {
    InWorld(100 + at, [&](testing::World& world, fiber::Environment host) {
      world.SetSyncDelay("a", microseconds(300));
      const Crashed crashed = RunUntilCrash(world, host, microseconds(600 + at * 100));
      auto log = OpenLog(host, OneTopic(400));
      const std::vector<std::string> kept = ReadAll(*log);
      EXPECT_THAT(kept, IsSupersetOf(crashed.acknowledged)) << "crash " << at;
      ASSERT_GE(kept.size(), crashed.seen.size());
      EXPECT_TRUE(std::equal(crashed.seen.begin(), crashed.seen.end(), kept.begin()))
          << "crash " << at;
      EXPECT_EQ(Append(*log, {"after"}), kept.size());
      acknowledged += crashed.acknowledged.size();
      seen += crashed.seen.size();
    });
  }
  EXPECT_GT(acknowledged, 1000u);
  EXPECT_GT(seen, 500u);
}

TEST(SegmentLog, ATornTailIsCutAtWhateverByte) {
  InWorld(13, [](testing::World&, fiber::Environment host) {
    {
      auto log = OpenLog(host, OneTopic());
      Append(*log, {"first"});
      Append(*log, {"second"});
    }
    const std::string whole = FileBytes(host.disk, kFirstSegment);
    const size_t first = bellrock::store::kRecordHeaderBytes + 5;
    for (size_t size = first; size < whole.size(); ++size) {
      ASSERT_TRUE(
          bellrock::store::WriteFileAtomically(host.disk, kFirstSegment, whole.substr(0, size))
              .ok());
      auto log = OpenLog(host, OneTopic());
      EXPECT_EQ(Append(*log, {"again"}), 1u) << size;
      EXPECT_THAT(ReadAll(*log), ElementsAre("first", "again")) << size;
    }
  });
}

TEST(SegmentLog, DamageElsewhereNamesFileAndOffset) {
  InWorld(14, [](testing::World&, fiber::Environment host) {
    {
      auto log = OpenLog(host, OneTopic(/*segment_bytes=*/50));
      for (const char* value : {"one", "two", "three", "four", "five"}) Append(*log, {value});
    }
    // Of two records in the oldest segment the second.
    std::string bytes = FileBytes(host.disk, kFirstSegment);
    const size_t second = bellrock::store::kRecordHeaderBytes + 3;
    ASSERT_GT(bytes.size(), second);
    bytes[second + bellrock::store::kRecordHeaderBytes] ^= 1;
    ASSERT_TRUE(bellrock::store::WriteFileAtomically(host.disk, kFirstSegment, bytes).ok());
    {
      auto log = OpenLog(host, OneTopic(50));
      const Status damaged = log->Read(kCalls, 0, 0, {}).status();
      EXPECT_EQ(damaged.code(), StatusCode::kDataLoss);
      EXPECT_THAT(damaged.ToString(), HasSubstr(fmt::format("{} is damaged at offset {} (record 1)",
                                                            kFirstSegment, second)));
      EXPECT_THAT(ReadAll(*log, 2), ElementsAre("three", "four", "five"));
    }
    ASSERT_TRUE(
        bellrock::store::WriteFileAtomically(host.disk, kFirstSegment, bytes.substr(0, second))
            .ok());
    {
      auto log = OpenLog(host, OneTopic(50));
      EXPECT_EQ(log->Read(kCalls, 0, 0, {})->size(), 1u);
      EXPECT_THAT(log->Read(kCalls, 0, 1, {}).status().ToString(),
                  HasSubstr("ends at record 1, but record 1 was kept"));
    }
    const std::string newest = "/data/queue/calls/0/log-00000000000000000004.seg";
    { Append(*OpenLog(host, OneTopic()), {"six"}); }
    bytes = FileBytes(host.disk, newest);
    bytes[bellrock::store::kRecordHeaderBytes] ^= 1;
    ASSERT_TRUE(bellrock::store::WriteFileAtomically(host.disk, newest, bytes).ok());
    const Status refused = SegmentLog::Open(host, OneTopic()).status();
    EXPECT_EQ(refused.code(), StatusCode::kDataLoss);
    EXPECT_THAT(refused.ToString(), HasSubstr(newest + " is damaged at offset 0"));
  });
}

TEST(SegmentLog, BelongsToOneProcess) {
  InWorld(15, [](testing::World&, fiber::Environment host) {
    auto log = OpenLog(host, OneTopic());
    EXPECT_EQ(SegmentLog::Open(host, OneTopic()).status().code(), StatusCode::kFailedPrecondition);
    log.reset();
    EXPECT_TRUE(SegmentLog::Open(host, OneTopic()).ok());
  });
}

TEST(SegmentLog, BadInputIsNamed) {
  InWorld(16, [](testing::World&, fiber::Environment host) {
    auto log = OpenLog(host, OneTopic());
    EXPECT_EQ(log->Append("other", 0, {"x"}).status().code(), StatusCode::kNotFound);
    const Status partition = log->Read(kCalls, 2, 0, {}).status();
    EXPECT_EQ(partition.code(), StatusCode::kNotFound);
    EXPECT_THAT(partition.ToString(), HasSubstr("topic \"calls\" has no partition 2: it has 0..1"));
    EXPECT_EQ(log->Append(kCalls, 0, {}).status().code(), StatusCode::kInvalidArgument);
    const Status large =
        log->Append(kCalls, 0, {std::string(kQueueRecordBytesMax + 1, 'x')}).status();
    EXPECT_EQ(large.code(), StatusCode::kInvalidArgument);
    EXPECT_THAT(large.ToString(), HasSubstr("use at most 1000000"));
    EXPECT_THAT(CheckTopics({{.name = "Big"}}).ToString(), HasSubstr("topic \"Big\""));
    EXPECT_THAT(CheckTopics({{.name = "../up"}}).ToString(), HasSubstr("lower-case letters"));
    EXPECT_THAT(CheckTopics({{.name = "a", .partitions = 0}}).ToString(),
                HasSubstr("0 partitions: use 1..1024"));
    EXPECT_THAT(CheckTopics({{.name = "a"}, {.name = "a"}}).ToString(), HasSubstr("twice"));
  });
}

}  // namespace
}  // namespace bellrock::metrics::queue
