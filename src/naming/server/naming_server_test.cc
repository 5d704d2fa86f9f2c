// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/server/naming_server.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "fiber/fiber.h"
#include "naming/server/told_for_test.h"
#include "rpc/http/http_caller.h"
#include "testing/world.h"

namespace bellrock::naming::server {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class FakeContext final : public ServerContext, public rpc::HttpCaller {
 public:
  std::string_view caller() const override { return "test/test"; }
  std::string_view peer() const override { return "127.0.0.1:1"; }
  Time deadline() const override { return kNever; }
  bool cancelled() const override { return false; }
  int attempt() const override { return 0; }
  std::string_view target() const override { return "/bellrock.naming.v1.Naming/Poll"; }
  void SetAnswer(int status, Metadata headers) override {
    http_status = status;
    http_headers = std::move(headers);
  }
  int http_status = 0;  // asked for
  Metadata http_headers;
};

std::string PathOf(int n) {
  return fmt::format("/sz/im/music/catalog/default/{}", n);
}

// A naming server on host "a" of a world and short ways to call it.
struct Node {
  explicit Node(testing::World& of, NamingServerOptions options = {})
      : world(of), environment(of.Host("a")) {
    auto started = NamingServer::Start(environment, std::move(options));
    status = started.status();
    if (started.ok()) server = std::move(*started);
  }
  v1::NamingService& service() { return server->naming(); }

  Result<v1::RegisterReply> Register(const std::string& path, uint64_t incarnation = 0,
                                     int32_t lease_ms = 3000) {
    v1::RegisterRequest request;
    request.mutable_instance()->set_path(path);
    request.mutable_instance()->set_address("10.0.0.1:8080");
    request.mutable_instance()->set_lease_ms(lease_ms);
    request.mutable_instance()->set_incarnation(incarnation);
    return service().Register(context, request);
  }
  std::vector<std::string> Heartbeat(const std::vector<std::string>& paths) {
    v1::HeartbeatRequest request;
    for (const auto& path : paths) request.add_paths(path);
    const auto reply = service().Heartbeat(context, request);
    return reply.ok() ? std::vector<std::string>(reply->unknown().begin(), reply->unknown().end())
                      : std::vector<std::string>{reply.status().ToString()};
  }
  std::set<std::string> Usable(const std::string& target = "music/catalog", bool all = false) {
    v1::LookupRequest request;
    request.set_target(target);
    request.set_include_unusable(all);
    std::set<std::string> paths;
    const Result<v1::LookupReply> reply = service().Lookup(context, request);
    for (const auto& i : reply->instances()) paths.insert(i.spec().path());
    return paths;
  }
  v1::StatsReply Stats() { return *service().Stats(context, {}); }
  fiber::JoinHandle Watch(const std::string& target, Told& told, uint64_t since = 0,
                          Status* ended = nullptr) {
    return fiber::Start([=, this, &told] {
      v1::WatchRequest request;
      request.set_target(target);
      request.set_since_revision(since);
      request.set_epoch(since == 0 ? 0 : Stats().epoch());
      Writer<v1::WatchReply> writer(told);
      const Status status_then = service().Watch(context, request, writer);
      if (ended != nullptr) *ended = status_then;
    });
  }

  testing::World& world;
  fiber::Environment environment;
  FakeContext context;
  Status status;
  std::unique_ptr<NamingServer> server;
};

NamingServerOptions OnDisk() {
  NamingServerOptions options;
  options.data_dir = "/data/naming";
  return options;
}

TEST(NamingServer, ALeaseThatEndsIsPushedWithinTenMilliseconds) {
  testing::World world(1);
  world.Run([&] {
    Node node(world);
    // One that stays, for nobody is told of the last one's end.
    ASSERT_TRUE(node.Register(PathOf(0), 0, 60'000).ok());
    EXPECT_TRUE(node.Heartbeat({PathOf(0)}).empty());
    Told told;
    auto watch = node.Watch("music/catalog", told);
    ASSERT_TRUE(told.WaitFor(1));
    EXPECT_TRUE(told.replies[0].full());
    ASSERT_TRUE(node.Register(PathOf(1)).ok());
    ASSERT_TRUE(told.WaitFor(2));
    EXPECT_THAT(node.Usable(), ElementsAre(PathOf(0))) << "the other is initial";
    EXPECT_THAT(node.Heartbeat({PathOf(1), PathOf(2)}), ElementsAre(PathOf(2)));
    const Time beat = fiber::Loop::Current()->Now();
    ASSERT_TRUE(told.WaitFor(3));
    EXPECT_THAT(node.Usable(), ElementsAre(PathOf(0), PathOf(1)));
    ASSERT_TRUE(told.WaitFor(4));
    EXPECT_GE(told.times[3], beat + seconds(3));
    EXPECT_LE(told.times[3], beat + seconds(3) + milliseconds(10));
    EXPECT_EQ(told.replies[3].events(0).instance().state(), v1::INSTANCE_STATE_UNREACHABLE);
    EXPECT_THAT(told.replies[3].events(0).instance().reason(), HasSubstr("3000 ms"));
    EXPECT_THAT(node.Usable(), ElementsAre(PathOf(0)));
    EXPECT_EQ(node.Stats().expirations(), 1u);
  });
}

TEST(NamingServer, AWatcherThatComesBackGetsOnlyWhatItMissed) {
  testing::World world(2);
  world.Run([&] {
    Node node(world);
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(node.Register(PathOf(i)).ok());
    const uint64_t seen = node.Stats().revision();
    ASSERT_TRUE(node.Register(PathOf(7)).ok());
    Told told;
    auto watch = node.Watch("/sz", told, seen);
    ASSERT_TRUE(told.WaitFor(1));
    EXPECT_FALSE(told.replies[0].full());
    ASSERT_THAT(told.replies[0].events(), SizeIs(1));
    EXPECT_EQ(told.replies[0].events(0).instance().spec().path(), PathOf(7));
    Told foreign;
    auto other = node.Watch("/sz", foreign, 1'000'000);
    ASSERT_TRUE(foreign.WaitFor(1));
    EXPECT_TRUE(foreign.replies[0].full());
    EXPECT_THAT(foreign.replies[0].events(), SizeIs(4));
  });
}

TEST(NamingServer, ABurstIsGatheredAndSilenceHasASignOfLife) {
  testing::World world(3);
  world.Run([&] {
    Node node(world);
    Told told;
    auto watch = node.Watch("/", told);
    ASSERT_TRUE(told.WaitFor(1));
    ASSERT_TRUE(fiber::SleepFor(seconds(1)).ok());
    for (int i = 0; i < 500; ++i) {
      ASSERT_TRUE(node.Register(PathOf(i)).ok());
      fiber::Yield();
    }
    ASSERT_TRUE(fiber::SleepFor(milliseconds(5)).ok());
    EXPECT_LE(told.replies.size(), 4u);
    int events = 0;
    for (const auto& reply : told.replies) events += reply.events_size();
    EXPECT_EQ(events, 500);
    const size_t before = told.replies.size();
    ASSERT_TRUE(told.WaitFor(before + 1));
    EXPECT_THAT(told.replies.back().events(), SizeIs(0));
    EXPECT_EQ(told.times[before] - told.times[before - 1], seconds(10));
  });
}

TEST(NamingServer, ALargeFullStateComesInPartsAndOnlyTheLastHasTheRevision) {
  testing::World world(4);
  world.Run([&] {
    Node node(world);
    for (int i = 0; i < 12'000; ++i) ASSERT_TRUE(node.Register(PathOf(i)).ok());
    Told told;
    auto watch = node.Watch("music/catalog", told);
    ASSERT_TRUE(told.WaitFor(3));
    std::set<std::string> paths;
    for (size_t i = 0; i < 3; ++i) {
      EXPECT_EQ(told.replies[i].full(), i == 0);
      EXPECT_EQ(told.replies[i].revision() != 0, i == 2);
      for (const auto& event : told.replies[i].events())
        paths.insert(event.instance().spec().path());
    }
    EXPECT_THAT(paths, SizeIs(12'000));
  });
}

TEST(NamingServer, StopEndsWatchesAndRefusesCalls) {
  testing::World world(5);
  world.Run([&] {
    Node node(world, OnDisk());
    Told told;
    Status ended;
    auto watch = node.Watch("/", told, 0, &ended);
    ASSERT_TRUE(told.WaitFor(1));
    node.server->Stop();
    watch.Join();
    EXPECT_EQ(ended.code(), StatusCode::kUnavailable);
    EXPECT_EQ(node.Register(PathOf(1)).status().code(), StatusCode::kUnavailable);
  });
}

TEST(NamingServer, PollAnswersAtOnceOrAfterAChangeOrTheWait) {
  testing::World world(6);
  world.Run([&] {
    Node node(world);
    ASSERT_TRUE(node.Register(PathOf(1)).ok());
    EXPECT_TRUE(node.Heartbeat({PathOf(1)}).empty());
    v1::PollRequest request;
    request.set_target("music/catalog");
    request.set_wait_ms(2000);
    auto reply = node.service().Poll(node.context, request);
    ASSERT_TRUE(reply.ok() && reply->changed());
    EXPECT_THAT(reply->instances(), SizeIs(1));
    request.set_since_revision(reply->revision());
    request.set_epoch(reply->epoch());
    const Time start = fiber::Loop::Current()->Now();
    reply = node.service().Poll(node.context, request);
    EXPECT_FALSE(reply->changed());
    EXPECT_EQ(fiber::Loop::Current()->Now() - start, seconds(2));
    EXPECT_EQ(node.context.http_status, 304);
    EXPECT_THAT(node.context.http_headers,
                ElementsAre(std::pair("Bellrock-Reason", "nothing has changed"),
                            std::pair("Bellrock-Revision", std::to_string(reply->revision())),
                            std::pair("Bellrock-Epoch", std::to_string(reply->epoch()))));
    auto later = fiber::Start([&] {
      (void)fiber::SleepFor(milliseconds(300));
      (void)node.Register(PathOf(2));
    });
    reply = node.service().Poll(node.context, request);
    EXPECT_TRUE(reply->changed());
    EXPECT_EQ(fiber::Loop::Current()->Now() - start, milliseconds(2300));
    request.set_epoch(reply->epoch() + 1);
    EXPECT_TRUE(node.service().Poll(node.context, request)->changed()) << "another history";
    request.set_wait_ms(60'001);
    EXPECT_THAT(node.service().Poll(node.context, request).status().ToString(),
                HasSubstr("wait_ms 60001: use 1..60000"));
  });
}

TEST(NamingServer, PagesOfServicesAndListsCarryCounts) {
  testing::World world(7);
  world.Run([&] {
    Node node(world);
    for (const char* service : {"music/catalog", "music/storage", "web/gateway", "Music/extra"}) {
      for (const char* site : {"sz", "sh"}) {
        ASSERT_TRUE(node.Register(fmt::format("/{}/im/{}/default/1", site, service)).ok());
      }
    }
    EXPECT_TRUE(node.Heartbeat({"/sz/im/music/catalog/default/1"}).empty());
    v1::ListServicesRequest request;
    request.set_search("MUSIC");
    request.set_page_size(2);
    auto page = node.service().ListServices(node.context, request);
    EXPECT_EQ(page->total(), 3);
    ASSERT_THAT(page->services(), SizeIs(2));
    EXPECT_EQ(page->services(1).service(), "music/catalog");
    EXPECT_EQ(page->services(1).working(), 1);
    EXPECT_EQ(page->services(1).initial(), 1);
    EXPECT_THAT(page->services(1).sites(), ElementsAre("sh", "sz"));
    request.set_page_token(page->next_page_token());
    page = node.service().ListServices(node.context, request);
    ASSERT_THAT(page->services(), SizeIs(1));
    EXPECT_EQ(page->next_page_token(), "");
    v1::ListRequest list;
    list.set_path("/sz/im");
    const auto children = node.service().List(node.context, list);
    ASSERT_TRUE(children.ok());
    ASSERT_THAT(children->children(), SizeIs(3));
    EXPECT_EQ(children->children(1).path(), "/sz/im/music");
    EXPECT_EQ(children->children(1).instances(), 2);
    EXPECT_EQ(children->children(1).working(), 1);
    list.set_path("/nowhere");
    EXPECT_EQ(node.service().List(node.context, list).status().code(), StatusCode::kNotFound);
  });
}

TEST(NamingServer, ARestartIsANewEpochAndKeepsInstancesAndTheOperatorsWord) {
  testing::World world(8);
  world.Run([&] {
    uint64_t epoch = 0;
    {
      Node node(world, OnDisk());
      epoch = node.Stats().epoch();
      ASSERT_TRUE(node.Register(PathOf(1)).ok());
      ASSERT_TRUE(node.Register(PathOf(2)).ok());
      EXPECT_TRUE(node.Heartbeat({PathOf(1), PathOf(2)}).empty());
      v1::SetOperatorStateRequest request;
      request.set_path(PathOf(2));
      request.mutable_operator_state()->set_isolated(true);
      ASSERT_TRUE(node.service().SetOperatorState(node.context, request).ok());
    }
    ASSERT_TRUE(fiber::SleepFor(seconds(100)).ok());
    Node node(world, OnDisk());
    EXPECT_GT(node.Stats().epoch(), epoch);
    EXPECT_THAT(node.Usable(), ElementsAre(PathOf(1)));
    EXPECT_THAT(node.Usable("music/catalog", true), SizeIs(2));
    // A full lease, and not a moment less.
    ASSERT_TRUE(fiber::SleepFor(milliseconds(2900)).ok());
    EXPECT_THAT(node.Usable(), ElementsAre(PathOf(1)));
    ASSERT_TRUE(fiber::SleepFor(milliseconds(200)).ok());
    EXPECT_TRUE(node.Usable().empty());
  });
}

// The word that found the disk full is done, told as such, and written as soon as there is room;
// those that come after it are refused until then.
TEST(NamingServer, AFullDiskRefusesWritesOnly) {
  testing::World world(9);
  world.Run([&] {
    Node node(world, OnDisk());
    ASSERT_TRUE(node.Register(PathOf(1)).ok());
    EXPECT_TRUE(node.Heartbeat({PathOf(1)}).empty());
    Told told;
    auto watch = node.Watch("/", told);
    ASSERT_TRUE(told.WaitFor(1));
    world.SetDiskSpace("a", 20);
    const auto refused = node.Register(PathOf(2));
    EXPECT_EQ(refused.status().code(), StatusCode::kResourceExhausted);
    EXPECT_THAT(refused.status().ToString(), HasSubstr("not on disk yet"));
    EXPECT_NE(node.Stats().storage_error(), "");
    EXPECT_EQ(node.Register(PathOf(3)).status().code(), StatusCode::kResourceExhausted);
    EXPECT_THAT(node.Usable("/", true), ElementsAre(PathOf(1), PathOf(2)));
    EXPECT_TRUE(node.Heartbeat({PathOf(1)}).empty());
    ASSERT_TRUE(told.WaitFor(3)) << "watches go on: the lease ends";
    EXPECT_EQ(told.replies[2].events(0).instance().state(), v1::INSTANCE_STATE_UNREACHABLE);
    world.SetDiskSpace("a", 1 << 20);
    ASSERT_TRUE(fiber::SleepFor(seconds(1)).ok());
    EXPECT_EQ(node.Stats().storage_error(), "");
    node.server->Stop();
    Node again(world, OnDisk());
    EXPECT_THAT(again.Usable("/", true), SizeIs(2));
  });
}

// Registrations, heartbeats, deregistrations and snapshots from several fibers, a crash of the disk
// at a random moment, a restart: what was acknowledged is there, what was working is working, and
// nobody expires before a full lease.
TEST(NamingServer, NothingAcknowledgedIsMissingAfterACrash) {
  for (uint64_t seed = 1; seed <= 25; ++seed) {
    testing::World world(seed);
    world.Run([&] {
      world.SetSyncDelay("a", std::chrono::microseconds(200));
      NamingServerOptions options = OnDisk();
      options.snapshot_units = 40;
      options.segment_bytes = 2000;
      std::map<std::string, uint64_t> there;  // acknowledged: path -> incarnation
      std::set<std::string> unsure;           // asked for, not answered
      {
        Node node(world, options);
        ASSERT_TRUE(node.status.ok()) << node.status.ToString();
        fiber::Random& random = node.environment.random;
        std::vector<fiber::JoinHandle> fibers;
        for (int f = 0; f < 6; ++f) {
          fibers.push_back(fiber::Start([&, f] {
            while (true) {
              const std::string path = PathOf(f * 100 + static_cast<int>(random.Next() % 8));
              unsure.insert(path);
              if (random.Next() % 4 == 0) {
                v1::DeregisterRequest request;
                request.set_path(path);
                if (!node.service().Deregister(node.context, request).ok()) return;
                there.erase(path);
              } else {
                const auto reply = node.Register(path);
                if (!reply.ok()) return;
                there[path] = reply->incarnation();
                (void)node.Heartbeat({path});
              }
              unsure.erase(path);
            }
          }));
        }
        (void)fiber::SleepFor(milliseconds(5) + std::chrono::microseconds(random.Next() % 20'000));
        world.CrashDisk("a");
        for (auto& one : fibers) one.Join();
      }
      ASSERT_GT(there.size(), 10u);
      Node node(world, options);
      ASSERT_TRUE(node.status.ok()) << "seed " << seed << ": " << node.status.ToString();
      const std::set<std::string> found = node.Usable("/", true);
      for (const auto& [path, incarnation] : there) {
        EXPECT_TRUE(found.contains(path) || unsure.contains(path)) << path << " seed " << seed;
      }
      for (const auto& path : found) {
        EXPECT_TRUE(there.contains(path) || unsure.contains(path)) << path << " seed " << seed;
      }
      const int64_t working = node.Stats().working();
      (void)fiber::SleepFor(milliseconds(2990));
      EXPECT_EQ(node.Stats().working(), working) << "seed " << seed;
      EXPECT_EQ(node.Stats().expirations(), 0u);
    });
  }
}

TEST(NamingServer, BadRequestsAreToldWhatToDo) {
  testing::World world(10);
  world.Run([&] {
    Node node(world);
    EXPECT_THAT(node.service().Register(node.context, {}).status().ToString(),
                HasSubstr("instance is missing"));
    v1::HeartbeatRequest many;
    for (int i = 0; i <= 10'000; ++i) many.add_paths("/x");
    EXPECT_THAT(node.service().Heartbeat(node.context, many).status().ToString(),
                HasSubstr("paths has 10001 entries: send at most 10000"));
    v1::LookupRequest lookup;
    lookup.set_target("catalog");
    EXPECT_THAT(node.service().Lookup(node.context, lookup).status().ToString(),
                HasSubstr("target \"catalog\""));
    v1::DeregisterRequest gone;
    gone.set_path("/a/b");
    EXPECT_EQ(node.service().Deregister(node.context, gone).status().code(),
              StatusCode::kInvalidArgument);
  });
}

TEST(NamingServer, ADamagedDirectoryIsRefusedByName) {
  testing::World world(11);
  world.Run([&] {
    { Node node(world, OnDisk()); }
    fiber::Disk& disk = world.Host("a").disk;
    auto file = disk.Open("/data/naming/epoch", fiber::OpenMode::kAppendOrCreate);
    ASSERT_TRUE(file.ok());
    ASSERT_TRUE((*file)->Append(std::as_bytes(std::span("x", 1))).ok());
    Node node(world, OnDisk());
    EXPECT_EQ(node.status.code(), StatusCode::kDataLoss);
    EXPECT_THAT(node.status.ToString(), HasSubstr("/data/naming/epoch"));
  });
}

}  // namespace
}  // namespace bellrock::naming::server
