// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// What the services say and hear beside plain names and words: aliases, words for a time, words
// that outlive a restart.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "bellrock/naming/v1/cluster.bellrock.h"
#include "bellrock/testing.h"
#include "fiber/fiber.h"
#include "fiber/unix_time.h"
#include "naming/server/naming_server.h"
#include "naming/server/told_for_test.h"
#include "testing/world.h"

namespace bellrock::naming::server {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kAlias[] = "64001:65536";
const std::string kCatalog = "/sz/im/music/catalog/default/1";
const std::string kStorage = "/sz/im/music/storage/default/1";

// A server on its own that keeps its data on host "a".
struct Node {
  explicit Node(testing::World& world) : environment(world.Host("a")) {
    NamingServerOptions options;
    options.data_dir = "/data/naming";
    auto started = NamingServer::Start(environment, std::move(options));
    EXPECT_TRUE(started.ok()) << started.status().ToString();
    server = std::move(*started);
  }
  v1::NamingService& service() { return server->naming(); }
  v1::ClusterService& cluster() {
    return static_cast<v1::ClusterService&>(*server->services().at(1));
  }

  Status Register(const std::string& path, const std::string& alias = "") {
    v1::RegisterRequest request;
    v1::InstanceSpec& spec = *request.mutable_instance();
    spec.set_path(path);
    spec.set_address("10.0.0.1:8080");
    spec.mutable_health()->set_kind(v1::HealthCheck::KIND_STATIC);
    if (!alias.empty()) (*spec.mutable_labels())["alias"] = alias;
    return service().Register(context, request).status();
  }
  Status Deregister(const std::string& path) {
    v1::DeregisterRequest request;
    request.set_path(path);
    return service().Deregister(context, request).status();
  }
  Result<std::vector<std::string>> Lookup(const std::string& target) {
    v1::LookupRequest request;
    request.set_target(target);
    BELLROCK_ASSIGN(const v1::LookupReply reply, service().Lookup(context, request));
    std::vector<std::string> paths;
    for (const v1::Instance& instance : reply.instances()) paths.push_back(instance.spec().path());
    return paths;
  }
  Status Isolate(const std::string& path, Duration from, Duration until) {
    const int64_t now = fiber::UnixMs(environment.clock);
    const auto ms = [](Duration d) {
      return std::chrono::duration_cast<std::chrono::milliseconds>(d).count();
    };
    v1::SetOperatorStateRequest request;
    request.set_path(path);
    request.mutable_operator_state()->set_isolated(true);
    request.mutable_operator_state()->set_reason("ann: disk swap");
    if (from.count() != 0) request.set_from_unix_ms(now + ms(from));
    request.set_until_unix_ms(now + ms(until));
    return service().SetOperatorState(context, request).status();
  }
  Result<uint64_t> SetDocument(const std::string& path, const std::string& bytes,
                               uint64_t expected = 0) {
    v1::SetOperatorStateRequest request;
    request.set_path(path);
    request.mutable_operator_state()->set_document(bytes);
    request.mutable_operator_state()->set_reason("ann: ring");
    request.set_expected_version(expected);
    BELLROCK_ASSIGN(const auto reply, service().SetOperatorState(context, request));
    return reply.version();
  }
  std::vector<std::string> Whys() {
    const auto reply = cluster().ListEvents(context, {});
    std::vector<std::string> whys;
    for (const auto& event : reply->events()) {
      if (event.what() == "operator") whys.push_back(event.why());
    }
    return whys;
  }

  fiber::Environment environment;
  TestContext context;
  std::unique_ptr<NamingServer> server;
};

TEST(Alias, IsLookedUpLikeTheServiceItStandsFor) {
  testing::World world(1);
  world.Run([&] {
    Node node(world);
    EXPECT_EQ(node.Lookup(kAlias).status().code(), StatusCode::kNotFound);
    ASSERT_TRUE(node.Register(kCatalog, kAlias).ok());
    EXPECT_THAT(*node.Lookup(kAlias), ElementsAre(kCatalog));
    ASSERT_TRUE(node.Register(kStorage, kAlias).ok());
    const Status both = node.Lookup(kAlias).status();
    EXPECT_EQ(both.code(), StatusCode::kFailedPrecondition);
    EXPECT_THAT(both.message(), HasSubstr("music/catalog"));
    EXPECT_THAT(both.message(), HasSubstr("music/storage"));
    EXPECT_THAT(node.Register(kCatalog, "64001:x").message(),
                HasSubstr("instance.labels[\"alias\"] \"64001:x\": write modid:cmdid"));
  });
}

TEST(Alias, IsKnownAgainAfterARestart) {
  testing::World world(2);
  world.Run([&] {
    { ASSERT_TRUE(Node(world).Register(kCatalog, kAlias).ok()); }
    Node node(world);
    EXPECT_THAT(*node.Lookup(kAlias), ElementsAre(kCatalog));
  });
}

TEST(Alias, AWatchFollowsItToAnotherServiceAndIsToldTheFullState) {
  testing::World world(3);
  world.Run([&] {
    Node node(world);
    ASSERT_TRUE(node.Register(kCatalog, kAlias).ok());
    Told told;
    v1::WatchRequest request;
    request.set_target(kAlias);
    Writer<v1::WatchReply> writer(told);
    auto watch = fiber::Start([&] { (void)node.service().Watch(node.context, request, writer); });
    ASSERT_TRUE(told.WaitFor(1));
    ASSERT_THAT(told.replies[0].events(), SizeIs(1));
    ASSERT_TRUE(node.Register(kStorage, kAlias).ok());
    EXPECT_THAT(told.replies, SizeIs(1)) << "ambiguous: it stays where it was";
    ASSERT_TRUE(node.Register(kCatalog).ok());
    ASSERT_TRUE(fiber::SleepFor(seconds(1)).ok());
    const v1::WatchReply& last = told.replies.back();
    EXPECT_TRUE(last.full());
    ASSERT_THAT(last.events(), SizeIs(1));
    EXPECT_EQ(last.events(0).instance().spec().path(), kStorage);
    node.server->Stop();
    watch.Join();
  });
}

TEST(Alias, AWatchThatComesBackIsToldTheFullStateForNobodyKnowsWhoseListItHas) {
  testing::World world(4);
  world.Run([&] {
    Node node(world);
    ASSERT_TRUE(node.Register(kCatalog, kAlias).ok());
    const v1::StatsReply stats = *node.service().Stats(node.context, {});
    Told told;
    v1::WatchRequest request;
    request.set_target(kAlias);
    request.set_since_revision(stats.revision());
    request.set_epoch(stats.epoch());
    Writer<v1::WatchReply> writer(told);
    auto watch = fiber::Start([&] { (void)node.service().Watch(node.context, request, writer); });
    ASSERT_TRUE(told.WaitFor(1));
    EXPECT_TRUE(told.replies[0].full());
    node.server->Stop();
    watch.Join();
  });
}

TEST(Alias, APollIsAnsweredWhenItMoves) {
  testing::World world(5);
  world.Run([&] {
    Node node(world);
    ASSERT_TRUE(node.Register(kCatalog, kAlias).ok());
    v1::PollRequest request;
    request.set_target(kAlias);
    request.set_wait_ms(20'000);
    auto reply = node.service().Poll(node.context, request);
    ASSERT_TRUE(reply.ok() && reply->changed());
    request.set_since_revision(reply->revision());
    request.set_epoch(reply->epoch());
    auto later = fiber::Start([&] {
      (void)fiber::SleepFor(seconds(3));
      (void)node.Register(kStorage, "1:1");
      (void)node.Deregister(kCatalog);
      (void)node.Register(kStorage, kAlias);
    });
    reply = node.service().Poll(node.context, request);
    later.Join();
    // The first list is empty, which is not told at once: the alias moves before.
    ASSERT_TRUE(reply.ok() && reply->changed()) << reply.status().ToString();
    ASSERT_THAT(reply->instances(), SizeIs(1));
    EXPECT_EQ(reply->instances(0).spec().path(), kStorage);
  });
}

TEST(Document, IsListedLoggedAndOutlivesARestartAndNoLookupKnowsIt) {
  testing::World world(12);
  world.Run([&] {
    const std::string path = "/-/-/music/storage/-/routing";
    uint64_t version = 0;
    {
      Node node(world);
      version = *node.SetDocument(path, "bytes");
      EXPECT_EQ(node.SetDocument(path, "others", version - 1).status().code(),
                StatusCode::kAborted);
      EXPECT_THAT(node.Whys(), ElementsAre("ann: ring"));
      for (const char* target : {"/", "music/storage", "/-"}) {
        EXPECT_THAT(*node.Lookup(target), IsEmpty()) << target;
      }
      EXPECT_EQ(node.service().List(node.context, {})->children_size(), 0);
      EXPECT_EQ(node.service().ListServices(node.context, {})->services_size(), 0);
      EXPECT_EQ(node.server->documents().Get("music/storage", "routing")->bytes, "bytes");
      EXPECT_FALSE(node.server->documents().Get("music/storage", "other"));
    }
    Node again(world);
    const auto listed = again.service().ListDocuments(again.context, {});
    ASSERT_EQ(listed->documents_size(), 1);
    EXPECT_EQ(listed->documents(0).path(), path);
    EXPECT_EQ(listed->documents(0).version(), version);
    EXPECT_EQ(listed->documents(0).said().document(), "bytes");
    v1::ListDocumentsRequest elsewhere;
    elsewhere.set_target("music/other");
    EXPECT_EQ(again.service().ListDocuments(again.context, elsewhere)->documents_size(), 0);
  });
}

TEST(Document, EachSubjectHasItsListener) {
  testing::World world(14);
  world.Run([&] {
    Node node(world);
    server::DocumentStore& documents = node.server->documents();
    std::vector<std::string> heard;
    for (const char* subject : {"routing", "alarms"}) {
      documents.Listen(subject, [&heard, subject](const std::string& service) {
        heard.push_back(std::string(subject) + " of " + service);
      });
    }
    ASSERT_TRUE(node.SetDocument("/-/-/music/storage/-/routing", "bytes").ok());
    ASSERT_TRUE(node.SetDocument("/-/-/music/storage/-/alarms", "bytes").ok());
    documents.Listen("routing", nullptr);
    ASSERT_TRUE(node.SetDocument("/-/-/music/catalog/-/routing", "bytes").ok());
    ASSERT_TRUE(node.SetDocument("/-/-/music/catalog/-/alarms", "bytes").ok());
    EXPECT_THAT(heard, ElementsAre("routing of music/storage", "alarms of music/storage",
                                   "alarms of music/catalog"));
  });
}

TEST(Document, ManyAreListedInParts) {
  testing::World world(13);
  world.Run([&] {
    Node node(world);
    for (int i = 0; i < 40; ++i) {
      const std::string path = "/-/-/music/s" + std::to_string(i) + "/-/routing";
      ASSERT_TRUE(node.SetDocument(path, std::string(32 << 10, 'x')).ok());
    }
    v1::ListDocumentsRequest request;
    std::set<std::string> paths;
    int replies = 0;
    for (bool more = true; more; ++replies) {
      const auto reply = node.service().ListDocuments(node.context, request);
      for (const auto& document : reply->documents()) paths.insert(document.path());
      request.set_after(reply->documents(reply->documents_size() - 1).path());
      more = reply->more();
    }
    EXPECT_EQ(replies, 2);
    EXPECT_EQ(paths.size(), 40u);
  });
}

TEST(MaintenanceWindow, TakesAnInstanceOutForItsTimeAndTheLogSaysWhy) {
  testing::World world(6);
  world.Run([&] {
    Node node(world);
    ASSERT_TRUE(node.Register(kCatalog).ok());
    ASSERT_TRUE(node.Isolate(kCatalog, seconds(60), seconds(120)).ok());
    EXPECT_THAT(*node.Lookup(kCatalog), SizeIs(1));
    ASSERT_TRUE(fiber::SleepFor(seconds(62)).ok());
    EXPECT_THAT(*node.Lookup(kCatalog), IsEmpty());
    ASSERT_TRUE(fiber::SleepFor(seconds(60)).ok());
    EXPECT_THAT(*node.Lookup(kCatalog), SizeIs(1));
    const std::vector<std::string> whys = node.Whys();
    ASSERT_THAT(whys, SizeIs(3));
    EXPECT_EQ(whys[0], "maintenance window over: ann: disk swap");
    EXPECT_THAT(whys[1], HasSubstr(" UTC: ann: disk swap"));
    EXPECT_THAT(whys[2], HasSubstr("to come: ann: disk swap"));
  });
}

TEST(MaintenanceWindow, ThatEndedWhileTheServerWasDownEndsWhenItLeads) {
  testing::World world(7);
  world.Run([&] {
    {
      Node node(world);
      ASSERT_TRUE(node.Register(kCatalog).ok());
      ASSERT_TRUE(node.Isolate(kCatalog, seconds(0), seconds(120)).ok());
      EXPECT_THAT(*node.Lookup(kCatalog), IsEmpty());
    }
    ASSERT_TRUE(fiber::SleepFor(seconds(60)).ok());
    {
      Node node(world);
      ASSERT_TRUE(fiber::SleepFor(seconds(5)).ok());
      EXPECT_THAT(*node.Lookup(kCatalog), IsEmpty()) << "it has still to go on";
    }
    ASSERT_TRUE(fiber::SleepFor(seconds(60)).ok());
    Node node(world);
    ASSERT_TRUE(fiber::SleepFor(seconds(2)).ok());
    EXPECT_THAT(*node.Lookup(kCatalog), SizeIs(1));
  });
}

TEST(MaintenanceWindow, IsToldWithItsTimesAndNotTakenFromARequest) {
  testing::World world(8);
  world.Run([&] {
    Node node(world);
    ASSERT_TRUE(node.Register(kCatalog).ok());
    ASSERT_TRUE(node.Isolate(kCatalog, seconds(60), seconds(120)).ok());
    v1::LookupRequest lookup;
    lookup.set_target(kCatalog);
    const auto reply = node.service().Lookup(node.context, lookup);
    const v1::OperatorState& said = reply->instances(0).operator_state();
    EXPECT_FALSE(said.isolated());
    EXPECT_FALSE(said.window().begun());
    EXPECT_TRUE(said.window().next().isolated());
    EXPECT_EQ(said.window().until_unix_ms() - said.window().from_unix_ms(), 60'000);
    v1::SetOperatorStateRequest request;
    request.set_path(kCatalog);
    *request.mutable_operator_state() = said;
    EXPECT_THAT(node.service().SetOperatorState(node.context, request).status().message(),
                HasSubstr("give from_unix_ms and until_unix_ms"));
  });
}

TEST(OperatorsWordOnAProtection, OutlivesARestartUntilItsTimeIsOver) {
  testing::World world(9);
  world.Run([&] {
    v1::OverrideProtectionRequest request;
    request.set_name("freeze");
    request.set_word(v1::OverrideProtectionRequest::WORD_ON);
    request.set_lasts_ms(600'000);
    request.set_who_and_why("ann: switch works");
    {
      Node node(world);
      ASSERT_TRUE(node.cluster().OverrideProtection(node.context, request).ok());
    }
    ASSERT_TRUE(fiber::SleepFor(seconds(300)).ok());
    {
      Node node(world);
      const auto view = node.cluster().Describe(node.context, {});
      ASSERT_THAT(view->overrides(), SizeIs(1));
      EXPECT_EQ(view->overrides(0).who_and_why(), "ann: switch works");
      EXPECT_NEAR(static_cast<double>(view->overrides(0).left_ms()), 300'000, 1000);
    }
    ASSERT_TRUE(fiber::SleepFor(seconds(300)).ok());
    Node node(world);
    EXPECT_THAT(node.cluster().Describe(node.context, {})->overrides(), IsEmpty());
  });
}

}  // namespace
}  // namespace bellrock::naming::server
