// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/server/worker_pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <set>

#include "rpc/sim_peers.h"
#include "testing/world.h"

namespace bellrock::rpc {
namespace {

using ::testing::HasSubstr;

Time Ms(int64_t ms) {
  return Time(seconds(1000) + milliseconds(ms));
}

class WorkerPoolTest : public ::testing::Test {
 protected:
  testing::World a_{1}, b_{2}, c_{3};
  WorkerPool pool_{{&a_.loop(), &b_.loop(), &c_.loop()}, {.queue = {.calls_max = 2}}};
};

TEST_F(WorkerPoolTest, ChoosesTheLeastBusyAndEqualsTakeTurns) {
  std::set<size_t> chosen;
  std::vector<WorkerPool::Place> places;
  for (int i = 0; i < 3; ++i) {
    places.push_back(*pool_.Enter(Ms(0)));
    chosen.insert(places.back().worker);
  }
  EXPECT_EQ(chosen.size(), 3U);
  pool_.Leave(places[1]);
  EXPECT_EQ(pool_.Enter(Ms(0))->worker, places[1].worker);
  EXPECT_EQ(pool_.calls(), 3U);
}

TEST_F(WorkerPoolTest, RefusesWhenEveryLineIsFull) {
  std::vector<WorkerPool::Place> places;
  for (int i = 0; i < 6; ++i) places.push_back(*pool_.Enter(Ms(0)));
  const auto refused = pool_.Enter(Ms(0));
  EXPECT_EQ(refused.status().code(), StatusCode::kResourceExhausted);
  EXPECT_THAT(refused.status().message(), HasSubstr("3 workers have 2 calls each"));
  pool_.Leave(places[4]);
  EXPECT_TRUE(pool_.Enter(Ms(0)).ok());
}

TEST_F(WorkerPoolTest, RefusesWhoWaitedTooLongInLine) {
  const WorkerPool::Place place = *pool_.Enter(Ms(0));
  EXPECT_TRUE(pool_.Begin(place, Ms(99)).ok());
  const Status late = pool_.Begin(place, Ms(100));
  EXPECT_EQ(late.code(), StatusCode::kResourceExhausted);
  EXPECT_THAT(late.message(), HasSubstr("waited 100 ms for a worker"));
}

TEST_F(WorkerPoolTest, ALineThatIsAlwaysLongMayBeLessLong) {
  for (int ms = 0; ms < 100; ms += 2) {
    EXPECT_TRUE(pool_.Begin({.worker = 0, .since = Ms(ms - 20)}, Ms(ms)).ok()) << ms;
  }
  EXPECT_FALSE(pool_.Begin({.worker = 0, .since = Ms(80)}, Ms(100)).ok());
  EXPECT_TRUE(pool_.Begin({.worker = 0, .since = Ms(100)}, Ms(103)).ok());
  EXPECT_TRUE(pool_.Begin({.worker = 1, .since = Ms(80)}, Ms(100)).ok()) << "its own line";
}

// Notes the threads of the pool it ran on.
TEST(WorkerPool, RunsHandlersOnItsOwnLoopsAndTheirRepliesComeBack) {
  WorkerPool pool({.workers = 2});
  fiber::LoopGroup server_loops(1);
  fiber::LoopGroup client_loops(1);
  EchoService service;
  Server server(fiber::RealEnvironment(), {}, nullptr);
  ASSERT_TRUE(server.Add(service, pool).ok());
  ASSERT_TRUE(server.Listen(Address::Tcp("127.0.0.1", 0), server_loops).ok());
  ASSERT_TRUE(fiber::RunOn(client_loops.loop(0), [&] {
                FixedEndpoints endpoints({server.address()});
                Client client(fiber::RealEnvironment(), endpoints, nullptr, {});
                sample::v1::EchoRequest request;
                request.set_text("hi");
                for (int i = 0; i < 20; ++i) {
                  const auto reply = sample::v1::EchoStub(client).Say(request);
                  ASSERT_TRUE(reply.ok()) << reply.status().ToString();
                  EXPECT_EQ(reply->text(), "hi");
                  EXPECT_NE(service.seen_loop, &server_loops.loop(0));
                  EXPECT_NE(service.seen_loop, &client_loops.loop(0));
                }
                EXPECT_EQ(pool.calls(), 0U);
              }).ok());
}

// Whether Say() runs on the server's own loop when `methods` are moved to a worker.
bool SayStays(std::string_view methods) {
  WorkerPool pool({.workers = 1});
  fiber::LoopGroup loops(1);
  EchoService service;
  Server server(fiber::RealEnvironment(), {}, nullptr);
  EXPECT_TRUE(server.Add(service).ok());
  EXPECT_TRUE(server.UseWorkers(methods, pool).ok());
  EXPECT_TRUE(server.Listen(Address::Tcp("127.0.0.1", 0), loops).ok());
  EXPECT_TRUE(fiber::RunOn(loops.loop(0), [&] {
                FixedEndpoints endpoints({server.address()});
                Client client(fiber::RealEnvironment(), endpoints, nullptr, {});
                EXPECT_TRUE(sample::v1::EchoStub(client).Say({}).ok());
              }).ok());
  return service.seen_loop == &loops.loop(0);
}

TEST(WorkerPool, SingleMethodsCanBeMovedToItAndTheOthersStay) {
  EXPECT_FALSE(SayStays("bellrock.rpc.sample.v1.Echo/Say"));
  EXPECT_FALSE(SayStays("bellrock.rpc.sample.v1.Echo/*"));
  EXPECT_TRUE(SayStays("bellrock.rpc.sample.v1.Echo/Count"));
}

TEST(WorkerPool, MethodsThatAreNotServedAreRefusedWithThoseThatAre) {
  testing::World world(1);
  WorkerPool pool({&world.loop()}, {});
  EchoService service;
  Server server(world.Host("s"), {}, nullptr);
  ASSERT_TRUE(server.Add(service).ok());
  EXPECT_TRUE(server.UseWorkers("bellrock.rpc.sample.v1.Echo/*", pool).ok());
  for (const char* bad : {"bellrock.rpc.sample.v1.Echo/Nope", "a.B/*", "*", "", "Say"}) {
    const Status refused = server.UseWorkers(bad, pool);
    EXPECT_EQ(refused.code(), StatusCode::kInvalidArgument) << bad;
    EXPECT_THAT(refused.ToString(), HasSubstr("\"" + std::string(bad) + "\""));
    EXPECT_THAT(refused.ToString(), HasSubstr("bellrock.rpc.sample.v1.Echo/Say"));
  }
}

}  // namespace
}  // namespace bellrock::rpc
