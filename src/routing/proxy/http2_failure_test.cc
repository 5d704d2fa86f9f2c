// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// What goes wrong with HTTP/2 through the proxy, in a simulated world.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "routing/proxy/http2_world_for_test.h"
#include "testing/world.h"

namespace bellrock::routing::proxy {
namespace {

using rpc::milliseconds;
using rpc::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::World;

using Report = std::pair<uint32_t, StatusCode>;

TEST(Http2Failures, AFailedConnectCountsOnceForAllWhoWaited) {
  World world(1);
  world.Run([&] {
    ScriptedServer well(world.Host("well"), "well", Answer);
    ProxyWorld proxy(world, {"gone", "well", "gone", "well"}, "http:music/catalog", {}, 7600);
    TestClient client(world.Host("c"), Address::Tcp("p", 9000));
    std::vector<std::unique_ptr<TestCall>> calls;
    for (int i = 0; i < 4; ++i) {
      calls.push_back(client.Open(Http2World::kPath));
      client.Send(*calls.back(), "x", true);
    }
    (void)fiber::SleepFor(seconds(1));
    int unreachable = 0;
    for (const auto& [slot, code] : proxy.source.reports) {
      unreachable += code == StatusCode::kUnavailable ? 1 : 0;
    }
    for (const auto& call : calls) EXPECT_EQ(call->status(), "0");
    EXPECT_EQ(unreachable, 1);
  });
}

TEST(Http2Failures, WithoutAnyInstanceTheClientIsTold) {
  World world(2);
  world.Run([&] {
    ProxyWorld proxy(world, {"gone"}, "http:music/catalog", {}, 7600);
    TestClient client(world.Host("c"), Address::Tcp("p", 9000));
    auto call = client.Call(Http2World::kPath, "x");
    EXPECT_EQ(call->status(), "14");
    EXPECT_THAT(call->text(), HasSubstr("could not be connected"));
    EXPECT_EQ(proxy.source.reports.size(), 3u);
  });
}

TEST(Http2Failures, ARefusedStreamGoesToAnotherInstance) {
  InHttp2World<World>(3, 2, [](Http2World& scene) {
    auto first = scene.Call();  // connects
    scene.Call();
    scene.servers[0]->last().handler = [](ScriptedCall& call) {
      call.Reset(ErrorCode::kRefusedStream);
    };
    auto call = scene.Call("once more");
    EXPECT_EQ(call->status(), "0");
    EXPECT_EQ(call->body, "once more");
    EXPECT_EQ(scene.proxy.source.reports[2], (Report{0, StatusCode::kUnavailable}));
    EXPECT_EQ(scene.proxy.source.reports[3], (Report{1, StatusCode::kOk}));
  });
}

TEST(Http2Failures, WhatIsNoLongerHeldIsNotSentAgain) {
  World world(18);
  world.Run([&] {
    Limits limits;
    limits.http2_replay_bytes_max = 1000;
    Http2World scene(
        world, 2, [](ScriptedCall& call) { call.Reset(ErrorCode::kRefusedStream); }, limits);
    EXPECT_EQ(scene.Call(std::string(1001, 'x'))->status(), "14");
    EXPECT_EQ(scene.codes().size(), 1u);
    EXPECT_EQ(scene.Call(std::string(1000, 'x'))->status(), "14");
    EXPECT_EQ(scene.codes().size(), 4u);  // three tries
  });
}

TEST(Http2Failures, AStreamThatAGoawayPassesByGoesOnElsewhereAndBlamesNobody) {
  InHttp2World<World>(4, 2, [](Http2World& scene) {
    auto early = scene.client->Open(Http2World::kPath);  // to instance 0
    scene.client->Send(*early, "early", false);
    (void)fiber::SleepFor(milliseconds(10));
    auto other = scene.Call();                          // to instance 1
    auto late = scene.client->Open(Http2World::kPath);  // to instance 0
    scene.client->Send(*late, "late", false);
    (void)fiber::SleepFor(milliseconds(10));
    scene.servers[0]->last().Goaway(static_cast<uint32_t>(scene.servers[0]->call(0).id()));
    (void)fiber::SleepFor(milliseconds(10));
    scene.client->Send(*early, "", true);
    scene.client->Send(*late, "r", true);
    (void)fiber::SleepFor(milliseconds(10));
    EXPECT_EQ(early->body, "early");
    EXPECT_EQ(late->body, "later");
    EXPECT_EQ(scene.codes(), std::vector(3, StatusCode::kOk));
    EXPECT_EQ(scene.proxy.source.unpicked, 1);
    (void)scene.Call();
    EXPECT_EQ(scene.servers[0]->connections.size(), 2u);  // a new one
  });
}

TEST(Http2Failures, ResetsCrossBothWays) {
  World world(5);
  world.Run([&] {
    Http2World scene(world, 1, [](ScriptedCall& call) {
      call.Begin();
      call.Reset(ErrorCode::kEnhanceYourCalm);
    });
    auto by_instance = scene.Call();
    EXPECT_EQ(by_instance->code, ErrorCode::kEnhanceYourCalm);
    EXPECT_THAT(scene.codes(), ElementsAre(StatusCode::kResourceExhausted));
    auto by_client = scene.client->Open(Http2World::kPath);
    (void)fiber::SleepFor(milliseconds(10));
    scene.client->session.Reset(*by_client, ErrorCode::kInternalError);
    (void)fiber::SleepFor(milliseconds(10));
    EXPECT_EQ(scene.servers[0]->call(1).closed, ErrorCode::kInternalError);
    EXPECT_EQ(scene.codes().back(), StatusCode::kCancelled);
  });
}

TEST(Http2Failures, AClientThatWaitedUntilItsDeadlineCountsAgainstTheInstance) {
  World world(6);
  world.Run([&] {
    Http2World scene(world, 1, [](ScriptedCall&) {});
    auto call = scene.client->Open(Http2World::kPath, {{"grpc-timeout", "100m"}});
    scene.client->Send(*call, "", true);
    (void)fiber::SleepFor(milliseconds(100));
    scene.client->session.Reset(*call, ErrorCode::kCancel);
    (void)fiber::SleepFor(milliseconds(10));
    EXPECT_THAT(scene.codes(), ElementsAre(StatusCode::kDeadlineExceeded));
    // One that does not keep its own deadline is told.
    auto silent = scene.client->Open(Http2World::kPath, {{"grpc-timeout", "100m"}});
    scene.client->Send(*silent, "", true);
    (void)fiber::SleepFor(seconds(2));
    EXPECT_EQ(silent->status(), "4");
    EXPECT_EQ(scene.codes().size(), 2u);
  });
}

TEST(Http2Failures, WordsOfGrpcAreJudged) {
  InHttp2World<World>(7, 1, [](Http2World& scene) {
    for (const char* word : {"0", "5", "14", "4", "13"}) {
      EXPECT_EQ(scene.Call("x", {{"x-word", word}})->status(), word);
    }
    EXPECT_THAT(scene.codes(),
                ElementsAre(StatusCode::kOk, StatusCode::kNotFound, StatusCode::kUnavailable,
                            StatusCode::kDeadlineExceeded, StatusCode::kInternal));
    EXPECT_EQ(scene.proxy.shard.Counts()[0].counts.failed, 3u);
  });
}

TEST(Http2Failures, CallsAreCountedByMethodsThatInstancesKnow) {
  InHttp2World<World>(17, 1, [](Http2World& scene) {
    scene.Call("x", {{"x-word", "14"}});
    scene.client->Call("/made.Up/Name", "x", {{"x-word", "12"}});
    scene.Get("/page/17");
    EXPECT_THAT(scene.proxy.observer.calls,
                ElementsAre("bellrock/proxy > music/catalog music.v1.Catalog/Get UNAVAILABLE",
                            "bellrock/proxy > music/catalog gRPC/other UNIMPLEMENTED",
                            "bellrock/proxy > music/catalog HTTP/GET OK"));
    // The same for what shields of single methods go by.
    EXPECT_THAT(scene.proxy.source.methods_judged,
                ElementsAre(ListedSource::kMethodHash, 0u, ListedSource::kMethodHash));
    EXPECT_EQ(scene.servers[0]->call(0).headers["bellrock-caller"], "bellrock/proxy");
  });
}

TEST(Http2Failures, AfterABrokenConnectionOnlyWhatMayBeRepeatedIs) {
  World world(8);
  world.Run([&] {
    bool dies = true;
    Http2World scene(world, 2, [&](ScriptedCall& call) {
      if (std::exchange(dies, false)) {
        call.connection.link.Close(UnavailableError("it died"));
      } else {
        Answer(call);
      }
    });
    const auto pending = scene.client->Open(Http2World::kPath);  // no connection lies idle
    auto get = scene.Get("/page", {{"content-type", "application/grpc"}});
    EXPECT_EQ(get->status(), "0");
    dies = true;
    auto call = scene.Call();
    EXPECT_EQ(call->status(), "14");
    EXPECT_THAT(call->text(), HasSubstr("service 'music/catalog'"));
  });
}

TEST(Http2Failures, AnAnswerThatBreaksOffEndsWithAWord) {
  World world(9);
  world.Run([&] {
    Http2World scene(world, 1, [](ScriptedCall& call) {
      call.Begin();
      call.output().Append("part");
      call.connection.session.Send(call);
      call.connection.session.FlushNow();
      (void)fiber::Loop::Current()->Spawn([&call] {
        (void)fiber::SleepFor(milliseconds(5));
        call.connection.link.Close(UnavailableError("it died"));
      });
    });
    auto call = scene.Call();
    (void)fiber::SleepFor(milliseconds(10));
    EXPECT_EQ(call->body, "part");
    EXPECT_EQ(call->status(), "14");
    EXPECT_THAT(scene.codes(), ElementsAre(StatusCode::kUnavailable));
  });
}

TEST(Http2Failures, AnInstanceOfHttp1IsSaidToBeOneAndNotBlamed) {
  World world(10);
  world.Run([&] {
    Instance instance(world, "i", [](fiber::Stream& stream) {
      (void)ReadHeadOf(stream);
      (void)stream.WriteAll(BytesOf("HTTP/1.1 400 Bad Request\r\n\r\n"));
    });
    ProxyWorld proxy(world, {"i"}, "http:music/catalog");
    TestClient client(world.Host("c"), Address::Tcp("p", 9000));
    auto call = client.OpenPlain("GET", "/", {}, true);
    (void)fiber::SleepFor(milliseconds(10));
    EXPECT_EQ(call->fields[":status"], "502");
    EXPECT_THAT(call->body, HasSubstr("does it speak HTTP/2"));
    EXPECT_THAT(proxy.source.reports, ElementsAre(Report{0, StatusCode::kUnimplemented}));
  });
}

TEST(Http2Failures, AnInstanceThatDoesNotAnswerInTimeIsGivenUp) {
  World world(11);
  world.Run([&] {
    Limits limits;
    limits.answer_timeout = seconds(2);
    Http2World scene(
        world, 1, [](ScriptedCall&) {}, limits);
    auto call = scene.Get("/page");
    (void)fiber::SleepFor(seconds(3));
    EXPECT_EQ(call->fields[":status"], "504");
    EXPECT_THAT(scene.codes(), ElementsAre(StatusCode::kDeadlineExceeded));
    EXPECT_TRUE(scene.servers[0]->call().closed.has_value());
  });
}

TEST(Http2Failures, AnInstanceThatFallsSilentIsFoundByItsPings) {
  World world(12);
  world.Run([&] {
    // It takes what comes, and answers nothing.
    Instance mute(world, "mute", [](fiber::Stream& stream) {
      const std::string settings("\0\0\0\4\0\0\0\0\0", 9);
      (void)stream.WriteAll(BytesOf(settings));
      (void)ReadAll(stream);
    });
    ProxyWorld proxy(world, {"mute"}, "http:music/catalog");
    TestClient client(world.Host("c"), Address::Tcp("p", 9000));
    auto call = client.Open(Http2World::kPath);
    (void)fiber::SleepFor(seconds(15));
    EXPECT_FALSE(call->closed);
    (void)fiber::SleepFor(seconds(30));
    EXPECT_EQ(call->status(), "14");
    EXPECT_THAT(call->text(), HasSubstr("does not answer a ping"));
    EXPECT_THAT(proxy.source.reports, ElementsAre(Report{0, StatusCode::kUnavailable}));
  });
}

TEST(Http2Failures, ALongStreamIsToldOfBeforeItsEnd) {
  World world(13);
  world.Run([&] {
    Http2World scene(world, 1, [](ScriptedCall& call) { call.Begin(); });
    auto call = scene.Call();
    EXPECT_TRUE(scene.codes().empty());
    (void)fiber::SleepFor(seconds(2));
    EXPECT_THAT(scene.codes(), ElementsAre(StatusCode::kOk));
    scene.servers[0]->call().End("14");
    (void)fiber::SleepFor(milliseconds(10));
    EXPECT_THAT(scene.codes(), ElementsAre(StatusCode::kOk, StatusCode::kUnavailable));
  });
}

TEST(Http2Failures, AClientThatLeavesCountsAgainstNobody) {
  World world(14);
  world.Run([&] {
    Http2World scene(world, 1, [](ScriptedCall&) {});
    auto call = scene.Call();
    scene.client = nullptr;
    (void)fiber::SleepFor(milliseconds(10));
    EXPECT_THAT(scene.codes(), ElementsAre(StatusCode::kCancelled));
    EXPECT_EQ(scene.servers[0]->call().closed, ErrorCode::kCancel);
    EXPECT_EQ(scene.proxy.shard.connections(), 0u);
  });
}

TEST(Http2Failures, MoreRequestsThanOneConnectionTakesOpenAnother) {
  World world(15);
  world.Run([&] {
    Limits limits;
    limits.http2_streams_per_upstream_max = 2;
    limits.http2_upstreams_per_address_max = 2;
    Http2World scene(
        world, 1, [](ScriptedCall&) {}, limits);
    std::vector<std::unique_ptr<TestCall>> calls;
    for (int i = 0; i < 4; ++i) calls.push_back(scene.Call());
    EXPECT_EQ(scene.servers[0]->connections.size(), 2u);
    auto beyond = scene.Call();
    EXPECT_EQ(beyond->status(), "14");
    EXPECT_THAT(beyond->text(), HasSubstr("full of requests"));
    EXPECT_TRUE(scene.codes().empty());
  });
}

TEST(Http2Failures, WhatBreaksTheProtocolEndsItsConnectionOnly) {
  InHttp2World<World>(16, 1, [](Http2World& scene) {
    auto bad = scene.proxy.Connect();
    ASSERT_TRUE(bad->WriteAll(BytesOf("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nwhat is this")).ok());
    (void)ReadAll(*bad);
    EXPECT_EQ(scene.Call()->status(), "0");
    EXPECT_EQ(scene.proxy.shard.connections(), 1u);
  });
}

}  // namespace
}  // namespace bellrock::routing::proxy
