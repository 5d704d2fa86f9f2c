// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Server and client of the queue over the simulated network.
#include "metrics/queue/remote_queue.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "fiber/fiber.h"
#include "metrics/queue/queue_service.h"
#include "metrics/queue/segment_log.h"
#include "rpc/client.h"
#include "rpc/server.h"
#include "testing/world.h"

namespace bellrock::metrics::queue {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kCalls[] = "calls";
const Address kAddress = Address::Tcp("server", 7600);

// A process on host "server"; destroyed in good order, unless the host crashes first.
struct ServerProcess {
  explicit ServerProcess(fiber::Environment host)
      : log(*SegmentLog::Open(host, {.directory = "/data", .topics = {{.name = kCalls}}})),
        service(*log),
        server(host, {}, nullptr) {
    EXPECT_TRUE(server.Add(service).ok());
    EXPECT_TRUE(server.Listen(kAddress).ok());
  }
  ~ServerProcess() {
    log->Close();
    server.Shutdown(fiber::Loop::Current()->Now());
  }
  std::unique_ptr<SegmentLog> log;
  QueueService service;
  rpc::Server server;
};

// A client on host "client".
struct ClientProcess {
  explicit ClientProcess(fiber::Environment host)
      : client(host, endpoints, nullptr, {.attempts = 1}), queue(host.clock, client) {}
  rpc::FixedEndpoints endpoints{{kAddress}};
  rpc::Client client;
  RemoteQueue queue;
};

TEST(RemoteQueue, IsTheQueueOfTheOtherProcess) {
  testing::World world(1);
  world.Run([&] {
    ServerProcess server(world.Host("server"));
    ClientProcess client(world.Host("client"));
    auto first = client.queue.Append(kCalls, 0, {"a", std::string(kQueueRecordBytesMax, 'b')});
    ASSERT_TRUE(first.ok()) << first.status().ToString();
    EXPECT_EQ(*first, 0u);
    EXPECT_EQ(*client.queue.Append(kCalls, 0, {"c"}), 2u);
    auto records = client.queue.Read(kCalls, 0, 1, {});
    ASSERT_TRUE(records.ok()) << records.status().ToString();
    ASSERT_EQ(records->size(), 2u);
    EXPECT_EQ((*records)[0].offset, 1u);
    EXPECT_EQ((*records)[0].value.size(), kQueueRecordBytesMax);
    EXPECT_EQ((*records)[1].value, "c");
    EXPECT_EQ(client.queue.OffsetsOf(kCalls, 0)->end, 3u);
    EXPECT_TRUE(client.queue.Trim(kCalls, 0, 2).ok());
    EXPECT_EQ(client.queue.Append("other", 0, {"x"}).status().code(), StatusCode::kNotFound);
    const Status behind = client.queue.Read(kCalls, 0, 9, {}).status();
    EXPECT_EQ(behind.code(), StatusCode::kOutOfRange);
    EXPECT_THAT(behind.ToString(), HasSubstr("begin is 0, end is 3"));
  });
}

TEST(RemoteQueue, AReadWaitsAtTheServer) {
  testing::World world(2);
  world.Run([&] {
    ServerProcess server(world.Host("server"));
    ClientProcess client(world.Host("client"));
    std::vector<Record> got;
    // Longer than a server waits for one call.
    auto reader =
        fiber::Start([&] { got = *client.queue.Read(kCalls, 0, 0, {.wait = seconds(100)}); });
    ASSERT_TRUE(fiber::SleepFor(seconds(70)).ok());
    EXPECT_EQ(server.service.waiting(), 1);
    ASSERT_TRUE(client.queue.Append(kCalls, 0, {"at last"}).ok());
    reader.Join();
    ASSERT_EQ(got.size(), 1u);
    EXPECT_EQ(got[0].value, "at last");
    EXPECT_THAT(*client.queue.Read(kCalls, 0, 1, {.wait = seconds(40)}), IsEmpty());
    EXPECT_EQ(server.service.waiting(), 0);
  });
}

TEST(RemoteQueue, OnlySoManyReadersMayWait) {
  testing::World world(3);
  world.Run([&] {
    ServerProcess server(world.Host("server"));
    ClientProcess client(world.Host("client"));
    std::vector<fiber::JoinHandle> readers;
    for (int i = 0; i < kQueueWaitingReadersMax; ++i) {
      readers.push_back(fiber::Start(
          [&] { EXPECT_EQ(client.queue.Read(kCalls, 0, 0, {.wait = seconds(20)})->size(), 1u); }));
    }
    ASSERT_TRUE(fiber::SleepFor(seconds(1)).ok());
    const Status refused = client.queue.Read(kCalls, 0, 0, {.wait = seconds(1)}).status();
    EXPECT_EQ(refused.code(), StatusCode::kResourceExhausted);
    EXPECT_THAT(refused.ToString(), HasSubstr("1024 readers wait already"));
    EXPECT_TRUE(client.queue.Read(kCalls, 0, 0, {}).ok());
    ASSERT_TRUE(client.queue.Append(kCalls, 0, {"for all"}).ok());
    for (auto& one : readers) one.Join();
    EXPECT_EQ(server.service.waiting(), 0);
  });
}

TEST(RemoteQueue, AReadIsCutToWhatTheServerGivesAtOnce) {
  testing::World world(4);
  world.Run([&] {
    ServerProcess server(world.Host("server"));
    ClientProcess client(world.Host("client"));
    for (int i = 0; i < 10; ++i) {
      ASSERT_TRUE(client.queue.Append(kCalls, 0, {std::string(900'000, 'x')}).ok());
    }
    EXPECT_EQ(client.queue.Read(kCalls, 0, 0, {.bytes_max = 100 << 20})->size(),
              kQueueServedReadBytesMax / 900'000);
    EXPECT_EQ(client.queue.Read(kCalls, 0, 0, {.bytes_max = 0})->size(), 1u);
  });
}

TEST(RemoteQueue, AServerThatIsSilentIsToBeAskedAgain) {
  testing::World world(6);
  world.Run([&] {
    ServerProcess server(world.Host("server"));
    ClientProcess client(world.Host("client"));
    ASSERT_TRUE(client.queue.Append(kCalls, 0, {"a"}).ok());
    world.Cut("client", "server");
    const auto unavailable = [](const Status& status) {
      EXPECT_EQ(status.code(), StatusCode::kUnavailable) << status.ToString();
    };
    unavailable(client.queue.Append(kCalls, 0, {"b"}).status());
    unavailable(client.queue.Read(kCalls, 0, 0, {}).status());
    unavailable(client.queue.OffsetsOf(kCalls, 0).status());
    unavailable(client.queue.Trim(kCalls, 0, 1));
    world.Heal("client", "server");
  });
}

// Appends 0, 1, 2, ... each until it is taken; an append whose answer was lost is there twice.
fiber::JoinHandle StartWriter(Queue& queue, int count) {
  return fiber::Start([&queue, count] {
    for (int i = 0; i < count;) {
      if (queue.Append(kCalls, 0, {std::to_string(i)}).ok()) ++i;
      if (!fiber::SleepFor(milliseconds(2)).ok()) return;
    }
  });
}

TEST(RemoteQueue, AReaderGoesOnAtItsOffsetWhenTheServerComesBack) {
  constexpr int kCount = 300;
  testing::World world(5);
  world.Run([&] {
    world.SetSyncDelay("server", milliseconds(1));
    auto server = std::make_unique<ServerProcess>(world.Host("server"));
    ClientProcess client(world.Host("client"));
    auto writer = StartWriter(client.queue, kCount);
    std::set<int> seen;
    int failed = 0;
    auto reader = fiber::Start([&] {
      for (uint64_t from = 0; seen.size() < kCount;) {
        auto records = client.queue.Read(kCalls, 0, from, {.bytes_max = 30, .wait = seconds(1)});
        if (!records.ok()) {
          EXPECT_EQ(records.status().code(), StatusCode::kUnavailable)
              << records.status().ToString();
          ++failed;
          if (!fiber::SleepFor(milliseconds(20)).ok()) return;
          continue;
        }
        for (const Record& record : *records) {
          EXPECT_EQ(record.offset, from);
          from = record.offset + 1;
          // In order: what was not taken is not skipped.
          EXPECT_LE(std::stoi(record.value), static_cast<int>(seen.size()));
          seen.insert(std::stoi(record.value));
        }
      }
    });
    for (int crash = 0; crash < 3; ++crash) {
      ASSERT_TRUE(fiber::SleepFor(milliseconds(150)).ok());
      world.CrashNetwork("server");
      world.CrashDisk("server");
      server.reset();
      ASSERT_TRUE(fiber::SleepFor(milliseconds(100)).ok());
      server = std::make_unique<ServerProcess>(world.Host("server"));
    }
    writer.Join();
    reader.Join();
    EXPECT_EQ(seen.size(), static_cast<size_t>(kCount));
    EXPECT_GT(failed, 0);
  });
}

}  // namespace
}  // namespace bellrock::metrics::queue
