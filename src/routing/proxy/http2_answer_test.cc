// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/proxy/http2_answer.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <utility>

namespace bellrock::routing::proxy {
namespace {

using rpc::http2::ErrorCode;
using rpc::http2::FieldBlock;

FieldBlock Block(std::initializer_list<std::pair<const char*, const char*>> fields) {
  FieldBlock block;
  for (const auto& [name, value] : fields) block.Add(name, value);
  return block;
}

TEST(Http2Answer, TheApplicationsWordIsTheVerdict) {
  Http2Answer answer;
  EXPECT_EQ(answer.OnBlock(Block({{":status", "200"}, {"content-type", "application/grpc"}})),
            Http2Answer::Block::kHead);
  EXPECT_TRUE(answer.grpc());
  EXPECT_EQ(answer.Verdict(), StatusCode::kUnknown);  // it must say one
  EXPECT_EQ(answer.OnBlock(Block({{"grpc-status", "14"}})), Http2Answer::Block::kTrailers);
  EXPECT_EQ(answer.Verdict(), StatusCode::kUnavailable);
}

TEST(Http2Answer, AWordInTheHeadCountsToo) {
  Http2Answer answer;
  answer.OnBlock(Block(
      {{":status", "200"}, {"content-type", "application/grpc+proto"}, {"grpc-status", "4"}}));
  EXPECT_EQ(answer.Verdict(), StatusCode::kDeadlineExceeded);
}

TEST(Http2Answer, AnErrorTypeComesWithTheWord) {
  Http2Answer answer;
  answer.OnBlock(Block({{":status", "200"}, {"content-type", "application/grpc"}}));
  EXPECT_EQ(answer.error_type(), "");
  answer.OnBlock(Block({{"grpc-status", "9"}, {"bellrock-error-type", "SoldOut"}}));
  EXPECT_EQ(answer.Verdict(), StatusCode::kFailedPrecondition);
  EXPECT_EQ(answer.error_type(), "SoldOut");
}

TEST(Http2Answer, WhatIsPassedOnIsNotTheInstancesFault) {
  Http2Answer answer;
  answer.OnBlock(Block({{":status", "200"}, {"content-type", "application/grpc"}}));
  answer.OnBlock(Block({{"grpc-status", "14"}, {"bellrock-origin", "downstream"}}));
  EXPECT_EQ(answer.Verdict(), StatusCode::kOk);
}

TEST(Http2Answer, WithoutAWordTheStatusDecides) {
  for (const auto& [status, verdict] :
       {std::pair{"404", StatusCode::kOk}, std::pair{"500", StatusCode::kInternal},
        std::pair{"503", StatusCode::kResourceExhausted}}) {
    Http2Answer answer;
    answer.OnBlock(Block({{":status", status}, {"content-type", "text/html"}}));
    EXPECT_EQ(answer.Verdict(), verdict) << status;
  }
}

TEST(Http2Answer, InterimHeadsAreNoAnswer) {
  Http2Answer answer;
  EXPECT_EQ(answer.OnBlock(Block({{":status", "100"}})), Http2Answer::Block::kInterim);
  EXPECT_FALSE(answer.begun());
  EXPECT_EQ(answer.OnBlock(Block({{":status", "204"}})), Http2Answer::Block::kHead);
  EXPECT_TRUE(answer.begun());
}

TEST(Http2Answer, AResetIsJudgedByItsCode) {
  Http2Answer answer;
  EXPECT_EQ(answer.VerdictOfReset(ErrorCode::kCancel), StatusCode::kCancelled);
  EXPECT_EQ(answer.VerdictOfReset(ErrorCode::kInternalError), StatusCode::kInternal);
  EXPECT_EQ(answer.VerdictOfReset(ErrorCode::kEnhanceYourCalm), StatusCode::kResourceExhausted);
}

}  // namespace
}  // namespace bellrock::routing::proxy
