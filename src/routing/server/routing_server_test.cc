// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/server/routing_server.h"

#include <gtest/gtest.h>

#include "fiber/fiber.h"
#include "routing/server/fake_settings_store_for_test.h"
#include "testing/world.h"

namespace bellrock::routing::server {
namespace {

using Context = NobodysContext;

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
    FakeSettingsStore store;
    RoutingServer server(world.Host("server"), store);
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
    FakeSettingsStore store;
    RoutingServer server(world.Host("server"), store);
    Context context;
    EXPECT_EQ(server.ReportTables(context, Report("", "a", 1)).status().code(),
              StatusCode::kInvalidArgument);
    EXPECT_EQ(server.ReportTables(context, Report("music/storage", "", 1)).status().code(),
              StatusCode::kInvalidArgument);
    EXPECT_EQ(Shown(server, ""), 0);
  });
}

void AddRoute(v1::ServiceTable& table, const std::string& site, const std::string& path,
              double calls_per_s) {
  v1::InstanceRoute& route = *table.add_instances();
  route.set_site(site);
  route.set_path(path);
  route.set_weight(0.5);
  route.set_calls_per_s(calls_per_s);
}

TEST(RoutingServer, PreviewsAMoveByWhatAllHostsReport) {
  testing::World world(1);
  world.Run([&] {
    FakeSettingsStore store;
    RoutingServer server(world.Host("server"), store);
    Context context;
    for (const char* host : {"a", "b"}) {
      v1::ReportTablesRequest report = Report("music/storage", host, 1);
      AddRoute(*report.mutable_tables(0), "sz", "/sz/1", 100);
      AddRoute(*report.mutable_tables(0), "sh", "/sh/1", 10);
      ASSERT_TRUE(server.ReportTables(context, report).ok());
    }
    v1::PreviewMoveRequest request;
    request.set_service("music/storage");
    request.mutable_move()->set_from_site("sz");
    request.mutable_move()->set_to_site("sh");
    request.mutable_move()->set_share(0.5);
    const auto preview = server.PreviewMove(context, request);
    ASSERT_TRUE(preview.ok()) << preview.status().ToString();
    std::map<std::string, v1::PreviewMoveReply::Site> sites;
    for (const auto& site : preview->sites()) sites[site.site()] = site;
    EXPECT_DOUBLE_EQ(sites["sz"].calls_per_s(), 200);
    EXPECT_DOUBLE_EQ(sites["sz"].after_calls_per_s(), 100);
    EXPECT_DOUBLE_EQ(sites["sh"].calls_per_s(), 20);
    EXPECT_DOUBLE_EQ(sites["sh"].after_calls_per_s(), 120);
    EXPECT_EQ(sites["sz"].instances(), 1) << "two hosts, one instance";
  });
}

TEST(RoutingServer, RefusesToPreviewAMoveThatIsNone) {
  testing::World world(1);
  world.Run([&] {
    FakeSettingsStore store;
    RoutingServer server(world.Host("server"), store);
    Context context;
    v1::PreviewMoveRequest request;
    request.set_service("music/storage");
    request.mutable_move()->set_from_site("sz");
    request.mutable_move()->set_to_site("sz");
    request.mutable_move()->set_share(0.5);
    EXPECT_EQ(server.PreviewMove(context, request).status().code(), StatusCode::kInvalidArgument);
    request.mutable_move()->set_to_site("sh");
    request.mutable_move()->set_share(1.5);
    EXPECT_EQ(server.PreviewMove(context, request).status().code(), StatusCode::kInvalidArgument);
  });
}

}  // namespace
}  // namespace bellrock::routing::server
