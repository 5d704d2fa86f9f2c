// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/server/routing_server.h"

#include <gtest/gtest.h>

#include "fiber/fiber.h"
#include "testing/world.h"

namespace bellrock::routing::server {
namespace {

struct Context final : ServerContext {
  std::string_view caller() const override { return ""; }
  std::string_view peer() const override { return ""; }
  Time deadline() const override { return kNever; }
  bool cancelled() const override { return false; }
  int attempt() const override { return 0; }
};

v1::ReportTablesRequest Report(const std::string& service, const std::string& host,
                               uint64_t generation) {
  v1::ReportTablesRequest request;
  v1::ServiceTable& table = *request.add_tables();
  table.set_service(service);
  table.set_host(host);
  table.set_generation(generation);
  return request;
}

int Shown(RoutingServer& server, const std::string& service) {
  Context context;
  v1::ShowRequest request;
  request.set_service(service);
  return server.Show(context, request)->tables_size();
}

TEST(RoutingServer, KeepsTheLastTablePerHostAndForgetsItAfterTenSeconds) {
  testing::World world(1);
  world.Run([&] {
    RoutingServer server(world.Host("server"));
    Context context;
    ASSERT_TRUE(server.ReportTables(context, Report("music/storage", "a", 1)).ok());
    ASSERT_TRUE(server.ReportTables(context, Report("music/storage", "a", 2)).ok());
    ASSERT_TRUE(server.ReportTables(context, Report("music/storage", "b", 7)).ok());
    ASSERT_TRUE(server.ReportTables(context, Report("music/storages", "b", 7)).ok());
    v1::ShowRequest request;
    request.set_service("music/storage");
    const auto shown = server.Show(context, request);
    ASSERT_EQ(shown->tables_size(), 2);
    EXPECT_EQ(shown->tables(0).generation(), 2u);
    EXPECT_EQ(shown->tables(1).host(), "b");
    EXPECT_EQ(Shown(server, ""), 3);
    ASSERT_TRUE(fiber::SleepFor(std::chrono::seconds(6)).ok());
    ASSERT_TRUE(server.ReportTables(context, Report("music/storage", "a", 3)).ok());
    ASSERT_TRUE(fiber::SleepFor(std::chrono::seconds(5)).ok());
    EXPECT_EQ(Shown(server, "music/storage"), 1) << "b has been silent for 11 s";
  });
}

TEST(RoutingServer, RefusesAReportWithoutServiceOrHost) {
  testing::World world(1);
  world.Run([&] {
    RoutingServer server(world.Host("server"));
    Context context;
    EXPECT_EQ(server.ReportTables(context, Report("", "a", 1)).status().code(),
              StatusCode::kInvalidArgument);
    EXPECT_EQ(server.ReportTables(context, Report("music/storage", "", 1)).status().code(),
              StatusCode::kInvalidArgument);
    EXPECT_EQ(Shown(server, ""), 0);
  });
}

}  // namespace
}  // namespace bellrock::routing::server
