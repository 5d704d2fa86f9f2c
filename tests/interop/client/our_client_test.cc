// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Our client calls a server made of stock gRPC, whose port is in BELLROCK_INTEROP_PORT.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "bellrock/channel.h"
#include "bellrock/rpc/sample/v1/echo.bellrock.h"
#include "bellrock/rpc/sample/v1/echo.pb.h"
#include "fiber/fiber.h"
#include "rpc/http2/grpc_transport.h"

namespace bellrock {
namespace {

using rpc::sample::v1::CountRequest;
using rpc::sample::v1::EchoReply;
using rpc::sample::v1::EchoRequest;
using rpc::sample::v1::EchoStub;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Pair;

constexpr char kService[] = "bellrock.rpc.sample.v1.Echo";
constexpr size_t kLarge = 10 << 20;

std::string Target() {
  const char* port = std::getenv("BELLROCK_INTEROP_PORT");
  return std::string("grpc://127.0.0.1:") + (port == nullptr ? "50051" : port);
}

ChannelOptions OneTry(Duration timeout) {
  ChannelOptions options;
  options.timeout = timeout;
  options.attempts = 1;
  options.caller = "interop/caller";
  return options;
}

EchoRequest Text(std::string text) {
  EchoRequest request;
  request.set_text(std::move(text));
  return request;
}

class OurClient : public ::testing::Test {
 protected:
  // Cancellations that the server has seen, once they are `wanted` or 5 s are over.
  int Cancellations(int wanted) {
    int seen = 0;
    EchoRequest question = Text("cancellations");
    question.set_sleep_ms(10);  // the server waits, we need not
    for (int i = 0; i < 500; ++i) {
      const auto reply = stub.Say(question);
      if (!reply.ok()) return -1;
      seen = std::atoi(reply->text().c_str());
      if (seen >= wanted) break;
    }
    return seen;
  }

  Channel channel{Target(), OneTry(seconds(20))};
  EchoStub stub{channel};
};

TEST_F(OurClient, CallsUnary) {
  const auto reply = stub.Say(Text("hello"));
  ASSERT_TRUE(reply.ok()) << reply.status().ToString();
  EXPECT_EQ(reply->text(), "hello");
  EXPECT_EQ(reply->caller(), "interop/caller");
  EXPECT_THAT(reply->inner().name(), ::testing::MatchesRegex("00-[0-9a-f]*-[0-9a-f]*-0[01]"));
}

TEST_F(OurClient, ReadsAStream) {
  CountRequest request;
  request.set_items(1000);
  request.set_item_bytes(1000);
  auto reader = stub.Count(request);
  ASSERT_TRUE(reader.ok()) << reader.status().ToString();
  EchoReply item;
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(*reader->Read(item));
    ASSERT_EQ(item.text(), std::to_string(i));
    ASSERT_EQ(item.filler().size(), 1000U);
  }
  const Result<bool> end = reader->Read(item);
  ASSERT_TRUE(end.ok()) << end.status().ToString();
  EXPECT_FALSE(*end);
}

TEST_F(OurClient, WritesAStream) {
  auto writer = stub.Sum();
  ASSERT_TRUE(writer.ok()) << writer.status().ToString();
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(writer->Write(Text(std::string(1000, 'x'))).ok());
  const auto sum = writer->Finish();
  ASSERT_TRUE(sum.ok()) << sum.status().ToString();
  EXPECT_EQ(sum->requests(), 1000);
  EXPECT_EQ(sum->bytes(), 1'000'000);
}

TEST_F(OurClient, Chats) {
  auto chat = stub.Chat();
  ASSERT_TRUE(chat.ok()) << chat.status().ToString();
  EchoReply reply;
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(chat->Write(Text(std::to_string(i))).ok());
    ASSERT_TRUE(*chat->Read(reply));
    ASSERT_EQ(reply.text(), std::to_string(i));
  }
  ASSERT_TRUE(chat->CloseWrites().ok());
  const Result<bool> end = chat->Read(reply);
  ASSERT_TRUE(end.ok()) << end.status().ToString();
  EXPECT_FALSE(*end);
}

TEST_F(OurClient, CarriesLargeMessagesBothWays) {
  EchoRequest request = Text(std::string(kLarge, 'q'));
  request.set_ratio(kLarge);
  const auto reply = stub.Say(request);
  ASSERT_TRUE(reply.ok()) << reply.status().ToString();
  EXPECT_EQ(reply->text(), request.text());
  EXPECT_EQ(reply->filler().size(), kLarge);
}

TEST_F(OurClient, StreamsLargeMessages) {
  auto chat = stub.Chat();
  ASSERT_TRUE(chat.ok());
  EchoReply reply;
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(chat->Write(Text(std::string(kLarge, 'z'))).ok());
    const Result<bool> read = chat->Read(reply);
    ASSERT_TRUE(read.ok()) << read.status().ToString();
    ASSERT_EQ(reply.text().size(), kLarge);
  }
}

TEST_F(OurClient, GetsStatusesWordForWord) {
  EchoRequest request = Text("no 100 % such \"söng\"\n");
  for (const StatusCode code : {StatusCode::kNotFound, StatusCode::kUnauthenticated,
                                StatusCode::kDataLoss, StatusCode::kUnavailable}) {
    request.set_code(static_cast<int>(code));
    const auto reply = stub.Say(request);
    EXPECT_EQ(reply.status().code(), code);
    EXPECT_EQ(reply.status().message(), request.text());
  }
}

TEST_F(OurClient, GetsTheStatusBehindItems) {
  CountRequest request;
  request.set_items(3);
  request.set_code(static_cast<int>(StatusCode::kAborted));
  auto reader = stub.Count(request);
  ASSERT_TRUE(reader.ok());
  EchoReply item;
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(*reader->Read(item));
  const Result<bool> end = reader->Read(item);
  EXPECT_EQ(end.status().code(), StatusCode::kAborted);
  EXPECT_EQ(end.status().message(), "as asked");
}

TEST_F(OurClient, LearnsThatAMethodIsUnknown) {
  EchoReply reply;
  const Status status = channel.Call(kService, "Nothing", Text(""), reply, {});
  EXPECT_EQ(status.code(), StatusCode::kUnimplemented) << status.ToString();
}

TEST_F(OurClient, SendsItsDeadlineAndEndsAtIt) {
  const auto reply = stub.Say(Text("in time"), {.timeout = seconds(7)});
  ASSERT_TRUE(reply.ok());
  EXPECT_GT(reply->deadline_ms(), 5000);
  EXPECT_LE(reply->deadline_ms(), 7000);
  EchoRequest slow = Text("late");
  slow.set_sleep_ms(3000);
  fiber::Clock& clock = fiber::RealEnvironment().clock;
  const Time begun = clock.Now();
  const auto late = stub.Say(slow, {.timeout = milliseconds(100)});
  EXPECT_EQ(late.status().code(), StatusCode::kDeadlineExceeded);
  EXPECT_LT(clock.Now() - begun, seconds(2));
}

TEST_F(OurClient, LeavingAStreamCancelsItAtTheServer) {
  const int before = Cancellations(0);
  CountRequest request;
  request.set_items(1000);
  request.set_pause_ms(20);
  {
    auto reader = stub.Count(request);
    ASSERT_TRUE(reader.ok());
    EchoReply item;
    ASSERT_TRUE(*reader->Read(item));
  }
  EXPECT_EQ(Cancellations(before + 1), before + 1);
  {
    auto chat = stub.Chat();
    ASSERT_TRUE(chat->Write(Text("leaves")).ok());
    EchoReply reply;
    ASSERT_TRUE(*chat->Read(reply));
  }
  EXPECT_EQ(Cancellations(before + 2), before + 2);
}

// What comes back beside a reply, as the transport hands it over.
Status CallRaw(const Metadata& metadata, EchoReply& reply, Metadata& back) {
  fiber::LoopGroup loops(1);
  Status status;
  const Status ran = fiber::RunOn(loops.loop(0), [&] {
    auto transport = std::make_shared<rpc::http2::GrpcTransport>(
        fiber::RealEnvironment(), loops.loop(0), *Address::Parse(Target().substr(7)),
        rpc::ClientOptions());
    const EchoRequest request;
    rpc::IncomingReply incoming{.message = &reply};
    status = transport->Start();
    if (status.ok()) status = transport->WaitConnected();
    if (status.ok()) {
      status = transport->Call(
          {.service = kService, .method = "Say", .request = &request, .metadata = &metadata},
          incoming);
    }
    back = incoming.metadata;
    transport->Close(CancelledError("the test ends"));
  });
  return ran.ok() ? status : ran;
}

TEST_F(OurClient, SendsAndGetsMetadata) {
  const std::string bytes("\0\x01\xff,=", 5);
  EchoReply reply;
  Metadata back;
  const Status status = CallRaw({{"x-echo", "as it is"}, {"x-echo-bin", bytes}}, reply, back);
  ASSERT_TRUE(status.ok()) << status.ToString();
  EXPECT_EQ(reply.text(), "as it is");
  EXPECT_EQ(reply.filler(), bytes);
  EXPECT_THAT(back, ::testing::UnorderedElementsAre(
                        Pair("x-echo", "as it is"), Pair("x-echo-bin", bytes),
                        Pair("trailing-x-echo", "as it is"), Pair("trailing-x-echo-bin", bytes)));
}

TEST_F(OurClient, PacksAndUnpacksGzip) {
  EchoRequest request = Text(std::string(1 << 20, 'q'));
  request.set_ratio(1 << 20);
  const auto reply =
      stub.Say(request, {.compression = Compression::kGzip, .metadata = {{"x-gzip", "1"}}});
  ASSERT_TRUE(reply.ok()) << reply.status().ToString();
  EXPECT_EQ(reply->text(), request.text());
  EXPECT_EQ(reply->filler().size(), size_t{1} << 20);
  auto writer = channel.OpenDuplex(kService, "Sum", {.compression = Compression::kGzip});
  ASSERT_TRUE(writer.ok());
  for (int i = 0; i < 10; ++i) ASSERT_TRUE((*writer)->Write(request).ok());
  ASSERT_TRUE((*writer)->CloseWrites().ok());
  rpc::sample::v1::SumReply sum;
  ASSERT_TRUE(*(*writer)->Read(sum));
  EXPECT_EQ(sum.bytes(), 10 << 20);
}

TEST_F(OurClient, ManyCallsShareAConnection) {
  std::vector<std::thread> threads;
  std::atomic<int> good = 0;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      for (int n = 0; n < 50; ++n) {
        const std::string text = std::to_string(i) + "." + std::to_string(n);
        const auto reply = stub.Say(Text(text));
        good += reply.ok() && reply->text() == text ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 400);
}

TEST(OurClientTarget, ABadOneIsToldByTheFirstCall) {
  Channel channel("grpc://localhost");
  const auto reply = EchoStub(channel).Say(Text(""));
  EXPECT_EQ(reply.status().code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(reply.status().message()), HasSubstr("grpc://localhost"));
}

TEST(OurClientTarget, NobodyThereIsUnavailable) {
  Channel channel("grpc://127.0.0.1:1", OneTry(seconds(1)));
  const auto reply = EchoStub(channel).Say(Text(""));
  EXPECT_EQ(reply.status().code(), StatusCode::kUnavailable);
  EXPECT_THAT(std::string(reply.status().message()), HasSubstr("127.0.0.1:1"));
}

}  // namespace
}  // namespace bellrock
