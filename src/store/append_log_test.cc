// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "store/append_log.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "store/log_files.h"
#include "testing/world.h"

namespace bellrock::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr char kDirectory[] = "/data/log";
constexpr char kFirstSegment[] = "/data/log/log-00000000000000000001.seg";

// A log together with what recovery and commits told.
struct Opened {
  Status status;
  std::vector<std::string> entries;  // of the snapshot
  std::vector<std::string> records;  // recovered, then committed
  std::unique_ptr<AppendLog> log;

  Status Append(const std::string& payload) {
    return log->Append(payload, [this, payload](uint64_t sequence) {
      records.push_back(payload);
      EXPECT_EQ(sequence, first_sequence + records.size() - 1);
    });
  }
  uint64_t first_sequence = 1;
};

std::unique_ptr<Opened> OpenLog(fiber::Environment environment, AppendLogOptions options = {}) {
  auto opened = std::make_unique<Opened>();
  options.directory = kDirectory;
  AppendLog::Recovery recovery;
  recovery.on_snapshot_entry = [&](uint64_t, std::string_view bytes) {
    opened->entries.emplace_back(bytes);
    return Status::Ok();
  };
  recovery.on_record = [&](uint64_t sequence, std::string_view bytes) {
    if (opened->records.empty()) opened->first_sequence = sequence;
    opened->records.emplace_back(bytes);
    return Status::Ok();
  };
  auto log = AppendLog::Open(environment, options, recovery);
  opened->status = log.status();
  if (log.ok()) opened->log = std::move(*log);
  return opened;
}

std::string ReadAll(fiber::Disk& disk, const std::string& path) {
  auto bytes = ReadSmallFile(disk, path, 1 << 24);
  EXPECT_TRUE(bytes.ok()) << bytes.status().ToString();
  return bytes.ok() ? *bytes : "";
}

void Replace(fiber::Disk& disk, const std::string& path, const std::string& bytes) {
  ASSERT_TRUE(WriteFileAtomically(disk, path, bytes).ok());
}

TEST(AppendLog, ComesBackWithWhatWasAppended) {
  testing::World world(1);
  world.Run([&] {
    const fiber::Environment host = world.Host("a");
    {
      auto log = OpenLog(host);
      ASSERT_TRUE(log->status.ok()) << log->status.ToString();
      for (const char* payload : {"one", "two", "three"}) ASSERT_TRUE(log->Append(payload).ok());
    }
    auto again = OpenLog(host);
    ASSERT_TRUE(again->status.ok());
    EXPECT_THAT(again->records, ElementsAre("one", "two", "three"));
    EXPECT_EQ(again->log->last_sequence(), 3u);
    ASSERT_TRUE(again->Append("four").ok());
    EXPECT_EQ(again->log->last_sequence(), 4u);
  });
}

TEST(AppendLog, ManyFibersShareASync) {
  testing::World world(2);
  world.Run([&] {
    world.SetSyncDelay("a", std::chrono::milliseconds(5));
    auto log = OpenLog(world.Host("a"));
    std::vector<fiber::JoinHandle> fibers;
    int failed = 0;
    for (int i = 0; i < 200; ++i) {
      fibers.push_back(fiber::Start([&, i] { failed += !log->Append(std::to_string(i)).ok(); }));
    }
    for (auto& one : fibers) one.Join();
    EXPECT_EQ(failed, 0);
    EXPECT_THAT(log->records, SizeIs(200));
    EXPECT_LE(log->log->syncs(), 3u);
  });
}

TEST(AppendLog, ATornTailIsCutAtWhateverByte) {
  testing::World world(3);
  world.Run([&] {
    const fiber::Environment host = world.Host("a");
    std::vector<size_t> ends{0};
    {
      auto log = OpenLog(host);
      for (const char* payload : {"first", "", "the third record"}) {
        ASSERT_TRUE(log->Append(payload).ok());
        ends.push_back(ReadAll(host.disk, kFirstSegment).size());
      }
    }
    const std::string whole = ReadAll(host.disk, kFirstSegment);
    for (size_t size = 0; size <= whole.size(); ++size) {
      Replace(host.disk, kFirstSegment, whole.substr(0, size));
      size_t records = 0;
      while (records < 3 && ends[records + 1] <= size) ++records;
      {
        auto log = OpenLog(host);
        ASSERT_TRUE(log->status.ok()) << size << ": " << log->status.ToString();
        ASSERT_EQ(log->records.size(), records) << size;
        ASSERT_TRUE(log->Append("after").ok());
      }
      auto again = OpenLog(host);
      ASSERT_TRUE(again->status.ok());
      ASSERT_EQ(again->records.size(), records + 1);
      ASSERT_EQ(again->records.back(), "after");
    }
  });
}

TEST(AppendLog, ADamagedByteIsCutAtTheEndAndRefusedElsewhere) {
  testing::World world(4);
  world.Run([&] {
    const fiber::Environment host = world.Host("a");
    size_t last = 0;
    {
      auto log = OpenLog(host);
      ASSERT_TRUE(log->Append("first").ok());
      ASSERT_TRUE(log->Append("second").ok());
      last = ReadAll(host.disk, kFirstSegment).size();
      ASSERT_TRUE(log->Append("third").ok());
    }
    const std::string whole = ReadAll(host.disk, kFirstSegment);
    for (size_t at = 0; at < whole.size(); ++at) {
      std::string bytes = whole;
      bytes[at] = static_cast<char>(bytes[at] ^ 0x41);
      Replace(host.disk, kFirstSegment, bytes);
      auto log = OpenLog(host);
      if (at >= last) {
        ASSERT_TRUE(log->status.ok()) << at;
        ASSERT_THAT(log->records, ElementsAre("first", "second"));
      } else {
        ASSERT_EQ(log->status.code(), StatusCode::kDataLoss) << at;
        const size_t record = at < kRecordHeaderBytes + 5 ? 0 : kRecordHeaderBytes + 5;
        ASSERT_THAT(log->status.ToString(), HasSubstr(kFirstSegment));
        ASSERT_THAT(log->status.ToString(), HasSubstr(fmt::format("at offset {} ", record)));
      }
    }
  });
}

TEST(AppendLog, AGroupThatLostItsMiddleInACrashIsTornNotDamaged) {
  testing::World world(5);
  world.Run([&] {
    const fiber::Environment host = world.Host("a");
    ASSERT_TRUE(host.disk.CreateDirectories(kDirectory).ok());
    std::string bytes;
    AppendRecord(bytes, 1, 0, "synced");
    const size_t group = bytes.size();
    for (uint32_t i = 0; i < 3; ++i) AppendRecord(bytes, 2 + i, i, "never synced");
    for (size_t at = group; at < group + kRecordHeaderBytes; ++at) bytes[at] = 0;
    Replace(host.disk, kFirstSegment, bytes);
    auto log = OpenLog(host);
    ASSERT_TRUE(log->status.ok()) << log->status.ToString();
    EXPECT_THAT(log->records, ElementsAre("synced"));
  });
}

TEST(AppendLog, AFullDiskRefusesAndTheLogGoesOnWhenThereIsSpace) {
  testing::World world(6);
  world.Run([&] {
    const fiber::Environment host = world.Host("a");
    auto log = OpenLog(host);
    ASSERT_TRUE(log->Append("before").ok());
    world.SetDiskSpace("a", 10);
    const Status full = log->Append("does not fit");
    EXPECT_EQ(full.code(), StatusCode::kResourceExhausted);
    EXPECT_THAT(full.ToString(), HasSubstr("the journal cannot be written"));
    EXPECT_FALSE(log->log->health().ok());
    EXPECT_EQ(log->Append("still").code(), StatusCode::kResourceExhausted);
    world.SetDiskSpace("a", 1 << 20);
    EXPECT_TRUE(log->Append("fits again").ok());
    EXPECT_TRUE(log->log->health().ok());
    log.reset();
    auto again = OpenLog(host);
    ASSERT_TRUE(again->status.ok()) << again->status.ToString();
    EXPECT_THAT(again->records, ElementsAre("before", "fits again"));
  });
}

TEST(AppendLog, NothingAcknowledgedIsMissingAfterACrash) {
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    testing::World world(seed);
    world.Run([&] {
      world.SetSyncDelay("a", std::chrono::microseconds(300));
      const fiber::Environment host = world.Host("a");
      std::vector<std::string> acknowledged;
      {
        auto log = OpenLog(host, {.segment_bytes = 400});
        ASSERT_TRUE(log->status.ok());
        std::vector<fiber::JoinHandle> fibers;
        for (int i = 0; i < 8; ++i) {
          fibers.push_back(fiber::Start([&, i] {
            for (int k = 0;; ++k) {
              const std::string payload = fmt::format("{}-{}", i, k);
              if (!log->Append(payload).ok()) return;
              acknowledged.push_back(payload);
              if (!fiber::SleepFor(std::chrono::microseconds(host.random.Next() % 500)).ok())
                return;
            }
          }));
        }
        (void)fiber::SleepFor(std::chrono::microseconds(2000 + host.random.Next() % 3000));
        world.CrashDisk("a");
        for (auto& one : fibers) one.Join();
      }
      auto again = OpenLog(host, {.segment_bytes = 400});
      ASSERT_TRUE(again->status.ok()) << "seed " << seed << ": " << again->status.ToString();
      ASSERT_GT(acknowledged.size(), 5u);
      EXPECT_THAT(again->records, ::testing::IsSupersetOf(acknowledged)) << "seed " << seed;
    });
  }
}

TEST(AppendLog, ASnapshotTakesThePlaceOfOldSegments) {
  testing::World world(7);
  world.Run([&] {
    const fiber::Environment host = world.Host("a");
    {
      auto log = OpenLog(host, {.segment_bytes = 100});
      for (int i = 0; i < 20; ++i) ASSERT_TRUE(log->Append(std::to_string(i)).ok());
      int step = 0;
      const Status taken = log->log->TakeSnapshot([&](std::vector<std::string>& entries) {
        entries.push_back(fmt::format("part {}", step));
        return ++step == 3;
      });
      ASSERT_TRUE(taken.ok()) << taken.ToString();
      EXPECT_EQ(log->log->records_since_snapshot(), 0u);
      EXPECT_EQ(log->log->bytes_since_snapshot(), 0u);
      ASSERT_TRUE(log->Append("after").ok());
    }
    EXPECT_THAT(*host.disk.List(kDirectory),
                ElementsAre("log-00000000000000000021.seg", "snapshot-00000000000000000020.snap"));
    auto again = OpenLog(host);
    ASSERT_TRUE(again->status.ok()) << again->status.ToString();
    EXPECT_THAT(again->entries, ElementsAre("part 0", "part 1", "part 2"));
    EXPECT_THAT(again->records, ElementsAre("after"));
    EXPECT_EQ(again->log->last_sequence(), 21u);
  });
}

TEST(AppendLog, AppendsGoOnDuringASnapshotAndAFailedOneLeavesNothing) {
  testing::World world(8);
  world.Run([&] {
    const fiber::Environment host = world.Host("a");
    auto log = OpenLog(host);
    ASSERT_TRUE(log->Append("one").ok());
    const auto source = [&](std::vector<std::string>& entries) {
      EXPECT_TRUE(log->Append("meanwhile").ok());
      entries.push_back("all");
      return true;
    };
    ASSERT_TRUE(log->log->TakeSnapshot(source).ok());
    world.SetDiskSpace("a", 3);
    (void)log->Append("too much");
    EXPECT_FALSE(log->log
                     ->TakeSnapshot([](auto& entries) {
                       entries.push_back("does not fit");
                       return true;
                     })
                     .ok());
    world.SetDiskSpace("a", 1 << 20);
    log.reset();
    auto again = OpenLog(host);
    ASSERT_TRUE(again->status.ok()) << again->status.ToString();
    EXPECT_THAT(again->entries, ElementsAre("all"));
    EXPECT_THAT(again->records, ElementsAre("meanwhile"));
  });
}

TEST(AppendLog, MissingOrDamagedFilesAreNamed) {
  testing::World world(9);
  world.Run([&] {
    const fiber::Environment host = world.Host("a");
    {
      auto log = OpenLog(host, {.segment_bytes = 30});
      for (int i = 0; i < 3; ++i) ASSERT_TRUE(log->Append("0123456789").ok());
    }
    const std::string second = "/data/log/log-00000000000000000002.seg";
    const std::string kept = ReadAll(host.disk, second);
    Replace(host.disk, second, kept.substr(0, kept.size() - 1));
    EXPECT_THAT(OpenLog(host)->status.ToString(), HasSubstr(second + " is damaged at offset 0"));
    Replace(host.disk, second, "");
    EXPECT_THAT(OpenLog(host)->status.ToString(), HasSubstr("ends before record 3"));
    Replace(host.disk, second, kept);
    ASSERT_TRUE(host.disk.Remove(kFirstSegment).ok());
    EXPECT_THAT(OpenLog(host)->status.ToString(), HasSubstr("records 1..1 are missing"));
  });
}

TEST(AppendLog, TheQueueIsBounded) {
  testing::World world(10);
  world.Run([&] {
    world.SetSyncDelay("a", std::chrono::seconds(1));
    auto log = OpenLog(world.Host("a"), {.queue_records_max = 2});
    std::vector<fiber::JoinHandle> fibers;
    std::vector<Status> results;
    for (int i = 0; i < 5; ++i) {
      fibers.push_back(fiber::Start([&] { results.push_back(log->Append("x")); }));
    }
    for (auto& one : fibers) one.Join();
    EXPECT_GE(
        std::count_if(results.begin(), results.end(),
                      [](const Status& s) { return s.code() == StatusCode::kResourceExhausted; }),
        2);
    EXPECT_EQ(log->Append(std::string(kRecordBytesMax + 1, 'x')).code(),
              StatusCode::kInvalidArgument);
    log->log->Close();
    EXPECT_EQ(log->Append("late").code(), StatusCode::kUnavailable);
  });
}

}  // namespace
}  // namespace bellrock::store
