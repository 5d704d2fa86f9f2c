// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/server/routing_server.h"

#include <gtest/gtest.h>

#include "bellrock/testing.h"
#include "fiber/fiber.h"
#include "routing/server/fake_peers_for_test.h"
#include "settings/fake_settings_store_for_test.h"
#include "testing/world.h"

namespace bellrock::routing::server {
namespace {

using Context = TestContext;

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
    settings::FakeSettingsStore store;
    NoPeers alone;
    RoutingServer server(world.Host("server"), store, alone);
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
    settings::FakeSettingsStore store;
    NoPeers alone;
    RoutingServer server(world.Host("server"), store, alone);
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
    settings::FakeSettingsStore store;
    NoPeers alone;
    RoutingServer server(world.Host("server"), store, alone);
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

v1::PreviewMoveRequest HalfOfSzToSh() {
  v1::PreviewMoveRequest request;
  request.set_service("music/storage");
  request.mutable_move()->set_from_site("sz");
  request.mutable_move()->set_to_site("sh");
  request.mutable_move()->set_share(0.5);
  return request;
}

// Two servers that know each other; host a reports to the one, host b to the other.
struct TwoServers {
  explicit TwoServers(testing::World& world)
      : one(world.Host("one"), store, peers_of_one), two(world.Host("two"), store, peers_of_two) {
    peers_of_one.Add("two", two);
    peers_of_two.Add("one", one);
    Tell(one, "a", 100);
    Tell(two, "b", 60);
  }
  static void Tell(RoutingServer& server, const std::string& host, double calls_per_s) {
    Context context;
    v1::ReportTablesRequest report = Report("music/storage", host, 1);
    report.mutable_tables(0)->set_updated_unix_ms(1);
    AddRoute(*report.mutable_tables(0), "sz", "/sz/1", calls_per_s);
    AddRoute(*report.mutable_tables(0), "sh", "/sh/1", 10);
    ASSERT_TRUE(server.ReportTables(context, report).ok());
  }

  settings::FakeSettingsStore store;
  FakePeers peers_of_one;
  FakePeers peers_of_two;
  RoutingServer one;
  RoutingServer two;
};

TEST(RoutingServer, AnyServerOfAClusterShowsWhatWasReportedToAll) {
  testing::World world(1);
  world.Run([&] {
    TwoServers servers(world);
    for (RoutingServer* server : {&servers.one, &servers.two}) {
      EXPECT_EQ(Shown(*server, "music/storage"), 2);
      Context context;
      const auto preview = server->PreviewMove(context, HalfOfSzToSh());
      ASSERT_TRUE(preview.ok()) << preview.status().ToString();
      ASSERT_EQ(preview->sites_size(), 2);
      EXPECT_DOUBLE_EQ(preview->sites(1).calls_per_s(), 160) << "of sz";
      EXPECT_EQ(preview->servers(), 2);
      EXPECT_TRUE(preview->unheard_servers().empty());
      EXPECT_TRUE(preview->headroom()) << preview->verdict();
    }
    v1::ShowRequest request;
    request.set_this_server(true);
    Context context;
    EXPECT_EQ(servers.one.Show(context, request)->tables_size(), 1);
  });
}

TEST(RoutingServer, OfAHostThatWentOverToAnotherServerTheLaterTableCounts) {
  testing::World world(1);
  world.Run([&] {
    TwoServers servers(world);
    Context context;
    v1::ReportTablesRequest report = Report("music/storage", "a", 7);
    report.mutable_tables(0)->set_updated_unix_ms(2);
    ASSERT_TRUE(servers.two.ReportTables(context, report).ok());
    for (RoutingServer* server : {&servers.one, &servers.two}) {
      const auto shown = server->Show(context, v1::ShowRequest());
      ASSERT_EQ(shown->tables_size(), 2);
      EXPECT_EQ(shown->tables(0).generation(), 7u);
    }
  });
}

TEST(RoutingServer, WithoutAServersAnswerNobodyFindsRoomAndThePreviewSaysWhoIsMissing) {
  testing::World world(1);
  world.Run([&] {
    TwoServers servers(world);
    servers.peers_of_one.SetSilent(true);
    Context context;
    const auto preview = servers.one.PreviewMove(context, HalfOfSzToSh());
    ASSERT_TRUE(preview.ok()) << preview.status().ToString();
    ASSERT_EQ(preview->unheard_servers_size(), 1);
    EXPECT_EQ(preview->unheard_servers(0), "two");
    EXPECT_EQ(preview->servers(), 2);
    EXPECT_FALSE(preview->headroom());
    EXPECT_NE(preview->verdict().find("1 of 2 servers did not answer (two)"), std::string::npos)
        << preview->verdict();
    EXPECT_DOUBLE_EQ(preview->sites(1).calls_per_s(), 100);
  });
}

// Reports each second, and answers what it is asked as an agent does.
void RunHost(RoutingServer& server, const std::string& host) {
  Context context;
  for (;;) {
    const auto reply = server.ReportTables(context, Report("music/storage", host, 1));
    v1::ReportTablesRequest answers;
    for (const auto& question : reply->questions()) {
      auto& answer = *answers.add_answers();
      answer.set_id(question.id());
      answer.mutable_reply()->set_path("/chosen/by/" + host + "/for/" + question.request().key());
      if (question.request().key() == "odd") answer.set_problem("no list yet");
    }
    if (!answers.answers().empty()) (void)server.ReportTables(context, answers);
    if (!fiber::SleepFor(std::chrono::seconds(1)).ok()) return;
  }
}

v1::ExplainRequest WhyFor(const std::string& key, const std::string& host = "") {
  v1::ExplainRequest request;
  request.set_service("music/storage");
  request.set_key(key);
  request.set_host(host);
  return request;
}

TEST(RoutingServer, AsksTheHostThroughItsNextReportWhereACallWouldGo) {
  testing::World world(1);
  world.Run([&] {
    TwoServers servers(world);
    fiber::JoinHandle a = fiber::Start([&] { RunHost(servers.one, "a"); });
    fiber::JoinHandle b = fiber::Start([&] { RunHost(servers.two, "b"); });
    ASSERT_TRUE(fiber::SleepFor(std::chrono::milliseconds(300)).ok());
    Context context;
    const Time begin = world.Host("one").clock.Now();
    const auto here = servers.one.Explain(context, WhyFor("k"));
    ASSERT_TRUE(here.ok()) << here.status().ToString();
    EXPECT_EQ(here->path(), "/chosen/by/a/for/k");
    EXPECT_EQ(here->host(), "a");
    EXPECT_LE(world.Host("one").clock.Now() - begin, std::chrono::seconds(1));
    const auto there = servers.one.Explain(context, WhyFor("k", "b"));
    ASSERT_TRUE(there.ok()) << there.status().ToString();
    EXPECT_EQ(there->path(), "/chosen/by/b/for/k") << "it reports to the other server";
    const Status refused = servers.one.Explain(context, WhyFor("odd")).status();
    EXPECT_EQ(refused.code(), StatusCode::kFailedPrecondition);
    EXPECT_EQ(refused.message(), "host 'a' says: no list yet");
  });
}

TEST(RoutingServer, SaysSoWhenNobodyCallsTheServiceOrTheHostDoesNotAnswer) {
  testing::World world(1);
  world.Run([&] {
    TwoServers servers(world);  // their hosts reported once and never again
    Context context;
    const Status nobody = servers.one.Explain(context, WhyFor("k", "c")).status();
    EXPECT_EQ(nobody.code(), StatusCode::kNotFound);
    EXPECT_NE(nobody.message().find("nobody on host 'c'"), std::string::npos) << nobody.message();
    const Status silent = servers.one.Explain(context, WhyFor("k", "b")).status();
    EXPECT_EQ(silent.code(), StatusCode::kUnavailable);
    EXPECT_NE(silent.message().find("host 'b' reports its tables but did not answer"),
              std::string::npos)
        << silent.message();
  });
}

TEST(RoutingServer, RefusesToPreviewAMoveThatIsNone) {
  testing::World world(1);
  world.Run([&] {
    settings::FakeSettingsStore store;
    NoPeers alone;
    RoutingServer server(world.Host("server"), store, alone);
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
