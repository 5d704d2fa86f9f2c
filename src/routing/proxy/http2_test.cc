// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// HTTP/2 through the proxy, in a simulated world.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "routing/proxy/http2_world_for_test.h"
#include "rpc/client.h"
#include "testing/world.h"

namespace bellrock::routing::proxy {
namespace {

using rpc::At;
using rpc::milliseconds;
using rpc::seconds;
using rpc::http2::HeaderField;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::World;

TEST(Http2Proxy, EachRequestGoesToAnInstanceOfItsOwn) {
  InHttp2World<World>(1, 2, [](Http2World& scene) {
    std::vector<std::unique_ptr<TestCall>> calls;
    for (int i = 0; i < 6; ++i) calls.push_back(scene.Call("hello"));
    for (const auto& call : calls) {
      EXPECT_EQ(call->body, "hello");
      EXPECT_EQ(call->status(), "0");
      EXPECT_TRUE(call->closed);
    }
    for (const auto& server : scene.servers) {
      ASSERT_EQ(server->connections.size(), 1u);
      EXPECT_EQ(server->last().calls.size(), 3u);
    }
    EXPECT_EQ(scene.codes(), std::vector(6, StatusCode::kOk));
  });
}

TEST(Http2Proxy, ClientsShareTheConnectionToAnInstance) {
  World world(2);
  world.Run([&] {
    Http2World scene(world);
    TestClient other(world.Host("d"), Address::Tcp("p", 9000));
    auto first = scene.Call();
    auto second = other.Call(Http2World::kPath, "there");
    EXPECT_EQ(first->body + second->body, "hellothere");
    EXPECT_EQ(scene.servers[0]->connections.size(), 1u);
  });
}

TEST(Http2Proxy, FieldsAndTrailersCrossUnchanged) {
  InHttp2World<World>(3, 1, [](Http2World& scene) {
    auto call = scene.Call("hello", {{"x-mine", "1"}, {"key-bin", "AAE="}});
    const auto& got = scene.servers[0]->call().headers;
    EXPECT_EQ(got.at("x-mine"), "1");
    EXPECT_EQ(got.at("key-bin"), "AAE=");
    EXPECT_EQ(got.at("te"), "trailers");
    EXPECT_EQ(got.at(":authority"), "s");
    EXPECT_EQ(got.at("x-forwarded-for"), "c");
    EXPECT_EQ(call->fields[":status"], "200");
    EXPECT_EQ(call->fields["content-type"], "application/grpc");
    EXPECT_EQ(call->fields["x-last"], "word");
    EXPECT_EQ(call->blocks, 2);
  });
}

TEST(Http2Proxy, AWholeAnswerInOneHeadCrosses) {
  World world(4);
  world.Run([&] {
    Http2World scene(world, 1, [](ScriptedCall& call) {
      call.Only({{":status", "304"}, {"etag", "x"}});
    });
    auto call = scene.Get("/page");
    EXPECT_EQ(call->fields[":status"], "304");
    EXPECT_TRUE(call->closed);
    EXPECT_EQ(call->blocks, 1);
  });
}

TEST(Http2Proxy, AnInterimAnswerReachesTheClient) {
  World world(5);
  world.Run([&] {
    Http2World scene(world, 1, [](ScriptedCall& call) {
      const std::vector<HeaderField> interim = {{":status", "103"}, {"link", "</a>"}};
      call.connection.session.Inform(call, interim);
      Answer(call);
    });
    auto call = scene.Call();
    EXPECT_EQ(call->fields["link"], "</a>");
    EXPECT_EQ(call->blocks, 3);
    EXPECT_EQ(call->status(), "0");
  });
}

TEST(Http2Proxy, AllKindsOfCallsReachABellrockServer) {
  World world(6);
  world.Run([&] {
    rpc::EchoServer echo(world.Host("i"), "i");
    ProxyWorld proxy(world, {"i"}, "http:music/catalog", {}, 7600);
    rpc::ListedEndpoints through({Address::Tcp("p", 9000)});
    rpc::Client client(world.Host("c"), through, nullptr,
                       {.caller = "a/b", .attempts = 1, .protocol = Protocol::kGrpc});
    rpc::sample::v1::EchoStub stub(client);
    rpc::sample::v1::EchoRequest request;
    request.set_text("hi");
    EXPECT_EQ(stub.Say(request)->text(), "hi");
    rpc::sample::v1::CountRequest count;
    count.set_items(500);
    count.set_item_bytes(2000);
    auto counted = stub.Count(count);
    ASSERT_TRUE(counted.ok());
    rpc::sample::v1::EchoReply item;
    int items = 0;
    while (*counted->Read(item)) ++items;
    EXPECT_EQ(items, 500);
    auto chat = stub.Chat();
    ASSERT_TRUE(chat.ok());
    for (const char* text : {"a", "b"}) {
      request.set_text(text);
      ASSERT_TRUE(chat->Write(request).ok());
      ASSERT_TRUE(*chat->Read(item));
      EXPECT_EQ(item.text(), text);
    }
    ASSERT_TRUE(chat->CloseWrites().ok());
    EXPECT_FALSE(*chat->Read(item));
  });
}

TEST(Http2Proxy, AnErrorTypeCrossesAndIsCounted) {
  World world(16);
  world.Run([&] {
    rpc::EchoServer echo(world.Host("i"), "i");
    echo.service.error_type = "SoldOut";
    ProxyWorld proxy(world, {"i"}, "http:music/catalog", {}, 7600);
    rpc::ListedEndpoints through({Address::Tcp("p", 9000)});
    rpc::Client client(world.Host("c"), through, nullptr,
                       {.caller = "a/b", .attempts = 1, .protocol = Protocol::kGrpc});
    rpc::sample::v1::EchoRequest request;
    request.set_text("no seat");
    rpc::sample::v1::EchoStub stub(client);
    EXPECT_TRUE(stub.Say(request).ok());
    request.set_code(static_cast<int>(StatusCode::kFailedPrecondition));
    EXPECT_EQ(stub.Say(request).status(),
              FailedPreconditionError("no seat").WithErrorType("SoldOut"));
    const std::string call = "a/b > music/catalog bellrock.rpc.sample.v1.Echo/Say ";
    EXPECT_EQ(proxy.observer.calls,
              (std::vector{call + "OK", call + "FAILED_PRECONDITION:SoldOut"}));
  });
}

TEST(Http2Proxy, RulesSeeMethodKeyLaneAndPriority) {
  World world(7);
  world.Run([&] {
    Http2World scene(world);
    ListenSpec spec = *ParseListenSpec(
        "http:music/catalog=127.0.0.1:9002,key-header=X-User,headers=on,traceparent=on");
    spec.address = Address::Tcp("p", 9002);
    ASSERT_TRUE(scene.proxy.shard.Listen(spec, false).ok());
    TestClient client(world.Host("c"), Address::Tcp("p", 9002));
    auto call =
        client.Call(Http2World::kPath, "",
                    {{"x-user", "ada"}, {"bellrock-lane", "blue"}, {"bellrock-qos", "critical"}});
    EXPECT_EQ(call->status(), "0");
    auto plain = client.OpenPlain("GET", "/a/b", {}, true);
    (void)fiber::SleepFor(milliseconds(10));
    const ListedSource& source = scene.proxy.source;
    EXPECT_THAT(source.keys, ElementsAre("ada", ""));
    EXPECT_THAT(source.methods, ElementsAre("music.v1.Catalog/Get", "HTTP/GET"));
    EXPECT_THAT(source.lanes, ElementsAre("blue", ""));
    EXPECT_THAT(source.qos, ElementsAre(Qos::kCritical, Qos::kNormal));
    EXPECT_THAT(scene.servers[0]->call().headers["traceparent"], HasSubstr("00-"));
  });
}

TEST(Http2Proxy, ThePortOfAllServicesGoesByTheAuthority) {
  World world(8);
  world.Run([&] {
    Http2World scene(world, 1, Answer, {}, "http:*");
    const auto ask = [&](const std::string& authority, const Fields& more) {
      auto call = std::make_unique<TestCall>();
      std::vector<HeaderField> fields = {
          {":method", "GET"}, {":scheme", "http"}, {":path", "/"}, {":authority", authority}};
      for (const auto& [name, value] : more) fields.push_back({name, value});
      EXPECT_TRUE(scene.client->session.Open(*call, fields, true).ok());
      (void)fiber::SleepFor(milliseconds(10));
      return call;
    };
    EXPECT_EQ(ask("catalog.music.bellrock:80", {})->status(), "0");
    EXPECT_EQ(ask("any", {{"x-bellrock-service", "music/catalog"}})->status(), "0");
    auto unnamed = ask("any", {});
    EXPECT_EQ(unnamed->fields[":status"], "404");
    EXPECT_THAT(unnamed->body, HasSubstr("SERVICE.LINE.bellrock"));
    auto unknown = ask("other.music.bellrock", {});
    EXPECT_EQ(unknown->fields[":status"], "404");
    EXPECT_THAT(unknown->body, HasSubstr("'music/other'"));
    auto call = ask("any", {{"content-type", "application/grpc"}});
    EXPECT_EQ(call->fields[":status"], "200");
    EXPECT_EQ(call->status(), "12");
  });
}

TEST(Http2Proxy, ARefusedCallIsToldSoInItsOwnLanguage) {
  InHttp2World<World>(9, 1, [](Http2World& scene) {
    scene.proxy.source.refusal = ResourceExhaustedError("-10000: overloaded");
    auto call = scene.Call();
    EXPECT_EQ(call->fields[":status"], "200");
    EXPECT_EQ(call->status(), "8");
    EXPECT_THAT(call->text(), HasSubstr("-10000"));
    auto plain = scene.Get("/page");
    EXPECT_EQ(plain->fields[":status"], "503");
    EXPECT_EQ(plain->fields["retry-after"], "1");
    EXPECT_THAT(plain->body, HasSubstr("-10000"));
  });
}

TEST(Http2Proxy, ASlowReaderOfAnAnswerHoldsUpNobodyElse) {
  World world(10);
  world.Run([&] {
    Http2World scene(world, 1, [](ScriptedCall& call) {
      call.Begin();
      call.output().Append(std::string(std::stoul(call.body), 'a'));
      call.End("0");
    });
    auto slow = scene.client->Open(Http2World::kPath);
    slow->reads = nullptr;
    scene.client->Send(*slow, "10000000", true);
    (void)fiber::SleepFor(milliseconds(100));
    auto quick = scene.Call("100000");
    (void)fiber::SleepFor(milliseconds(100));
    EXPECT_EQ(quick->body.size(), 100'000u);
    EXPECT_TRUE(quick->closed);
    EXPECT_FALSE(slow->closed);
    // Its window, and what the instance may send ahead of it.
    EXPECT_LE(scene.proxy.shard.held(), scene.proxy.shard.limits().http2_window_bytes);
    EXPECT_GT(scene.servers[0]->call(0).output().size(), 9'000'000u);
    slow->reads = &scene.client->session;
    scene.client->session.GiveWindow(*slow, slow->body.size());
    (void)fiber::SleepFor(seconds(1));
    EXPECT_EQ(slow->body.size(), 10'000'000u);
    EXPECT_EQ(scene.proxy.shard.held(), 0u);
  });
}

TEST(Http2Proxy, ASlowReaderOfARequestHoldsUpItsClient) {
  InHttp2World<World>(11, 1, [](Http2World& scene) {
    auto call = scene.client->Open(Http2World::kPath);
    (void)fiber::SleepFor(milliseconds(10));
    scene.servers[0]->call().gives_window = false;
    scene.client->Send(*call, std::string(5'000'000, 'a'), true);
    (void)fiber::SleepFor(seconds(1));
    EXPECT_GT(call->output().size(), 4'000'000u);
    const Limits& limits = scene.proxy.shard.limits();
    EXPECT_LE(scene.proxy.shard.held(), limits.http2_window_bytes + limits.http2_replay_bytes_max);
    ScriptedCall& at = scene.servers[0]->call();
    at.gives_window = true;
    at.connection.session.GiveWindow(at, at.body.size());
    (void)fiber::SleepFor(seconds(1));
    EXPECT_EQ(at.body.size(), 5'000'000u);
    EXPECT_EQ(call->status(), "0");
  });
}

TEST(Http2Proxy, StreamsBeyondTheBoundOfBytesEnd) {
  World world(12);
  world.Run([&] {
    Limits limits;
    limits.http2_held_bytes_max = 10'000;
    Http2World scene(
        world, 1,
        [](ScriptedCall& call) {
          call.Begin();
          call.output().Append(std::string(200'000, 'a'));
          call.End("0");
        },
        limits);
    auto call = scene.Call();
    EXPECT_TRUE(call->closed);
    EXPECT_EQ(call->code, ErrorCode::kEnhanceYourCalm);
    EXPECT_EQ(scene.proxy.shard.held(), 0u);
  });
}

TEST(Http2Proxy, DrainsWhenItStops) {
  World world(13);
  world.Run([&] {
    Http2World scene(world, 1, [](ScriptedCall& call) {
      (void)fiber::Loop::Current()->Spawn([&call] {
        (void)fiber::SleepFor(seconds(1));
        Answer(call);
      });
    });
    auto call = scene.Call();
    const Time began = world.loop().Now();
    scene.proxy.shard.Drain(began + seconds(5));
    EXPECT_LT(world.loop().Now() - began, seconds(2));
    EXPECT_EQ(call->status(), "0");
    EXPECT_FALSE(scene.client->goaways.empty());
  });
}

TEST(Http2Proxy, IdleConnectionsEndInGoodOrder) {
  InHttp2World<World>(14, 1, [](Http2World& scene) {
    auto call = scene.Call();
    (void)fiber::SleepFor(seconds(22));
    EXPECT_FALSE(scene.servers[0]->last().why.ok());
    EXPECT_TRUE(scene.client->why.ok());
    (void)fiber::SleepFor(seconds(40));
    EXPECT_FALSE(scene.client->why.ok());
    EXPECT_FALSE(scene.client->goaways.empty());
    EXPECT_EQ(scene.proxy.shard.connections(), 0u);
  });
}

}  // namespace
}  // namespace bellrock::routing::proxy
