// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Our client and our server speak gRPC with one another in the simulator: what native frames carry,
// gRPC carries as well.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rpc/client.h"
#include "rpc/sim_peers.h"
#include "testing/world.h"

namespace bellrock::rpc {
namespace {

using sample::v1::CountRequest;
using sample::v1::EchoReply;
using sample::v1::EchoRequest;
using sample::v1::EchoStub;
using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::World;

EchoRequest Text(std::string text) {
  EchoRequest request;
  request.set_text(std::move(text));
  return request;
}

EchoRequest Slow(int64_t ms) {
  EchoRequest request;
  request.set_sleep_ms(ms);
  return request;
}

// A server and a client on two hosts of a world.
struct GrpcPair {
  explicit GrpcPair(World& world, RecordingObserver* served = nullptr)
      : echo(world.Host("s"), "s", {}, served),
        endpoints({At("s")}),
        client(world.Host("c"), endpoints, nullptr,
               {.caller = "a/b", .attempts = 1, .protocol = Protocol::kGrpc}),
        stub(client) {}
  EchoServer echo;
  ListedEndpoints endpoints;
  Client client;
  EchoStub stub;
};

void WithPair(uint64_t seed, const std::function<void(GrpcPair&, World&)>& body) {
  World world(seed);
  world.Run([&] {
    GrpcPair pair(world);
    body(pair, world);
  });
}

TEST(GrpcPair, AUnaryCallCarriesCallerAndDeadline) {
  WithPair(1, [](GrpcPair& pair, World&) {
    const auto reply = pair.stub.Say(Text("hello"), {.timeout = milliseconds(500)});
    ASSERT_TRUE(reply.ok()) << reply.status().ToString();
    EXPECT_EQ(reply->text(), "hello");
    EXPECT_EQ(reply->caller(), "a/b");
    EXPECT_NEAR(static_cast<double>(reply->deadline_ms()), 500, 2);
  });
}

TEST(GrpcPair, StatusesCrossUnchanged) {
  WithPair(2, [](GrpcPair& pair, World&) {
    for (int code = 1; code < kStatusCodeCount; ++code) {
      EchoRequest request = Text("100 % söng\n");
      request.set_code(code);
      const Status status = pair.stub.Say(request).status();
      EXPECT_EQ(static_cast<int>(status.code()), code);
      EXPECT_EQ(status.message(), request.text());
    }
  });
}

TEST(GrpcPair, AnErrorTypeCrossesAndIsCounted) {
  World world(14);
  world.Run([&] {
    RecordingObserver served;
    GrpcPair pair(world, &served);
    pair.echo.service.error_type = "SoldOut";
    EchoRequest request = Text("no seat");
    request.set_code(static_cast<int>(StatusCode::kFailedPrecondition));
    const Status status = pair.stub.Say(request).status();  // headers alone
    EXPECT_EQ(status, FailedPreconditionError("no seat").WithErrorType("SoldOut"));
    CountRequest count;
    count.set_items(1);
    count.set_code(static_cast<int>(StatusCode::kAborted));
    auto reader = pair.stub.Count(count);  // trailers
    EchoReply item;
    EXPECT_TRUE(*reader->Read(item));
    EXPECT_EQ(reader->Read(item).status(), AbortedError("as asked").WithErrorType("SoldOut"));
    ASSERT_EQ(served.calls.size(), 2U);
    EXPECT_EQ(served.calls[0].error_type, "SoldOut");
    EXPECT_EQ(served.calls[1].error_type, "SoldOut");
  });
}

TEST(GrpcPair, AStreamOfRepliesHoldsBackAndEnds) {
  WithPair(3, [](GrpcPair& pair, World&) {
    CountRequest request;
    request.set_items(1000);
    request.set_item_bytes(1000);
    request.set_code(static_cast<int>(StatusCode::kAborted));
    auto reader = pair.stub.Count(request);
    ASSERT_TRUE(reader.ok());
    ASSERT_TRUE(fiber::SleepFor(seconds(1)).ok());
    EXPECT_LT(pair.echo.service.items_written, 700);
    EchoReply item;
    for (int i = 0; i < 1000; ++i) {
      ASSERT_TRUE(*reader->Read(item));
      ASSERT_EQ(item.text(), std::to_string(i));
    }
    EXPECT_EQ(reader->Read(item).status(), AbortedError("as asked"));
  });
}

TEST(GrpcPair, AStreamOfRequestsIsAnswered) {
  WithPair(4, [](GrpcPair& pair, World&) {
    auto writer = pair.stub.Sum();
    ASSERT_TRUE(writer.ok());
    for (int i = 0; i < 1000; ++i) ASSERT_TRUE(writer->Write(Text(std::string(1000, 'x'))).ok());
    const auto sum = writer->Finish();
    ASSERT_TRUE(sum.ok()) << sum.status().ToString();
    EXPECT_EQ(sum->requests(), 1000);
    EXPECT_EQ(sum->bytes(), 1'000'000);
  });
}

TEST(GrpcPair, AnEarlyErrorIsTheAnswer) {
  WithPair(5, [](GrpcPair& pair, World&) {
    auto writer = pair.stub.Sum();
    EchoRequest bad = Text("enough");
    bad.set_code(static_cast<int>(StatusCode::kOutOfRange));
    ASSERT_TRUE(writer->Write(bad).ok());
    ASSERT_TRUE(fiber::SleepFor(milliseconds(20)).ok());
    EXPECT_EQ(writer->Write(Text("more")).code(), StatusCode::kUnavailable);
    EXPECT_EQ(writer->Finish().status(), OutOfRangeError("enough"));
  });
}

TEST(GrpcPair, ASlowHandlerHoldsTheWriterBack) {
  WithPair(6, [](GrpcPair& pair, World& world) {
    auto writer = pair.stub.Sum();
    EchoRequest slow = Text(std::string(100 << 10, 'x'));
    slow.set_sleep_ms(1000);
    const Time begun = world.loop().Now();
    for (int i = 0; i < 10; ++i) ASSERT_TRUE(writer->Write(slow).ok());
    // Ten messages of 100 KiB and a second each. At once go the window of 256 KiB and the half of
    // it that came back: for the message being handled, and the beginning of the next, which came
    // while none waited. With the 64 KiB and one message that Write() queues on our side that is
    // five. The window comes back in halves too, so there is room again when none waits any more:
    // after the third message, at 2 s, for three, and after the sixth, at 5 s, for the last two.
    EXPECT_GE(world.loop().Now() - begun, seconds(5));
    EXPECT_EQ(writer->Finish()->requests(), 10);
  });
}

TEST(GrpcPair, ACallWithAnAttachmentIsRefusedBeforeItIsSent) {
  WithPair(11, [](GrpcPair& pair, World&) {
    const CallOptions options = {.attachment = Bytes::Copy("12345")};
    const Status said = pair.stub.Say(Text("hello"), options).status();
    EXPECT_EQ(said.code(), StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(said.message()),
                AllOf(HasSubstr("attachment: 5 bytes"), HasSubstr("native protocol"),
                      HasSubstr("[BR-1409]")));
    EXPECT_EQ(pair.stub.Count({}, options).status().code(), StatusCode::kInvalidArgument);
    EXPECT_EQ(pair.echo.service.calls, 0);
    EXPECT_TRUE(pair.stub.Say(Text("without")).ok());
  });
}

TEST(GrpcPair, AReplyThatWouldLoseItsAttachmentIsAnError) {
  WithPair(12, [](GrpcPair& pair, World&) {
    pair.echo.service.reply_attachment = Bytes::Copy("1234567");
    const Status said = pair.stub.Say(Text("hello")).status();
    EXPECT_EQ(said.code(), StatusCode::kFailedPrecondition);
    EXPECT_THAT(
        std::string(said.message()),
        AllOf(HasSubstr("Echo/Say set a reply attachment of 7 bytes"), HasSubstr("[BR-1409]")));
    // What the handler itself refuses stays its own word.
    EchoRequest failing = Text("no such song");
    failing.set_code(static_cast<int>(StatusCode::kNotFound));
    EXPECT_EQ(pair.stub.Say(failing).status(), NotFoundError("no such song"));
  });
}

TEST(GrpcPair, TwoFibersReadAndWrite) {
  WithPair(7, [](GrpcPair& pair, World&) {
    auto chat = pair.stub.Chat();
    constexpr int kItems = 2000;
    fiber::JoinHandle writer = fiber::Start([&] {
      for (int i = 0; i < kItems; ++i) {
        EXPECT_TRUE(chat->Write(Text(std::string(1000, 'x'))).ok());
      }
      EXPECT_TRUE(chat->CloseWrites().ok());
    });
    int items = 0;
    EchoReply reply;
    while (*chat->Read(reply)) ++items;
    writer.Join();
    EXPECT_EQ(items, kItems);
  });
}

TEST(GrpcPair, TimeoutsAndLeavingReachTheHandler) {
  WithPair(8, [](GrpcPair& pair, World&) {
    EXPECT_EQ(pair.stub.Say(Slow(60'000), {.timeout = milliseconds(50)}).status().code(),
              StatusCode::kDeadlineExceeded);
    ASSERT_TRUE(fiber::SleepFor(milliseconds(20)).ok());
    EXPECT_EQ(pair.echo.service.cut_short, 1);
    {
      auto chat = pair.stub.Chat();
      ASSERT_TRUE(chat->Write(Text("hello")).ok());
      EchoReply reply;
      ASSERT_TRUE(*chat->Read(reply));
    }
    ASSERT_TRUE(fiber::SleepFor(milliseconds(20)).ok());
    EXPECT_EQ(pair.echo.service.cut_short, 2);
    EXPECT_EQ(pair.echo.service.last_cut, StatusCode::kCancelled);
  });
}

TEST(GrpcPair, GzipAndLargeMessagesGoBothWays) {
  WithPair(9, [](GrpcPair& pair, World&) {
    EchoRequest request = Text(std::string(10 << 20, 'q'));
    request.set_ratio(10 << 20);
    for (const Compression compression : {Compression::kNone, Compression::kGzip}) {
      const auto reply =
          pair.stub.Say(request, {.timeout = seconds(60), .compression = compression});
      ASSERT_TRUE(reply.ok()) << reply.status().ToString();
      EXPECT_EQ(reply->text(), request.text());
      EXPECT_EQ(reply->filler().size(), size_t{10} << 20);
    }
  });
}

TEST(GrpcPair, AnOrderlyShutdownLosesNoCall) {
  World world(10);
  world.Run([&] {
    auto first = std::make_unique<EchoServer>(world.Host("s1"), "s1");
    EchoServer second(world.Host("s2"), "s2");
    FixedEndpoints endpoints({At("s1"), At("s2")});
    Client client(world.Host("c"), endpoints, nullptr, {.protocol = Protocol::kGrpc});
    const EchoStub stub(client);
    int failed = 0;
    Status why;
    std::vector<fiber::JoinHandle> callers;
    for (int i = 0; i < 10; ++i) {
      callers.push_back(fiber::Start([&] {
        for (int n = 0; n < 50; ++n) {
          const auto reply = stub.Say(Slow(3));
          if (reply.ok()) continue;
          ++failed;
          why = reply.status();
        }
      }));
    }
    ASSERT_TRUE(fiber::SleepFor(milliseconds(30)).ok());
    first->server.Shutdown(world.loop().Now() + seconds(5));
    first.reset();
    for (fiber::JoinHandle& caller : callers) caller.Join();
    EXPECT_EQ(failed, 0) << why.ToString();
    EXPECT_GT(second.service.calls, 0);
  });
}

}  // namespace
}  // namespace bellrock::rpc
