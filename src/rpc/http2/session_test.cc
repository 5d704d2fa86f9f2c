// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Two sessions talk to each other over a simulated network.
#include "rpc/http2/session.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "fiber/fiber.h"
#include "rpc/sim_peers.h"
#include "testing/world.h"

namespace bellrock::rpc::http2 {
namespace {

using bellrock::testing::World;
using fiber::SleepFor;

class Stream final : public SessionStream {
 public:
  std::string body;
  bool ended = false;
  std::vector<ErrorCode> closed;
  std::string trailer_value;
  Session* give_to = nullptr;  // gives its window back at once

 private:
  void OnData(std::string_view bytes) override {
    body += bytes;
    if (give_to != nullptr) give_to->GiveWindow(*this, bytes.size());
  }
  void OnRemoteEnd() override { ended = true; }
  void AddTrailers(std::vector<HeaderField>& fields) override {
    fields.push_back({"x-trailer", trailer_value});
  }
  void OnClosed(ErrorCode code) override { closed.push_back(code); }
};

// One end: the connection's fiber and what it saw.
class End final : public SessionSink {
 public:
  End(Role role, std::unique_ptr<fiber::Stream> stream, const SessionOptions& options = {})
      : link_(*fiber::Loop::Current(), clock_, std::move(stream)),
        session(role, link_, *this, options) {
    session.Start();
    reader_ = fiber::Start([this] {
      why = session.Serve();
      link_.Close(why);
    });
  }
  ~End() override {
    link_.Close(CancelledError("test ends"));
    reader_.Join();
    session.Finish();
    link_.Finish(Status::Ok());
  }

  void OnHeadersBegin() override { fields_.clear(); }
  void OnHeader(std::string_view name, std::string_view value) override {
    fields_ += std::string(name) + "=" + std::string(value) + " ";
  }
  void OnHeadersEnd(const HeadersEnd& end) override {
    blocks.push_back(fields_ + (end.end_stream ? "END" : "") + (end.too_large ? "TOO LARGE" : ""));
    if (end.kind == HeadersKind::kRequest) {
      requests.push_back(std::make_unique<Stream>());
      session.Attach(end.id, *requests.back());
    }
  }
  void OnGoaway(int32_t last_id, ErrorCode code, std::string_view text) override {
    goaways.push_back(std::to_string(last_id) + " " + ErrorCodeName(code) + " " +
                      std::string(text));
  }
  void OnPong(uint64_t opaque) override { pongs.push_back(opaque); }
  Status OnControl(Control control) override {
    if (control == Control::kPing && ++pings > pings_max) {
      return ResourceExhaustedError("too many pings");
    }
    return Status::Ok();
  }

 private:
  class LoopClock final : public fiber::Clock {
   public:
    Time Now() override { return fiber::Loop::Current()->Now(); }
    WallTime WallNow() override { return WallTime(); }
  };
  LoopClock clock_;
  Link link_;
  std::string fields_;
  fiber::JoinHandle reader_;

 public:
  Session session;
  std::vector<std::string> blocks;
  std::vector<std::unique_ptr<Stream>> requests;
  std::vector<std::string> goaways;
  std::vector<uint64_t> pongs;
  int pings = 0;
  int pings_max = 100;
  Status why;
};

struct Pair {
  explicit Pair(World& world, const SessionOptions& server_options = {}) {
    auto listener = world.Host("s").network.Listen(At("s"), {});
    EXPECT_TRUE(listener.ok());
    auto near = Connect(world.Host("c"), "s");
    auto far = (*listener)->Accept();
    EXPECT_TRUE(far.ok());
    server = std::make_unique<End>(Role::kServer, std::move(*far), server_options);
    client = std::make_unique<End>(Role::kClient, std::move(near));
  }
  std::unique_ptr<End> server;
  std::unique_ptr<End> client;
};

const std::vector<HeaderField> kRequest = {
    {":method", "POST"}, {":scheme", "http"}, {":path", "/a.B/C"}, {":authority", "s"}};
const std::vector<HeaderField> kAnswer = {{":status", "200"}};

void WithPair(const std::function<void(Pair&)>& body, const SessionOptions& options = {}) {
  World world(3);
  world.Run([&] {
    Pair pair(world, options);
    (void)SleepFor(milliseconds(10));
    body(pair);
  });
}

TEST(Http2Session, CarriesARequestAndItsAnswerWithTrailers) {
  WithPair([](Pair& pair) {
    Stream call;
    ASSERT_TRUE(pair.client->session.Open(call, kRequest, false).ok());
    call.output().Append("ping");
    pair.client->session.End(call);
    (void)SleepFor(milliseconds(10));
    ASSERT_EQ(pair.server->requests.size(), 1U);
    Stream& served = *pair.server->requests[0];
    EXPECT_EQ(served.body, "ping");
    EXPECT_TRUE(served.ended);
    served.trailer_value = "0";
    pair.server->session.Respond(served, kAnswer, false);
    served.output().Append("pong");
    pair.server->session.EndWithTrailers(served);
    (void)SleepFor(milliseconds(10));
    EXPECT_EQ(call.body, "pong");
    EXPECT_EQ(pair.client->blocks, (std::vector<std::string>{":status=200 ", "x-trailer=0 END"}));
    EXPECT_EQ(call.closed, std::vector<ErrorCode>{ErrorCode::kNoError});
    EXPECT_EQ(served.closed, std::vector<ErrorCode>{ErrorCode::kNoError});
  });
}

TEST(Http2Session, CarriesManyFields) {
  WithPair([](Pair& pair) {
    Stream call;
    std::vector<HeaderField> request = kRequest;
    for (int i = 0; i < 300; ++i) request.push_back({"k", "v"});
    ASSERT_TRUE(pair.client->session.Open(call, request, true).ok());
    (void)SleepFor(milliseconds(10));
    ASSERT_EQ(pair.server->blocks.size(), 1U);
    EXPECT_EQ(pair.server->blocks[0].size(),
              std::string(":method=POST :scheme=http :path=/a.B/C :authority=s END").size() +
                  300 * std::string("k=v ").size());
  });
}

TEST(Http2Session, HoldsTheSenderUntilTheWindowIsGivenBack) {
  WithPair([](Pair& pair) {
    Stream call;
    ASSERT_TRUE(pair.client->session.Open(call, kRequest, false).ok());
    call.output().Append(std::string(1'000'000, 'x'));
    pair.client->session.End(call);
    (void)SleepFor(seconds(1));
    Stream& served = *pair.server->requests.at(0);
    EXPECT_EQ(served.body.size(), SessionOptions().stream_window_bytes);
    served.give_to = &pair.server->session;
    pair.server->session.GiveWindow(served, served.body.size());
    (void)SleepFor(seconds(1));
    EXPECT_EQ(served.body.size(), 1'000'000U);
    EXPECT_TRUE(served.ended);
  });
}

TEST(Http2Session, AServerThatHasSaidAllDoesNotWaitForTheRest) {
  WithPair([](Pair& pair) {
    Stream call;
    ASSERT_TRUE(pair.client->session.Open(call, kRequest, false).ok());
    (void)SleepFor(milliseconds(10));
    Stream& served = *pair.server->requests.at(0);
    pair.server->session.Respond(served, kAnswer, true);
    (void)SleepFor(milliseconds(10));
    EXPECT_EQ(pair.client->blocks, std::vector<std::string>{":status=200 END"});
    EXPECT_EQ(call.closed.size(), 1U);
    EXPECT_EQ(served.closed.size(), 1U);
  });
}

TEST(Http2Session, ResetsReachTheOtherEndAndAbandonedStreamsGetNoCallback) {
  WithPair([](Pair& pair) {
    Stream call;
    ASSERT_TRUE(pair.client->session.Open(call, kRequest, false).ok());
    (void)SleepFor(milliseconds(10));
    pair.client->session.Abandon(call, ErrorCode::kCancel);
    (void)SleepFor(milliseconds(10));
    EXPECT_EQ(pair.server->requests.at(0)->closed, std::vector<ErrorCode>{ErrorCode::kCancel});
    EXPECT_TRUE(call.closed.empty());
  });
}

TEST(Http2Session, RequestsBeyondThePeersLimitWaitForTheirTurn) {
  WithPair(
      [](Pair& pair) {
        Stream one;
        Stream two;
        ASSERT_TRUE(pair.client->session.Open(one, kRequest, true).ok());
        ASSERT_TRUE(pair.client->session.Open(two, kRequest, true).ok());
        (void)SleepFor(milliseconds(10));
        EXPECT_EQ(pair.client->session.peer_streams_max(), 1U);
        ASSERT_EQ(pair.server->requests.size(), 1U);
        pair.server->session.Respond(*pair.server->requests[0], kAnswer, true);
        (void)SleepFor(milliseconds(10));
        EXPECT_EQ(pair.server->requests.size(), 2U);
      },
      {.streams_max = 1});
}

TEST(Http2Session, MarksHeadersBeyondTheLimit) {
  WithPair(
      [](Pair& pair) {
        Stream call;
        std::vector<HeaderField> request = kRequest;
        const std::string large(900, 'x');
        request.push_back({"x-large", large});
        ASSERT_TRUE(pair.client->session.Open(call, request, true).ok());
        (void)SleepFor(milliseconds(10));
        ASSERT_EQ(pair.server->blocks.size(), 1U);
        EXPECT_TRUE(pair.server->blocks[0].ends_with("TOO LARGE"));
      },
      {.header_bytes_max = 1000});
}

TEST(Http2Session, AnswersPingsAndEndsAFloodOfThem) {
  WithPair([](Pair& pair) {
    pair.client->session.Ping(7);
    (void)SleepFor(milliseconds(10));
    EXPECT_EQ(pair.client->pongs, std::vector<uint64_t>{7});
    for (uint64_t i = 0; i < 100; ++i) pair.client->session.Ping(i);
    (void)SleepFor(milliseconds(10));
    EXPECT_EQ(pair.server->why.message(), "too many pings");
    ASSERT_FALSE(pair.client->goaways.empty());
    EXPECT_EQ(pair.client->goaways[0], "0 ENHANCE_YOUR_CALM too many pings");
  });
}

TEST(Http2Session, DrainsInTwoSteps) {
  WithPair([](Pair& pair) {
    pair.server->session.ShutdownNotice();
    // On its way when the notice is: must be taken.
    Stream late;
    ASSERT_TRUE(pair.client->session.Open(late, kRequest, true).ok());
    (void)SleepFor(milliseconds(10));
    ASSERT_EQ(pair.server->requests.size(), 1U);
    pair.server->session.Goaway(ErrorCode::kNoError);
    (void)SleepFor(milliseconds(10));
    EXPECT_EQ(pair.client->goaways,
              (std::vector<std::string>{"2147483647 NO_ERROR ", "1 NO_ERROR "}));
    Stream refused;
    EXPECT_FALSE(pair.client->session.Open(refused, kRequest, true).ok());
    pair.server->session.Respond(*pair.server->requests[0], kAnswer, true);
    (void)SleepFor(milliseconds(10));
    EXPECT_EQ(late.closed, std::vector<ErrorCode>{ErrorCode::kNoError});
  });
}

TEST(Http2Session, SaysHowThePeerBrokeTheProtocol) {
  World world(3);
  world.Run([&] {
    auto listener = world.Host("s").network.Listen(At("s"), {});
    auto raw = Connect(world.Host("c"), "s");
    End server(Role::kServer, std::move(*(*listener)->Accept()));
    Send(*raw, kClientPreface);
    Send(*raw, std::string("\0\0\x01\x04\0\0\0\0\0x", 10));  // SETTINGS of one byte
    (void)SleepFor(milliseconds(10));
    EXPECT_EQ(server.why.code(), StatusCode::kInvalidArgument);
    EXPECT_TRUE(server.why.message().starts_with("the peer broke HTTP/2: "))
        << server.why.ToString();
  });
}

}  // namespace
}  // namespace bellrock::rpc::http2
