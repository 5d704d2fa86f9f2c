// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/client/server_endpoints.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "testing/sim_clock.h"

namespace bellrock::naming::client {
namespace {

using std::chrono::seconds;

std::vector<Address> Servers(int count) {
  std::vector<Address> servers;
  for (int i = 1; i <= count; ++i) {
    servers.push_back(Address::Tcp("10.0.0." + std::to_string(i), 7600));
  }
  return servers;
}

class ServerEndpointsTest : public ::testing::Test {
 protected:
  // Who a new call goes to.
  static rpc::Endpoint Pick(ServerEndpoints& endpoints, std::vector<uint32_t> tried = {}) {
    auto picked = endpoints.Pick(tried);
    EXPECT_TRUE(picked.ok()) << picked.status().ToString();
    return picked.ok() ? *picked : rpc::Endpoint();
  }
  static void Fail(ServerEndpoints& endpoints, const rpc::Endpoint& endpoint) {
    endpoints.Report(endpoint, StatusCode::kUnavailable, seconds(0));
  }

  testing::SimClock clock_;
};

TEST_F(ServerEndpointsTest, WithoutASeedTheOrderIsThatOfTheList) {
  ServerEndpoints endpoints(clock_, std::nullopt);
  endpoints.SetServers(Servers(3));
  EXPECT_EQ(Pick(endpoints).address, Servers(3)[0]);
  Fail(endpoints, Pick(endpoints));
  EXPECT_EQ(Pick(endpoints).address, Servers(3)[1]);
}

TEST_F(ServerEndpointsTest, StaysWithOneServerAndMovesOnWhenItFails) {
  ServerEndpoints endpoints(clock_, 5);
  endpoints.SetServers(Servers(3));
  const rpc::Endpoint first = Pick(endpoints);
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(Pick(endpoints).address, first.address);
    endpoints.Report(first, StatusCode::kOk, seconds(0));
    endpoints.Report(first, StatusCode::kNotFound, seconds(0));
  }
  Fail(endpoints, first);
  const rpc::Endpoint second = Pick(endpoints);
  EXPECT_NE(second.address, first.address);
  Fail(endpoints, first);  // a late one of the old server
  EXPECT_EQ(Pick(endpoints).address, second.address);
}

TEST_F(ServerEndpointsTest, ComesBackToItsOwnServerAfterAWhile) {
  ServerEndpoints endpoints(clock_, 5);
  endpoints.SetServers(Servers(3));
  const rpc::Endpoint first = Pick(endpoints);
  Fail(endpoints, first);
  clock_.AdvanceTo(clock_.Now() + ServerEndpoints::kAwayFor);
  EXPECT_EQ(Pick(endpoints).address, first.address);
}

TEST_F(ServerEndpointsTest, TriesOfOneCallGoToDifferentServers) {
  ServerEndpoints endpoints(clock_, 5);
  endpoints.SetServers(Servers(3));
  const rpc::Endpoint a = Pick(endpoints);
  const rpc::Endpoint b = Pick(endpoints, {a.slot});
  const rpc::Endpoint c = Pick(endpoints, {a.slot, b.slot});
  EXPECT_NE(a.address, b.address);
  EXPECT_NE(b.address, c.address);
  EXPECT_NE(a.address, c.address);
  EXPECT_EQ(Pick(endpoints, {a.slot, b.slot, c.slot}).address, a.address);
}

// VIN-061.
TEST_F(ServerEndpointsTest, ClientsSpreadOverTheServers) {
  std::map<Address, int> clients;
  for (uint64_t seed = 1; seed <= 3000; ++seed) {
    ServerEndpoints endpoints(clock_, seed * 0x9e3779b97f4a7c15ULL);
    endpoints.SetServers(Servers(3));
    ++clients[Pick(endpoints).address];
  }
  ASSERT_EQ(clients.size(), 3u);
  for (const auto& [server, count] : clients) EXPECT_NEAR(count, 1000, 120);
}

TEST_F(ServerEndpointsTest, NewServerTakesItsShareAndMovesNobodyElse) {
  int moved_to_new = 0;
  for (uint64_t seed = 1; seed <= 1000; ++seed) {
    ServerEndpoints endpoints(clock_, seed * 0x9e3779b97f4a7c15ULL);
    endpoints.SetServers(Servers(3));
    const rpc::Endpoint before = Pick(endpoints);
    endpoints.SetServers(Servers(4));
    const rpc::Endpoint after = Pick(endpoints);
    if (after.address == before.address) {
      EXPECT_EQ(after.slot, before.slot);
      continue;
    }
    EXPECT_EQ(after.address, Servers(4)[3]);
    ++moved_to_new;
  }
  EXPECT_NEAR(moved_to_new, 250, 60);
}

TEST_F(ServerEndpointsTest, WithoutServersSaysWhy) {
  ServerEndpoints endpoints(clock_, 1);
  EXPECT_EQ(endpoints.Pick({}).status().code(), StatusCode::kUnavailable);
}

}  // namespace
}  // namespace bellrock::naming::client
