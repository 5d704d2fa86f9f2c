// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// What is read from header fields, and written to them, without a connection.
#include "rpc/http2/grpc_outcome.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "rpc/http2/grpc_request.h"
#include "rpc/http2/ping_policy.h"

namespace bellrock::rpc::http2 {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;
using Fields = std::vector<std::pair<std::string, std::string>>;

// What a call with these blocks ends with.
struct Ending {
  explicit Ending(const std::vector<Fields>& blocks, std::optional<ErrorCode> reset = {},
                  std::string_view page = "") {
    FieldBlock block;
    for (const Fields& fields : blocks) {
      block.Clear();
      for (const auto& [name, value] : fields) block.Add(name, value);
      outcome.OnBlock(block, HeadersEnd(), reply);
    }
    (void)outcome.AddPage(page);
    status = outcome.Resolve(reset, reply);
  }
  GrpcOutcome outcome;
  IncomingReply reply;
  Status status;
};

Ending OneBlock(const Fields& fields, std::string_view page = "") {
  return Ending(std::vector<Fields>{fields}, std::nullopt, page);
}

const Fields kGood = {{":status", "200"}, {"content-type", "application/grpc"}};

TEST(GrpcOutcome, IsTheCalleesStatus) {
  EXPECT_TRUE(Ending({kGood, {{"grpc-status", "0"}}}).status.ok());
  const Ending failed({kGood, {{"grpc-status", "5"}, {"grpc-message", "no%20s%C3%B6ng"}}});
  EXPECT_EQ(failed.status, NotFoundError("no söng"));
  EXPECT_TRUE(failed.reply.replied);
  EXPECT_EQ(failed.reply.origin, Origin::kHandler);
}

TEST(GrpcOutcome, BearsTheApplicationsErrorType) {
  const auto of = [](const char* code, const char* type) {
    return Ending({kGood, {{"grpc-status", code}, {"bellrock-error-type", type}}}).status;
  };
  EXPECT_EQ(of("9", "SoldOut"), FailedPreconditionError("").WithErrorType("SoldOut"));
  EXPECT_EQ(of("9", "sold out"), FailedPreconditionError(""));
  EXPECT_EQ(of("0", "SoldOut"), Status::Ok());
}

TEST(GrpcOutcome, StatusWinsOverAReset) {
  EXPECT_TRUE(Ending({kGood, {{"grpc-status", "0"}}}, ErrorCode::kNoError).status.ok());
}

TEST(GrpcOutcome, AStatusThatIsNoneIsUnknown) {
  EXPECT_EQ(Ending({kGood, {{"grpc-status", "99"}}}).status.code(), StatusCode::kUnknown);
  EXPECT_EQ(Ending({kGood, {{"grpc-status", "x"}}}).status.code(), StatusCode::kUnknown);
  EXPECT_EQ(OneBlock(kGood).status.code(), StatusCode::kUnknown);
}

TEST(GrpcOutcome, KeepsMetadataOfBothBlocksAndNothingOfTheProtocol) {
  const Fields first = {{":status", "200"},
                        {"content-type", "application/grpc"},
                        {"grpc-encoding", "identity"},
                        {"x-one", "1"},
                        {"x-bytes-bin", "AAE"}};
  const Fields last = {{"grpc-status", "0"}, {"x-two", "2"}, {"x-bad-bin", "!"}};
  const Ending ending(std::vector<Fields>{first, last});
  EXPECT_THAT(ending.reply.metadata,
              ElementsAre(Pair("x-one", "1"), Pair("x-bytes-bin", std::string("\0\x01", 2)),
                          Pair("x-two", "2")));
}

TEST(GrpcOutcome, SaysWhoSpokeAndWhenToAskAgain) {
  const Ending ending = OneBlock({{":status", "200"},
                                  {"content-type", "application/grpc"},
                                  {"grpc-status", "8"},
                                  {"bellrock-origin", "server"},
                                  {"grpc-retry-pushback-ms", "250"}});
  EXPECT_EQ(ending.reply.origin, Origin::kServer);
  EXPECT_EQ(ending.reply.retry_after, std::chrono::milliseconds(250));
  const Ending far = OneBlock({{"grpc-status", "8"}, {"grpc-retry-pushback-ms", "999999999"}});
  EXPECT_EQ(far.reply.retry_after, minutes(1));
}

TEST(GrpcOutcome, AnErrorPageIsMappedAndQuoted) {
  const Ending ending =
      OneBlock({{":status", "503"}, {"content-type", "text/html"}}, "<h1>busy\n</h1>");
  EXPECT_EQ(ending.status.code(), StatusCode::kUnavailable);
  EXPECT_EQ(ending.status.message(),
            "HTTP 503 Service Unavailable, content type \"text/html\", instead of a gRPC reply: "
            "<h1>busy </h1> [BR-1809]");
  EXPECT_EQ(ending.reply.origin, Origin::kServer);
  EXPECT_EQ(OneBlock({{":status", "401"}}).status.code(), StatusCode::kUnauthenticated);
  EXPECT_EQ(OneBlock({{":status", "404"}}).status.code(), StatusCode::kUnimplemented);
  EXPECT_EQ(OneBlock({{":status", "200"}, {"content-type", "text/html"}}).status.code(),
            StatusCode::kUnknown);
}

TEST(GrpcOutcome, QuotesTheBeginningOfAPageOnly) {
  GrpcOutcome outcome;
  EXPECT_TRUE(outcome.AddPage(std::string(GrpcOutcome::kPageBytesMax - 1, 'x')));
  EXPECT_FALSE(outcome.AddPage("yz"));
  EXPECT_FALSE(outcome.AddPage("more"));
}

TEST(GrpcOutcome, AResetIsMapped) {
  EXPECT_EQ(Ending(std::vector<Fields>{kGood}, ErrorCode::kCancel).status.code(),
            StatusCode::kCancelled);
  EXPECT_EQ(Ending(std::vector<Fields>(), ErrorCode::kEnhanceYourCalm).status.code(),
            StatusCode::kResourceExhausted);
  const Ending internal(std::vector<Fields>{kGood}, ErrorCode::kInternalError);
  EXPECT_EQ(internal.status.code(), StatusCode::kInternal);
  EXPECT_FALSE(internal.reply.replied);
  const Ending refused(std::vector<Fields>(), ErrorCode::kRefusedStream);
  EXPECT_EQ(refused.status.code(), StatusCode::kUnavailable);
  EXPECT_TRUE(refused.reply.replied);
  EXPECT_EQ(refused.reply.origin, Origin::kServer);
}

TEST(GrpcOutcome, TellsWhichPackingIsUnknown) {
  EXPECT_FALSE(*OneBlock(kGood).outcome.gzip());
  EXPECT_TRUE(*OneBlock({{"grpc-encoding", "gzip"}}).outcome.gzip());
  const auto snappy = OneBlock({{"grpc-encoding", "snappy"}}).outcome.gzip();
  EXPECT_EQ(snappy.status().code(), StatusCode::kInternal);
  EXPECT_THAT(std::string(snappy.status().message()), HasSubstr("snappy"));
}

Fields Written(const OutgoingCall& call, Time now = Time()) {
  GrpcRequestHeaders headers("http", "10.0.0.7:50051");
  const auto written = headers.Fill(call, now);
  EXPECT_TRUE(written.ok()) << written.status().ToString();
  Fields fields;
  for (const HeaderField& field : *written) fields.emplace_back(field.name, field.value);
  return fields;
}

TEST(GrpcRequestHeaders, AreThoseOfThePlainestCall) {
  EXPECT_THAT(Written({.service = "a.B", .method = "C"}),
              ElementsAre(Pair(":method", "POST"), Pair(":scheme", "http"), Pair(":path", "/a.B/C"),
                          Pair(":authority", "10.0.0.7:50051"), Pair("te", "trailers"),
                          Pair("content-type", "application/grpc"),
                          Pair("user-agent", ::testing::StartsWith("grpc-c++-bellrock")),
                          Pair("grpc-accept-encoding", "identity,gzip")));
}

TEST(GrpcRequestHeaders, CarryWhatBelongsToTheCall) {
  const Metadata metadata = {{"x-one", "1"}, {"x-bytes-bin", std::string("\0\x01", 2)}};
  Fields fields = Written({.service = "a.B",
                           .method = "C",
                           .deadline = Time(seconds(3)),
                           .attempt = 2,
                           .caller = "a/b",
                           .trace = {.trace_id_high = 1, .trace_id_low = 2, .span_id = 3},
                           .dye = "red",
                           .qos = Qos::kCritical,
                           .compression = Compression::kGzip,
                           .metadata = &metadata},
                          Time(seconds(1)));
  fields.erase(fields.begin(), fields.begin() + 8);
  EXPECT_THAT(fields,
              UnorderedElementsAre(
                  Pair("grpc-timeout", "2000000u"), Pair("grpc-encoding", "gzip"),
                  Pair("traceparent", "00-00000000000000010000000000000002-0000000000000003-00"),
                  Pair("bellrock-caller", "a/b"), Pair("bellrock-dye", "red"),
                  Pair("bellrock-qos", "critical"), Pair("grpc-previous-rpc-attempts", "2"),
                  Pair("x-one", "1"), Pair("x-bytes-bin", "AAE")));
}

TEST(GrpcRequestHeaders, RefuseWhatCannotBeSent) {
  GrpcRequestHeaders headers("http", "h");
  EXPECT_EQ(headers.Fill({.deadline = Time(seconds(1))}, Time(seconds(1))).status().code(),
            StatusCode::kDeadlineExceeded);
  const Metadata many(kMetadataFieldsMax + 1, {"k", "v"});
  EXPECT_EQ(headers.Fill({.metadata = &many}, Time()).status().code(),
            StatusCode::kResourceExhausted);
}

TEST(PingPolicy, TwoAreFreeAfterDataAndThenOneEachFiveMinutes) {
  PingPolicy pings;
  const Time start = Time(minutes(60));
  EXPECT_TRUE(pings.TryTake(start));
  EXPECT_TRUE(pings.TryTake(start + seconds(1)));
  EXPECT_FALSE(pings.TryTake(start + seconds(2)));
  EXPECT_FALSE(pings.TryTake(start + minutes(5)));
  EXPECT_TRUE(pings.TryTake(start + minutes(5) + seconds(1)));
  EXPECT_FALSE(pings.TryTake(start + minutes(6)));
  pings.OnData();
  EXPECT_TRUE(pings.TryTake(start + minutes(6)));
}

}  // namespace
}  // namespace bellrock::rpc::http2
