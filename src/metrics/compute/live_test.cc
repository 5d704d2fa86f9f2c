// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// What a node tells, by RPC: over the simulated network.
#include "metrics/compute/live.h"

#include <gtest/gtest.h>

#include "fiber/fiber.h"
#include "metrics/compute/live_service.h"
#include "metrics/compute/live_tables.h"
#include "metrics/compute/remote_peer.h"
#include "metrics/queue/memory_queue.h"
#include "metrics/store/memory_store.h"
#include "metrics/table_builder.h"
#include "rpc/client.h"
#include "rpc/server.h"
#include "testing/world.h"

namespace bellrock::metrics::compute {
namespace {

CardTable Calls(const std::vector<std::string>& callees, uint32_t buckets, int64_t second) {
  TableBuilder builder({Dimension::kCallee, Dimension::kResult});
  std::vector<Card::Bucket> card;
  for (uint32_t i = 0; i < buckets; ++i) card.push_back({10 * (i + 1), 1});
  for (const std::string& callee : callees) {
    builder.Add(std::vector<std::string_view>{callee, "OK"}, second, card);
  }
  return builder.Take();
}

TEST(LiveTables, RowsOfOneServiceAreChosen) {
  const CardTable table = Calls({"a/x", "b/y"}, 3, 60);
  const CardTable rows = RowsOfCallee(table, "b/y");
  ASSERT_EQ(rows.rows(), 1u);
  EXPECT_EQ(rows.name(0, 0), "b/y");
  EXPECT_EQ(rows.buckets.size(), 3u);
  EXPECT_EQ(RowsOfCallee(table, "c/z").rows(), 0u);
}

TEST(LiveTables, ALargeTableGoesInPiecesOfWholeRows) {
  const CardTable table = Calls({"a", "b", "c", "d", "e"}, 4, 60);
  EXPECT_EQ(PiecesOf(table, 20).size(), 1u);
  const auto pieces = PiecesOf(table, 9);
  ASSERT_EQ(pieces.size(), 3u);
  EXPECT_EQ(pieces[0].rows(), 2u);
  EXPECT_EQ(pieces[2].rows(), 1u);
  EXPECT_EQ(pieces[2].name(0, 0), "e");
  EXPECT_EQ(PiecesOf(table, 1).size(), 5u) << "a row is never cut";
}

TEST(RemotePeer, TellsWhatTheNodeTells) {
  testing::World world(1);
  world.Run([&] {
    const fiber::Environment host = world.Host("node");
    queue::MemoryQueue queue(host.clock);
    store::MemoryStore store;
    Node node(host, queue, store,
              {.name = "n1", .partitions = 2, .sets = {*ParseDimensionSet("callee,result/s")}});
    LiveService service(node);
    rpc::Server server(host, {}, nullptr);
    ASSERT_TRUE(server.Add(service).ok());
    const Address address = Address::Tcp("node", 7600);
    ASSERT_TRUE(server.Listen(address).ok());
    rpc::FixedEndpoints endpoints({address});
    rpc::Client client(world.Host("server"), endpoints, nullptr, {});
    RemotePeer peer(client);
    node.SetAlive({"n1"});
    for (uint64_t sequence = 1; sequence <= 2; ++sequence) {  // a first record is cut at once
      v1::CardMessage message;
      v1::SourceBatch& batch = *message.add_batches();
      batch.set_source("h:1");
      batch.set_sequence(sequence);
      batch.set_table(EncodeTable(Calls({"a/x", "b/y"}, 5, 1'800'000'000)));
      ASSERT_TRUE(queue.Append(kCardsTopic, 1, {message.SerializeAsString()}).ok());
      ASSERT_TRUE(fiber::SleepFor(std::chrono::seconds(1)).ok());
    }

    const auto told = peer.Ask("callee,result", "b/y");
    ASSERT_TRUE(told.ok()) << told.status().ToString();
    EXPECT_EQ(told->node, "n1");
    ASSERT_EQ(told->partitions.size(), 2u);
    EXPECT_TRUE(told->partitions[1].counts);
    EXPECT_EQ(told->partitions[1].epoch, 1u);
    EXPECT_EQ(told->partitions[1].next, 2u);
    EXPECT_EQ(told->partitions[1].counted.calls, 20u);
    ASSERT_EQ(told->tables.size(), 1u);
    EXPECT_EQ(told->tables[0].partition, 1u);
    EXPECT_EQ(told->tables[0].table, node.Live("callee,result", "b/y").tables[0].table);
    EXPECT_TRUE(peer.Ask("", "")->tables.empty());
    EXPECT_TRUE(peer.Ask("callee", "")->tables.empty()) << "no such set";

    world.Cut("node", "server");
    const Time begun = host.clock.Now();
    EXPECT_FALSE(peer.Ask("", "").ok());
    EXPECT_LE(host.clock.Now() - begun, std::chrono::seconds(kLiveAnswerSeconds));
    world.Heal("node", "server");
    node.Stop(host.clock.Now() + std::chrono::seconds(5));
    server.Shutdown(host.clock.Now());
  });
}

}  // namespace
}  // namespace bellrock::metrics::compute
