// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Servers and clients of the framework inside TLS, in the simulator.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rpc/access/access_control.h"
#include "rpc/sim_peers.h"
#include "rpc/tls/tls_peers.h"
#include "testing/world.h"

namespace bellrock::rpc {
namespace {

using TlsWorld = TlsWorldOf<bellrock::testing::World>;
using sample::v1::CountRequest;
using sample::v1::EchoReply;
using sample::v1::EchoRequest;
using sample::v1::EchoStub;
using ::testing::AllOf;
using ::testing::HasSubstr;

// Remembers who called.
class IdentityWitness final : public ServerInterceptor {
 public:
  Status Before(ServerContext& context, std::string_view, std::string_view) override {
    seen.emplace_back(context.identity());
    return Status::Ok();
  }
  std::vector<std::string> seen;
};

// An echo server that requires certificates of its clients, and a client with one.
struct SecureEcho {
  explicit SecureEcho(TlsWorld& tls, ServerOptions options = {}) : world(tls) {
    tls.PutFiles();
    TlsOptions server_tls = tls.ServerOptions();
    server_tls.require_client_certificate = true;
    context = tls.Server(server_tls);
    options.tls = context;
    options.interceptors.push_back(&witness);
    echo = std::make_unique<EchoServer>(tls.server_host, "s", std::move(options));
  }

  std::unique_ptr<Client> NewClient(std::shared_ptr<TlsContext> client_tls) {
    return std::make_unique<Client>(
        world.client_host, endpoints, nullptr,
        ClientOptions{.timeout = seconds(60), .attempts = 1, .tls = std::move(client_tls)});
  }
  std::unique_ptr<Client> NewClient() { return NewClient(world.Client(world.ClientOptions())); }

  TlsWorld& world;
  IdentityWitness witness;
  std::shared_ptr<TlsContext> context;
  std::unique_ptr<EchoServer> echo;
  ListedEndpoints endpoints{{At("s")}};
};

EchoRequest Text(std::string text) {
  EchoRequest request;
  request.set_text(std::move(text));
  return request;
}

TEST(TlsServer, ServesCallsAndKnowsWhoCalls) {
  TlsWorld tls(1);
  tls.world.Run([&] {
    SecureEcho secure(tls);
    auto client = secure.NewClient();
    for (int i = 0; i < 3; ++i) {
      auto reply = EchoStub(*client).Say(Text("hello"));
      ASSERT_TRUE(reply.ok()) << reply.status().ToString();
      EXPECT_EQ(reply->text(), "hello");
    }
    EXPECT_EQ(secure.witness.seen, std::vector<std::string>(3, "music/web"));
    EXPECT_EQ(secure.context->status().handshakes, 1U) << "calls share a connection";
  });
}

TEST(TlsServer, CarriesLargeMessagesAndStreams) {
  TlsWorld tls(2);
  tls.world.Run([&] {
    SecureEcho secure(tls);
    auto client = secure.NewClient();
    const std::string text(3 << 20, 'a');
    auto reply = EchoStub(*client).Say(Text(text));
    ASSERT_TRUE(reply.ok()) << reply.status().ToString();
    EXPECT_TRUE(reply->text() == text);
    CountRequest request;
    request.set_items(1000);
    request.set_item_bytes(1000);
    auto reader = EchoStub(*client).Count(request);
    ASSERT_TRUE(reader.ok());
    EchoReply item;
    int items = 0;
    Result<bool> more = false;
    while ((more = reader->Read(item)).ok() && *more) ++items;
    EXPECT_TRUE(more.ok()) << more.status().ToString();
    EXPECT_EQ(items, 1000);
  });
}

TEST(TlsServer, SpeaksHttpInside) {
  TlsWorld tls(3);
  tls.world.Run([&] {
    SecureEcho secure(tls);
    for (const char* protocol : {"", "http/1.1"}) {
      auto stream =
          tls.Client(tls.ClientOptions())->Connect(Connect(tls.client_host, "s"), protocol, kNever);
      ASSERT_TRUE(stream.ok()) << stream.status().ToString();
      EXPECT_EQ((*stream)->alpn(), protocol);
      Send(**stream, "GET /page HTTP/1.1\r\nHost: s\r\nConnection: close\r\n\r\n");
      EXPECT_THAT(ReadFor(**stream, seconds(1)), HasSubstr("page /page"));
      EXPECT_FALSE((*stream)->truncated()) << "the server ends as TLS wants it";
    }
  });
}

TEST(TlsServer, WhoOffersBothVersionsOfHttpGetsTheSecond) {
  TlsWorld tls(3);
  tls.world.Run([&] {
    SecureEcho secure(tls);
    TlsOptions browser = tls.ClientOptions();
    browser.alpn = {"http/1.1", "h2"};
    auto stream = tls.Client(browser)->Connect(Connect(tls.client_host, "s"), "", kNever);
    ASSERT_TRUE(stream.ok()) << stream.status().ToString();
    EXPECT_EQ((*stream)->alpn(), "h2");
  });
}

TEST(TlsServer, RefusesAnotherProtocolThanAgreed) {
  TlsWorld tls(4);
  tls.world.Run([&] {
    SecureEcho secure(tls);
    auto stream = tls.Client(tls.ClientOptions())
                      ->Connect(Connect(tls.client_host, "s"), "bellrock/1", kNever);
    ASSERT_TRUE(stream.ok()) << stream.status().ToString();
    Send(**stream, "GET /page HTTP/1.1\r\n\r\n");
    bool closed = false;
    EXPECT_EQ(ReadFor(**stream, seconds(1), &closed), "");
    EXPECT_TRUE(closed);
  });
}

TEST(TlsServer, TellsClientsWithoutCertificateWhatIsMissing) {
  TlsWorld tls(5);
  tls.world.Run([&] {
    SecureEcho secure(tls);
    auto client = secure.NewClient(tls.Client({.ca_file = "ca.pem"}));
    auto reply = EchoStub(*client).Say(Text("hello"));
    EXPECT_EQ(reply.status().code(), StatusCode::kUnavailable);
    EXPECT_THAT(reply.status().ToString(),
                AllOf(HasSubstr("it wants a certificate of ours"), HasSubstr("[BR-1703]")));
    EXPECT_EQ(secure.echo->service.calls, 0);
  });
}

TEST(TlsServer, ClientsRefuseAServerTheyDoNotTrust) {
  TlsWorld tls(6);
  tls.world.Run([&] {
    SecureEcho secure(tls);
    TlsOptions options = tls.ClientOptions();
    options.server_identity = "music/other";
    auto client = secure.NewClient(tls.Client(options));
    auto reply = EchoStub(*client).Say(Text("hello"));
    EXPECT_EQ(reply.status().code(), StatusCode::kUnavailable);
    EXPECT_THAT(
        reply.status().ToString(),
        AllOf(HasSubstr("server_identity expects \"music/other\""), HasSubstr("[BR-1702]")));
    EXPECT_EQ(secure.echo->service.calls, 0);
  });
}

TEST(TlsServer, PlainTextPassesUnlessTlsIsRequired) {
  TlsWorld tls(7);
  tls.world.Run([&] {
    SecureEcho secure(tls);
    auto client = secure.NewClient(nullptr);
    EXPECT_TRUE(EchoStub(*client).Say(Text("hello")).ok());
    EXPECT_EQ(secure.witness.seen, std::vector<std::string>{""});
  });
  TlsWorld strict(8);
  strict.world.Run([&] {
    SecureEcho secure(strict, {.tls_required = true});
    auto client = secure.NewClient(nullptr);
    EXPECT_EQ(EchoStub(*client).Say(Text("hello")).status().code(), StatusCode::kUnavailable);
    auto page = Connect(strict.client_host, "s");
    Send(*page, "GET / HTTP/1.1\r\n\r\n");
    EXPECT_EQ(ReadFor(*page, seconds(1)), "");
    EXPECT_EQ(secure.echo->service.calls, 0);
    EXPECT_TRUE(EchoStub(*secure.NewClient()).Say(Text("hello")).ok());
  });
}

TEST(TlsServer, RequiringTlsWithoutCertificateIsAnError) {
  TlsWorld tls(9);
  tls.world.Run([&] {
    Server server(tls.server_host, {.tls_required = true}, nullptr);
    EXPECT_THAT(server.Listen(At("s")).ToString(),
                AllOf(HasSubstr("tls_required: "), HasSubstr("[BR-1903]")));
  });
}

TEST(TlsServer, GarbageAndSlowHandshakesEndInTimeAndHurtNobody) {
  TlsWorld tls(10);
  tls.world.Run([&] {
    SecureEcho secure(tls, {.preface_timeout = seconds(2)});
    for (const std::string& first : {std::string("\x16"), std::string("\x16\x03\x01\x02"),
                                     std::string("\x16garbage garbage")}) {
      const Time begun = tls.world.loop().Now();
      auto stream = Connect(tls.client_host, "s");
      Send(*stream, first);
      bool closed = false;
      ReadFor(*stream, seconds(10), &closed);
      EXPECT_TRUE(closed);
      EXPECT_LE(tls.world.loop().Now() - begun, milliseconds(2010));
    }
    EXPECT_EQ(secure.context->status().handshakes_failed, 3U);
    EXPECT_TRUE(EchoStub(*secure.NewClient()).Say(Text("hello")).ok());
  });
}

TEST(TlsServer, ShutsDownDuringAHandshake) {
  TlsWorld tls(11);
  tls.world.Run([&] {
    SecureEcho secure(tls);
    auto stream = Connect(tls.client_host, "s");
    Send(*stream, "\x16\x03\x01\x02");
    ASSERT_TRUE(fiber::SleepFor(milliseconds(10)).ok());
    const Time begun = tls.world.loop().Now();
    secure.echo->server.Shutdown(begun + milliseconds(100));
    EXPECT_LE(tls.world.loop().Now() - begun, milliseconds(110));
  });
}

TEST(TlsServer, GoesOnThroughReloadsUnderLoad) {
  TlsWorld tls(12);
  tls.world.Run([&] {
    SecureEcho secure(tls);
    auto old_client = secure.NewClient();
    int calls = 0;
    bool stop = false;
    fiber::JoinHandle load = fiber::Start([&] {
      for (; !stop; ++calls) {
        const Status status = EchoStub(*old_client).Say(Text(std::string(20'000, 'x'))).status();
        EXPECT_TRUE(status.ok()) << status.ToString();
      }
    });
    for (int round = 0; round < 5; ++round) {
      tls.PutFiles();
      ASSERT_TRUE(secure.context->Reload().ok());
      EXPECT_TRUE(EchoStub(*secure.NewClient()).Say(Text("new")).ok());
      ASSERT_TRUE(fiber::SleepFor(milliseconds(20)).ok());
    }
    stop = true;
    load.Join();
    EXPECT_GT(calls, 50);
    EXPECT_EQ(secure.context->status().handshakes, 6U);
  });
}

TEST(TlsServer, AccessIsByProvenIdentityAndNotByClaim) {
  TlsWorld tls(13);
  tls.world.Run([&] {
    auto policy = AccessPolicy::FromJson(R"({"rules": [
        {"caller": "music/web", "method": "bellrock.rpc.sample.v1.Echo/Say", "action": "ALLOW"}],
        "default_action": "DENY"})");
    ASSERT_TRUE(policy.ok()) << policy.status().ToString();
    AccessControl access(tls.server_host, *policy);
    SecureEcho secure(tls, {.interceptors = {&access}});
    EXPECT_TRUE(EchoStub(*secure.NewClient()).Say(Text("hello")).ok());
    Client claims(tls.client_host, secure.endpoints, nullptr,
                  {.caller = "music/web", .attempts = 1});
    auto denied = EchoStub(claims).Say(Text("hello"));
    EXPECT_EQ(denied.status().code(), StatusCode::kPermissionDenied);
    EXPECT_THAT(denied.status().ToString(),
                HasSubstr("the default denies a caller without identity on "
                          "bellrock.rpc.sample.v1.Echo/Say"));
    EXPECT_EQ(secure.echo->service.calls, 1);
    EXPECT_EQ(access.counts().rules[0].allowed, 1U);
    EXPECT_EQ(access.counts().by_default.denied, 1U);
  });
}

}  // namespace
}  // namespace bellrock::rpc
