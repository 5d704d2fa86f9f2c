// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "bellrock/status.h"

#include <gtest/gtest.h>

namespace bellrock {
namespace {

TEST(Status, IsOkWithoutTextByDefault) {
  Status status;
  EXPECT_TRUE(status.ok());
  EXPECT_EQ(status.code(), StatusCode::kOk);
  EXPECT_EQ(status.ToString(), "OK");
  EXPECT_EQ(sizeof(Status), sizeof(void*));
}

TEST(Status, PrintsCodeMessageAndTheChainOfCauses) {
  Status status =
      UnavailableError("no instance of music/catalog")
          .WithCause(DeadlineExceededError("connect 10.0.0.1:80").WithCause(UnknownError("")));
  EXPECT_EQ(status.ToString(),
            "UNAVAILABLE: no instance of music/catalog; because DEADLINE_EXCEEDED: connect "
            "10.0.0.1:80; because UNKNOWN");
}

TEST(Status, ContextPrecedesTheMessageAndKeepsTheCause) {
  Status status = NotFoundError("b").WithCause(DataLossError("c")).WithContext("a");
  EXPECT_EQ(status.message(), "a: b");
  ASSERT_NE(status.cause(), nullptr);
  EXPECT_EQ(status.cause()->code(), StatusCode::kDataLoss);
  EXPECT_TRUE(Status().WithContext("a").ok());
}

TEST(Status, BearsTheApplicationsErrorType) {
  const Status sold_out = FailedPreconditionError("no seat is left").WithErrorType("SoldOut");
  EXPECT_EQ(sold_out.error_type(), "SoldOut");
  EXPECT_EQ(sold_out.code(), StatusCode::kFailedPrecondition);
  EXPECT_EQ(sold_out.ToString(), "FAILED_PRECONDITION (SoldOut): no seat is left");
  EXPECT_EQ(sold_out.WithContext("book").error_type(), "SoldOut");
  EXPECT_EQ(sold_out.WithCause(DataLossError("d")).error_type(), "SoldOut");
  EXPECT_EQ(AbortedError("a").WithCause(sold_out).error_type(), "") << "its cause's is not its own";
  EXPECT_EQ(DataLossError("c").WithCause(NotFoundError("d")).WithErrorType("E").ToString(),
            "DATA_LOSS (E): c; because NOT_FOUND: d");
  EXPECT_NE(sold_out, FailedPreconditionError("no seat is left"));
}

TEST(Status, OfSuccessHasNoErrorType) {
  EXPECT_TRUE(Status().WithErrorType("SoldOut").ok());
  EXPECT_EQ(Status().WithErrorType("SoldOut").error_type(), "");
}

TEST(ErrorType, IsAShortWord) {
  for (const std::string_view text : {"SoldOut", "card.declined", "E_42", "a-b", "0"}) {
    const Result<ErrorType> type = ErrorType::Parse(text);
    ASSERT_TRUE(type.ok()) << text;
    EXPECT_EQ(type->text(), text);
  }
  EXPECT_TRUE(ErrorType::Parse(std::string(kErrorTypeBytesMax, 'x')).ok());
  for (const std::string& text :
       {std::string(), std::string("OK"), std::string("sold out"), std::string("a/b"),
        std::string("(more)"), std::string("sch\xC3\xB6n"),
        std::string(kErrorTypeBytesMax + 1, 'x')}) {
    const Status refused = ErrorType::Parse(text).status();
    EXPECT_EQ(refused.code(), StatusCode::kInvalidArgument) << text;
    EXPECT_TRUE(refused.message().starts_with("error type \"" + text.substr(0, 10))) << text;
  }
}

TEST(Status, ReadsUnknownNumbersAsUnknown) {
  EXPECT_EQ(StatusCodeFromNumber(14), StatusCode::kUnavailable);
  EXPECT_EQ(StatusCodeFromNumber(17), StatusCode::kUnknown);
}

Result<int> Half(int number) {
  if (number % 2 != 0) return InvalidArgumentError("odd");
  return number / 2;
}

Result<int> Quarter(int number) {
  BELLROCK_ASSIGN(int half, Half(number));
  BELLROCK_TRY(half == 0 ? OutOfRangeError("zero") : Status::Ok());
  return Half(half);
}

TEST(Result, PropagatesTheFirstError) {
  EXPECT_EQ(*Quarter(8), 2);
  EXPECT_EQ(Quarter(6).status(), InvalidArgumentError("odd"));
  EXPECT_EQ(Quarter(0).status(), OutOfRangeError("zero"));
}

TEST(ResultDeathTest, CrashesWhenTheValueOfAnErrorIsRead) {
  EXPECT_DEATH((void)*Half(3), "INVALID_ARGUMENT: odd");
}

}  // namespace
}  // namespace bellrock
