// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm_sender/sender.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "metrics/alarm/message.h"
#include "metrics/alarm_sender/http_post.h"
#include "metrics/alarm_sender/receivers_for_test.h"
#include "rpc/tls/tls_context.h"
#include "rpc/tls/tls_peers.h"
#include "rpc/tls/tls_stream.h"
#include "testing/world.h"

namespace bellrock::metrics::alarm_sender {
namespace {

using ::testing::HasSubstr;
using TlsWorld = rpc::TlsWorldOf<bellrock::testing::World>;

constexpr char kTaken[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

// Answers each request in turn, the last answer again and again.
class Web {
 public:
  Web(fiber::Environment host, std::vector<std::string> answers, rpc::TlsContext* tls = nullptr)
      : answers_(std::move(answers)),
        listener_(host, 0, [this, tls, host](std::unique_ptr<fiber::Stream> stream) {
          if (tls == nullptr) return Serve(*stream);
          const Time deadline = host.clock.Now() + std::chrono::seconds(5);
          auto secure = tls->Accept(std::move(stream), {}, deadline);
          if (secure.ok()) Serve(**secure);
        }) {}

  std::string url(const char* scheme = "http") const {
    return std::string(scheme) + "://s:" + std::to_string(listener_.port()) + "/hook?a=b";
  }
  std::vector<std::string> requests;

 private:
  void Serve(fiber::Stream& stream) {
    std::string request;
    if (!ReadUntil(stream, "\r\n\r\n", 0, request)) return;
    const size_t body = request.find("\r\n\r\n") + 4;
    const size_t length = std::stoul(request.substr(request.find("Content-Length: ") + 16));
    while (request.size() < body + length) {
      if (!ReadUntil(stream, "}", request.size(), request)) return;
    }
    const std::string& answer = answers_[std::min(requests.size(), answers_.size() - 1)];
    requests.push_back(request);
    (void)WriteText(stream, answer);
    stream.Close();
  }

  std::vector<std::string> answers_;
  TestListener listener_;
};

class AlarmSender : public ::testing::Test {
 protected:
  AlarmSender() : tls_(1) {}

  alarm::Notification To(const std::string& url) {
    alarm::Notification notification;
    notification.key = "k-1";
    notification.receiver.set_name("web");
    notification.receiver.mutable_webhook()->set_url(url);
    notification.receiver.mutable_webhook()->set_bearer_token("secret");
    return notification;
  }
  Status Send(const alarm::Notification& notification, SenderOptions options = {}) {
    Sender sender(tls_.client_host, resolver_, {.ca_file = "ca.pem"}, options);
    return sender.Send(notification);
  }

  TlsWorld tls_;
  NameIsAddress resolver_;
};

TEST_F(AlarmSender, PostsTheBodyWithItsKey) {
  tls_.world.Run([&] {
    Web web(tls_.server_host, {kTaken});
    const alarm::Notification notification = To(web.url());
    EXPECT_TRUE(Send(notification).ok());
    ASSERT_EQ(web.requests.size(), 1u);
    EXPECT_THAT(web.requests[0], ::testing::StartsWith("POST /hook?a=b HTTP/1.1\r\nHost: s:"));
    EXPECT_THAT(web.requests[0], HasSubstr("\r\nIdempotency-Key: k-1\r\n"));
    EXPECT_THAT(web.requests[0], HasSubstr("\r\nAuthorization: Bearer secret\r\n"));
    EXPECT_THAT(web.requests[0], ::testing::EndsWith(alarm::WebhookBody(notification)));
  });
}

TEST_F(AlarmSender, WhatMayPassIsTriedAgainUnderTheSameKey) {
  tls_.world.Run([&] {
    Web web(tls_.server_host, {"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", kTaken});
    const Time begin = tls_.client_host.clock.Now();
    EXPECT_TRUE(Send(To(web.url())).ok());
    ASSERT_EQ(web.requests.size(), 2u);
    EXPECT_EQ(web.requests[0], web.requests[1]);
    const Duration pause = tls_.client_host.clock.Now() - begin;
    EXPECT_GE(pause, std::chrono::milliseconds(500));
    EXPECT_LE(pause, std::chrono::milliseconds(1100));
  });
}

TEST_F(AlarmSender, TriesAreBounded) {
  tls_.world.Run([&] {
    Web web(tls_.server_host, {"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n"});
    EXPECT_EQ(Send(To(web.url()), {.tries = 4}).code(), StatusCode::kUnavailable);
    EXPECT_EQ(web.requests.size(), 4u);
  });
}

TEST_F(AlarmSender, WhatWouldBeRefusedAgainIsNotTriedAgain) {
  tls_.world.Run([&] {
    Web web(tls_.server_host, {"HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\ngone"});
    const Status status = Send(To(web.url()));
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(status.message()), HasSubstr("answered 404: gone"));
    EXPECT_EQ(web.requests.size(), 1u);
    EXPECT_EQ(Send(To("http://nowhere/")).code(), StatusCode::kNotFound);
  });
}

TEST_F(AlarmSender, RepliesMayComeInChunksOrEndWithTheConnection) {
  tls_.world.Run([&] {
    Web web(tls_.server_host, {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                               "5\r\n{\"err\r\nc\r\ncode\":45009}\r\n0\r\n\r\n",
                               "HTTP/1.0 200 OK\r\n\r\n{\"errcode\":0}"});
    alarm::Notification notification = To(web.url());
    notification.receiver.mutable_wecom()->set_url(web.url());
    EXPECT_TRUE(Send(notification).ok());
    EXPECT_EQ(web.requests.size(), 2u);  // the first said: too many, come again
  });
}

TEST_F(AlarmSender, AReplyThatBreaksOffIsNoReply) {
  tls_.world.Run([&] {
    Web web(tls_.server_host, {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nok"});
    EXPECT_EQ(Send(To(web.url()), {.tries = 1}).code(), StatusCode::kUnavailable);
  });
}

TEST_F(AlarmSender, OfALongReplyOnlyTheStatusCounts) {
  tls_.world.Run([&] {
    Web web(tls_.server_host, {"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\nok",
                               "HTTP/1.1 200 OK\r\n\r\n" + std::string(100'000, 'x')});
    EXPECT_TRUE(Send(To(web.url()), {.tries = 1}).ok());
    EXPECT_TRUE(Send(To(web.url()), {.tries = 1}).ok());
  });
}

TEST_F(AlarmSender, ADeadReceiverCostsNoMoreThanItsTimeout) {
  tls_.world.Run([&] {
    Web web(tls_.server_host, {kTaken});
    tls_.world.Cut("s", "c");
    const Time begin = tls_.client_host.clock.Now();
    const Status status = Send(To(web.url()), {.try_timeout = std::chrono::seconds(2), .tries = 1});
    EXPECT_FALSE(status.ok());
    EXPECT_LE(tls_.client_host.clock.Now() - begin, std::chrono::seconds(2));
  });
}

TEST_F(AlarmSender, HttpsIsForTheNamedHostAndByAKnownAuthority) {
  tls_.world.Run([&] {
    tls_.PutFiles();
    const auto context = tls_.Server(tls_.ServerOptions());
    Web web(tls_.server_host, {kTaken}, context.get());
    EXPECT_TRUE(Send(To(web.url("https"))).ok());
    EXPECT_EQ(web.requests.size(), 1u);
    const rpc::TestAuthority other("Other", tls_.client_host.clock.WallNow());
    rpc::PutFile(tls_.client_host.disk, "other.pem", other.certificate());
    Sender stranger(tls_.client_host, resolver_, {.ca_file = "other.pem"}, {});
    EXPECT_EQ(stranger.Send(To(web.url("https"))).code(), StatusCode::kUnauthenticated);
    EXPECT_EQ(web.requests.size(), 1u);
  });
}

TEST(AlarmHttpUrl, HasHostPortAndTarget) {
  const auto plain = ParseHttpUrl("http://example.com");
  ASSERT_TRUE(plain.ok());
  EXPECT_EQ(plain->host, "example.com");
  EXPECT_EQ(plain->port, 80);
  EXPECT_EQ(plain->target, "/");
  const auto full = ParseHttpUrl("https://[::1]:8443/a?b=c#d");
  ASSERT_TRUE(full.ok());
  EXPECT_TRUE(full->https);
  EXPECT_EQ(full->host, "::1");
  EXPECT_EQ(full->port, 8443);
  EXPECT_EQ(full->authority, "[::1]:8443");
  EXPECT_EQ(full->target, "/a?b=c");
  EXPECT_EQ(ParseHttpUrl("https://x?y")->target, "/?y");
}

TEST(AlarmHttpUrl, WhatIsNoneIsRefusedWithTheReason) {
  for (const char* url : {"example.com", "ftp://x/", "http://", "http://x:0/", "http://x:99999/",
                          "http://x/\r\nHost: y", "http://a:b@x/"}) {
    EXPECT_EQ(ParseHttpUrl(url).status().code(), StatusCode::kInvalidArgument) << url;
  }
}

}  // namespace
}  // namespace bellrock::metrics::alarm_sender
