// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/compute/node.h"

#include <gtest/gtest.h>

#include <set>

#include "fiber/fiber.h"
#include "metrics/queue/memory_queue.h"
#include "metrics/store/memory_store.h"
#include "metrics/table_builder.h"
#include "testing/world.h"

namespace bellrock::metrics::compute {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr uint32_t kPartitions = 8;

// A queue or a store of another process: for whom it is away, calls fail, or hang as those of a
// process that is paused.
struct Weather {
  bool away = false;
  bool paused = false;

  Status Check() const {
    while (paused) BELLROCK_TRY(fiber::SleepFor(milliseconds(10)));
    return away ? UnavailableError("away") : Status::Ok();
  }
};

class FarQueue final : public queue::Queue {
 public:
  FarQueue(queue::Queue& under, const Weather& weather) : under_(under), weather_(weather) {}
  Result<uint64_t> Append(const std::string& topic, uint32_t partition,
                          std::vector<std::string> values) override {
    BELLROCK_TRY(weather_.Check());
    return under_.Append(topic, partition, std::move(values));
  }
  Result<std::vector<queue::Record>> Read(const std::string& topic, uint32_t partition,
                                          uint64_t from, const queue::ReadBounds& bounds) override {
    BELLROCK_TRY(weather_.Check());
    return under_.Read(topic, partition, from, bounds);
  }
  Result<queue::Offsets> OffsetsOf(const std::string& topic, uint32_t partition) override {
    BELLROCK_TRY(weather_.Check());
    return under_.OffsetsOf(topic, partition);
  }
  Status Trim(const std::string& topic, uint32_t partition, uint64_t offset) override {
    BELLROCK_TRY(weather_.Check());
    return under_.Trim(topic, partition, offset);
  }

 private:
  queue::Queue& under_;
  const Weather& weather_;
};

class NodeTest : public ::testing::Test {
 protected:
  struct Process {
    Process(NodeTest& test, const std::string& name)
        : queue(test.queue_, weather),
          node(test.environment_, queue, test.store_,
               {.name = name, .partitions = kPartitions, .sets = test.sets_}) {}
    std::set<uint32_t> Counts() const {
      std::set<uint32_t> partitions;
      for (uint32_t i = 0; i < kPartitions; ++i) {
        if (node.Counts(i)) partitions.insert(i);
      }
      return partitions;
    }
    Weather weather;
    FarQueue queue;
    Node node;
  };

  void Send(uint64_t sequence) {
    TableBuilder builder({Dimension::kCallee});
    const Card::Bucket bucket{100, 1};
    const int64_t second =
        std::chrono::floor<seconds>(environment_.clock.WallNow()).time_since_epoch().count();
    builder.Add(std::vector<std::string_view>{"a/x"}, second, {&bucket, 1});
    v1::CardMessage message;
    v1::SourceBatch& batch = *message.add_batches();
    batch.set_source("h:1");
    batch.set_sequence(sequence);
    batch.set_table(EncodeTable(builder.Take()));
    for (uint32_t partition = 0; partition < kPartitions; ++partition) {
      ASSERT_TRUE(queue_.Append(kCardsTopic, partition, {message.SerializeAsString()}).ok());
    }
  }

  uint64_t Stored() {
    uint64_t calls = 0;
    const Status scanned = store_.Scan({store::Grain::kMinute, "callee", "a/x"}, 0,
                                       int64_t{1} << 40, [&](const store::Block& block) {
                                         for (const Card::Bucket& bucket : block.table.buckets)
                                           calls += bucket.count;
                                         return true;
                                       });
    EXPECT_TRUE(scanned.ok());
    return calls;
  }

  void Stop(Process& process) { process.node.Stop(environment_.clock.Now() + seconds(5)); }
  static void Wait(Duration time) { ASSERT_TRUE(fiber::SleepFor(time).ok()); }

  testing::World world_{1};
  fiber::Environment environment_ = world_.Host("a");
  queue::MemoryQueue queue_{environment_.clock};
  store::MemoryStore store_;
  std::vector<DimensionSet> sets_ = {*ParseDimensionSet("callee/s")};
};

TEST_F(NodeTest, NodesWorkAllPartitionsBetweenThemAndLeaveThemCut) {
  world_.Run([this] {
    Process a(*this, "a"), b(*this, "b");
    a.node.SetAlive({"a"});
    Wait(seconds(1));
    EXPECT_EQ(a.Counts().size(), kPartitions);
    Send(1);  // a first record is cut at once
    Wait(seconds(1));
    ASSERT_EQ(Stored(), kPartitions);
    Send(2);
    Wait(seconds(1));
    for (Process* process : {&a, &b}) process->node.SetAlive({"a", "b"});
    Wait(seconds(1));
    EXPECT_EQ(a.Counts().size(), kPartitions / 2);
    EXPECT_EQ(b.Counts().size(), kPartitions / 2);
    EXPECT_EQ(Stored(), kPartitions + kPartitions / 2) << "what was left was cut";
    Send(3);
    Wait(seconds(1));
    Stop(a);
    Stop(b);
    EXPECT_EQ(Stored(), 3 * kPartitions);
  });
}

TEST_F(NodeTest, WhoWasPausedFindsWithinASecondThatOthersTookOver) {
  world_.Run([this] {
    Process a(*this, "a"), b(*this, "b");
    a.node.SetAlive({"a", "b"});
    b.node.SetAlive({"a", "b"});
    Wait(seconds(1));
    a.weather.paused = true;
    Send(1);
    b.node.SetAlive({"b"});
    Wait(seconds(1));
    EXPECT_EQ(b.Counts().size(), kPartitions);
    Wait(seconds(kCutLogTrustSeconds));
    EXPECT_TRUE(a.Counts().empty()) << "it has not looked for too long";
    // The registry sees it again before it sees that it was gone.
    a.weather.paused = false;
    b.node.SetAlive({"a", "b"});
    Wait(seconds(kCutLogReadSeconds) + seconds(1));
    EXPECT_EQ(a.Counts().size(), kPartitions / 2);
    EXPECT_EQ(b.Counts().size(), kPartitions / 2);
    Stop(a);
    Stop(b);
    EXPECT_EQ(Stored(), kPartitions);
  });
}

TEST_F(NodeTest, WhoIsAskedLooksFirstWhetherOthersTookOver) {
  world_.Run([this] {
    Process a(*this, "a"), b(*this, "b");
    a.node.SetAlive({"a"});
    Send(1);  // a first record is cut at once
    Wait(seconds(1));
    Send(2);
    Wait(seconds(1));
    EXPECT_EQ(a.node.ConfirmedLive("callee", "").tables.size(), kPartitions);
    a.weather.paused = true;
    b.node.SetAlive({"b"});
    Wait(seconds(1));
    Stop(b);
    EXPECT_EQ(Stored(), 2 * kPartitions) << "what a knows is in the store";
    a.weather.paused = false;
    EXPECT_EQ(a.node.Live("callee", "").tables.size(), kPartitions) << "it has not looked yet";
    const NodeLive confirmed = a.node.ConfirmedLive("callee", "");
    EXPECT_TRUE(confirmed.tables.empty());
    for (const LivePartition& told : confirmed.partitions) EXPECT_FALSE(told.counts);
    Wait(seconds(5));
    Stop(a);
    EXPECT_EQ(Stored(), 2 * kPartitions);
  });
}

TEST_F(NodeTest, WhoCannotLookIntoTheCutLogTellsNothing) {
  world_.Run([this] {
    Process a(*this, "a");
    a.node.SetAlive({"a"});
    Wait(seconds(1));
    a.weather.away = true;
    const Time begun = environment_.clock.Now();
    for (const LivePartition& told : a.node.ConfirmedLive("", "").partitions) {
      EXPECT_FALSE(told.counts);
      EXPECT_NE(told.error, "");
    }
    EXPECT_LE(environment_.clock.Now() - begun, milliseconds(kConfirmMaxMs) + milliseconds(100));
    a.weather.away = false;
    for (const LivePartition& told : a.node.ConfirmedLive("", "").partitions) {
      EXPECT_TRUE(told.counts);
    }
    Stop(a);
  });
}

TEST_F(NodeTest, AQueueThatWasAwayFindsTheOwnersWhereTheyWere) {
  world_.Run([this] {
    Process a(*this, "a");
    a.node.SetAlive({"a"});
    Send(1);
    Wait(seconds(1));
    a.weather.away = true;
    Wait(seconds(20));
    EXPECT_NE(a.node.Live("", "").partitions[0].error, "");
    a.weather.away = false;
    Send(2);
    Wait(seconds(1));
    for (const LivePartition& told : a.node.Live("", "").partitions) {
      EXPECT_TRUE(told.counts);
      EXPECT_EQ(told.takeovers, 1u);
      EXPECT_EQ(told.counted.calls, 2u);
      EXPECT_EQ(told.error, "");
    }
    Stop(a);
    EXPECT_EQ(Stored(), 2 * kPartitions);
  });
}

TEST_F(NodeTest, TellsNoTablesThatAreOnTheirWayToTheStore) {
  world_.Run([this] {
    Process a(*this, "a");
    a.node.SetAlive({"a"});
    Send(1);  // a first record is cut at once
    Wait(seconds(1));
    Send(2);
    Wait(seconds(1));
    const NodeLive live = a.node.Live("callee", "");
    EXPECT_EQ(live.tables.size(), kPartitions);
    EXPECT_EQ(a.node.Live("callee", "b/y").tables.size(), 0u);
    Wait(seconds(70));  // a cut
    const NodeLive after = a.node.Live("callee", "");
    EXPECT_TRUE(after.tables.empty());
    EXPECT_EQ(after.partitions[0].moves, live.partitions[0].moves + 2);
    EXPECT_EQ(after.partitions[0].cut, 2u);
    EXPECT_EQ(Stored(), 2 * kPartitions);
    Stop(a);
  });
}

}  // namespace
}  // namespace bellrock::metrics::compute
