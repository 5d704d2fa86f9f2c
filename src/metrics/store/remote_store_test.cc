// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Server and client of the store: the contract over loopback, and what the way between them adds.
#include "metrics/store/remote_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <random>

#include "fiber/fiber.h"
#include "metrics/bounds.h"
#include "metrics/store/block_rules.h"
#include "metrics/store/memory_store.h"
#include "metrics/store/store_house_for_test.h"
#include "metrics/store/store_service.h"
#include "metrics/store/store_wire.h"
#include "rpc/client.h"
#include "rpc/server.h"
#include "testing/world.h"

namespace bellrock::metrics::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Serves `store` on the current loop.
struct Serving {
  Serving(fiber::Environment host, const Address& address, Store& store)
      : environment(host), service(store), server(host, {}, nullptr) {
    EXPECT_TRUE(server.Add(service, fiber::Loop::Current()).ok());
    EXPECT_TRUE(server.Listen(address).ok());
  }
  ~Serving() { server.Shutdown(environment.clock.Now()); }
  fiber::Environment environment;
  StoreService service;
  rpc::Server server;
};

struct Asking {
  Asking(fiber::Environment host, const Address& address)
      : endpoints({address}), client(host, endpoints, nullptr, {.attempts = 1}), store(client) {}
  rpc::FixedEndpoints endpoints;
  rpc::Client client;
  RemoteStore store;
};

class RemoteHouse final : public StoreHouse {
 public:
  RemoteHouse()
      : serving_(fiber::RealEnvironment(), Address::Tcp("127.0.0.1", 0), kept_),
        asking_(fiber::RealEnvironment(), serving_.server.address()) {}
  Store& store() override { return asking_.store; }

 private:
  MemoryStore kept_;
  Serving serving_;
  Asking asking_;
};

INSTANTIATE_TEST_SUITE_P(Remote, StoreContract,
                         ::testing::Values([] { return std::make_unique<RemoteHouse>(); }));

const Address kAddress = Address::Tcp("server", 7600);

Block LargeBlock(const Shelf& shelf, int64_t window, size_t buckets, std::mt19937& random) {
  Block block = BlockOf(shelf, window, {{"OK", 1}});
  uint32_t latency_us = 1;
  for (size_t i = 0; i < buckets; ++i) {
    latency_us += 1 + static_cast<uint32_t>(random()) % 4000;
    block.table.buckets.push_back({latency_us, static_cast<uint32_t>(random())});
  }
  block.table.ends = {static_cast<uint32_t>(block.table.buckets.size())};
  return block;
}

TEST(RemoteStore, MuchIsWrittenAndScannedInSeveralMessages) {
  testing::World world(1);
  world.Run([&] {
    MemoryStore kept;
    Serving serving(world.Host("server"), kAddress, kept);
    Asking asking(world.Host("client"), kAddress);
    const Shelf shelf = MinutesOf("music/storage");
    std::mt19937 random(1);
    std::vector<Block> blocks;
    for (int64_t minute = 0; minute < 8; ++minute) {
      blocks.push_back(LargeBlock(shelf, minute * 60, kBatchBytes / 24, random));
    }
    ASSERT_EQ(asking.store.Write({1, 1}, blocks), Status::Ok());
    size_t next = 0;
    const Status scanned = asking.store.Scan(shelf, 0, 3600, [&](const Block& block) {
      EXPECT_EQ(block.window, blocks[next].window);
      EXPECT_TRUE(block.table.buckets == blocks[next].table.buckets);
      return ++next < blocks.size();
    });
    ASSERT_TRUE(scanned.ok()) << scanned.ToString();
    EXPECT_EQ(next, blocks.size());
  });
}

TEST(RemoteStore, AServerThatIsAwayOrSilentIsToBeAskedAgain) {
  testing::World world(2);
  world.Run([&] {
    MemoryStore kept;
    Asking asking(world.Host("client"), kAddress);
    const Shelf shelf = MinutesOf("a");
    const auto ask = [&] { return asking.store.Write({1, 1}, {BlockOf(shelf, 60, {{"OK", 5}})}); };
    EXPECT_EQ(ask().code(), StatusCode::kUnavailable);
    Serving serving(world.Host("server"), kAddress, kept);
    const auto ask_until_taken = [&] {
      while (!ask().ok()) ASSERT_TRUE(fiber::SleepFor(std::chrono::milliseconds(100)).ok());
    };
    ask_until_taken();
    world.Cut("client", "server");
    EXPECT_EQ(ask().code(), StatusCode::kUnavailable);
    EXPECT_EQ(asking.store.Get("a").status().code(), StatusCode::kUnavailable);
    world.Heal("client", "server");
    ask_until_taken();
    EXPECT_THAT(ScanTexts(asking.store, shelf), ElementsAre("60 a,OK:5x1"));
  });
}

// Scans take a second and find nothing.
class Slow final : public Store {
 public:
  Status Write(const Contribution&, const std::vector<Block>&) override { return Status::Ok(); }
  Status Scan(const Shelf&, int64_t, int64_t, const std::function<bool(const Block&)>&) override {
    return fiber::SleepFor(std::chrono::seconds(1));
  }
  Result<std::vector<std::string>> Callees(Grain, int64_t, int64_t, size_t limit) override {
    limit_ = limit;
    return std::vector<std::string>();
  }
  Status Merge(const Shelf&, int64_t) override { return Status::Ok(); }
  Status Expire(Grain, int64_t) override { return Status::Ok(); }
  Status Put(const std::string&, const std::string&) override { return Status::Ok(); }
  Result<std::string> Get(const std::string&) override { return std::string(); }

  size_t limit() const { return limit_; }

 private:
  size_t limit_ = 0;
};

TEST(RemoteStore, ScansAndListsHaveABound) {
  testing::World world(3);
  world.Run([&] {
    Slow slow;
    Serving serving(world.Host("server"), kAddress, slow);
    Asking asking(world.Host("client"), kAddress);
    int refused = 0;
    const auto scan = [&] {
      const Status scanned =
          asking.store.Scan(MinutesOf("a"), 0, 300, [](const Block&) { return true; });
      if (scanned.ok()) return;
      ++refused;
      EXPECT_EQ(scanned.code(), StatusCode::kResourceExhausted);
      EXPECT_THAT(scanned.ToString(), HasSubstr("256 scans are under way"));
    };
    std::vector<fiber::JoinHandle> scans;
    for (int i = 0; i < kStoreServedScansMax + 10; ++i) scans.push_back(fiber::Start(scan));
    for (auto& one : scans) one.Join();
    EXPECT_EQ(refused, 10);
    scan();
    EXPECT_EQ(refused, 10);
    ASSERT_TRUE(asking.store.Callees(Grain::kMinute, 0, 60, size_t{1} << 40).ok());
    EXPECT_EQ(slow.limit(), kStoreServedCalleesMax);
  });
}

TEST(RemoteStore, AGrainThatIsNoneIsRefusedByName) {
  v1::StoreShelf shelf = ToWire(MinutesOf("a"));
  EXPECT_EQ(FromWire(shelf).value(), MinutesOf("a"));
  shelf.set_grain(7);
  const Status refused = FromWire(shelf).status();
  EXPECT_EQ(refused.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(refused.ToString(), HasSubstr("grain: 7"));
}

}  // namespace
}  // namespace bellrock::metrics::store
