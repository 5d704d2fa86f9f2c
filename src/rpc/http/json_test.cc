// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/http/json.h"

#include <gtest/gtest.h>

#include <string>

#include "bellrock/rpc/sample/v1/echo.pb.h"

namespace bellrock::rpc {
namespace {

using sample::v1::EchoReply;
using sample::v1::EchoRequest;

bool Names(const Status& status, std::string_view part) {
  return status.message().find(part) != std::string_view::npos;
}

TEST(Json, KeepsProtoNamesAndPlainFields) {
  EchoReply reply;
  reply.set_text("hi");
  Result<std::string> json = MessageToJson(reply);
  ASSERT_TRUE(json.ok());
  EXPECT_NE(json->find("\"deadline_ms\":\"0\""), std::string::npos) << *json;
  EchoRequest request;
  EXPECT_TRUE(JsonToMessage(R"({"text":"x","sleep_ms":"5","numbers":[1,2]})", request).ok());
  EXPECT_EQ(request.sleep_ms(), 5);
  EXPECT_EQ(request.numbers_size(), 2);
}

TEST(Json, EmptyBodyIsTheEmptyMessage) {
  EchoRequest request;
  request.set_text("old");
  EXPECT_TRUE(JsonToMessage(" \n", request).ok());
  EXPECT_EQ(request.text(), "");
}

TEST(Json, ErrorsNameFieldAndRemedy) {
  EchoRequest request;
  const Status bad_type = JsonToMessage(R"({"code":"abc"})", request);
  EXPECT_EQ(bad_type.code(), StatusCode::kInvalidArgument);
  EXPECT_TRUE(Names(bad_type, "code")) << bad_type.message();
  EXPECT_TRUE(Names(bad_type, "abc")) << bad_type.message();
  const Status unknown = JsonToMessage(R"({"txet":"abc"})", request);
  EXPECT_TRUE(Names(unknown, "txet")) << unknown.message();
  EXPECT_TRUE(Names(unknown, "sleep_ms")) << unknown.message();
  EXPECT_FALSE(JsonToMessage(R"({"text":)", request).ok());
}

TEST(Query, FillsScalarsRepeatedAndNested) {
  EchoRequest request;
  ASSERT_TRUE(QueryToMessage("text=a+b&code=5&sleep_ms=-3&numbers=1&numbers=2&inner.name=n&inner."
                             "depth=4&tone=TONE_LOUD&flag&ratio=1.5&big=18446744073709551615",
                             request)
                  .ok());
  EXPECT_EQ(request.text(), "a b");
  EXPECT_EQ(request.code(), 5);
  EXPECT_EQ(request.sleep_ms(), -3);
  EXPECT_EQ(request.numbers_size(), 2);
  EXPECT_EQ(request.inner().name(), "n");
  EXPECT_EQ(request.inner().depth(), 4);
  EXPECT_EQ(request.tone(), sample::v1::TONE_LOUD);
  EXPECT_TRUE(request.flag());
  EXPECT_EQ(request.ratio(), 1.5);
  EXPECT_EQ(request.big(), UINT64_MAX);
}

TEST(Query, ErrorsNameFieldAndValue) {
  EchoRequest request;
  EXPECT_TRUE(Names(QueryToMessage("code=abc", request), "code: \"abc\""));
  EXPECT_TRUE(Names(QueryToMessage("big=-1", request), "big"));
  EXPECT_TRUE(Names(QueryToMessage("nope=1", request), "its fields are: text"));
  EXPECT_TRUE(Names(QueryToMessage("inner=1", request), "inner.NAME"));
  EXPECT_TRUE(Names(QueryToMessage("text.x=1", request), "text"));
  EXPECT_TRUE(Names(QueryToMessage("tone=QUIET", request), "bellrock.rpc.sample.v1.Tone"));
  EXPECT_TRUE(Names(QueryToMessage("flag=maybe", request), "true or false"));
}

TEST(Json, StatusIsEscaped) {
  EXPECT_EQ(StatusToJson(NotFoundError("no \"x\"\n")),
            R"({"code":"NOT_FOUND","message":"no \"x\"\u000a"})");
}

}  // namespace
}  // namespace bellrock::rpc
