// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/client/retry_policy.h"

#include <gtest/gtest.h>

#include "rpc/call_progress.h"
#include "rpc/server/method_settings.h"

namespace bellrock::rpc {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Time kNow{seconds(100)};

RetryPolicy Rich() {
  return RetryPolicy(1000, 0.1);
}

bool Retried(FailedTry failed, Idempotent idempotent = Idempotent::kDefault) {
  return Rich().OnFailure(failed, {.attempts_max = 5, .idempotent = idempotent}, kNow, 0).retry;
}

TEST(RetryPolicy, WhatWasNeverSentIsAlwaysTriedAgain) {
  for (const Idempotent each : {Idempotent::kDefault, Idempotent::kYes, Idempotent::kNo}) {
    EXPECT_TRUE(Retried({.code = StatusCode::kUnavailable, .sent = false}, each));
  }
}

TEST(RetryPolicy, ABrokenConnectionForbidsASecondRunOfWhatMayRunOnce) {
  const FailedTry broken{.code = StatusCode::kUnavailable, .sent = true};
  EXPECT_TRUE(Retried(broken));
  EXPECT_TRUE(Retried(broken, Idempotent::kYes));
  EXPECT_FALSE(Retried(broken, Idempotent::kNo));
}

TEST(RetryPolicy, ARefusalBeforeTheHandlerIsTriedElsewhere) {
  for (const StatusCode code : {StatusCode::kUnavailable, StatusCode::kResourceExhausted}) {
    EXPECT_TRUE(Retried({.code = code, .sent = true, .replied = true, .origin = Origin::kServer},
                        Idempotent::kNo));
  }
  EXPECT_FALSE(Retried({.code = StatusCode::kPermissionDenied,
                        .sent = true,
                        .replied = true,
                        .origin = Origin::kServer}));
}

TEST(RetryPolicy, TheHandlersWordCountsOnlyIfItIsUnavailable) {
  FailedTry handler{.sent = true, .replied = true, .origin = Origin::kHandler};
  for (int number = 1; number < kStatusCodeCount; ++number) {
    handler.code = StatusCodeFromNumber(static_cast<uint32_t>(number));
    EXPECT_EQ(Retried(handler), handler.code == StatusCode::kUnavailable) << number;
    EXPECT_FALSE(Retried(handler, Idempotent::kNo)) << number;
  }
}

TEST(RetryPolicy, WhatAHandlerPassesOnIsNotTriedAgain) {
  EXPECT_FALSE(Retried({.code = StatusCode::kUnavailable,
                        .sent = true,
                        .replied = true,
                        .origin = Origin::kDownstream}));
}

TEST(RetryPolicy, TimeoutsAreNotTriedAgain) {
  EXPECT_FALSE(Retried({.code = StatusCode::kDeadlineExceeded, .sent = true}, Idempotent::kYes));
}

TEST(RetryPolicy, TheFirstRetryGoesAtOnceAndLaterOnesBackOff) {
  RetryPolicy policy = Rich();
  const auto wait = [&](int tries, uint64_t random) {
    return policy
        .OnFailure({.code = StatusCode::kUnavailable, .tries = tries}, {.attempts_max = 100}, kNow,
                   random)
        .wait;
  };
  EXPECT_EQ(wait(1, 1023), Duration::zero());
  EXPECT_EQ(wait(2, 1023), milliseconds(20));
  EXPECT_EQ(wait(2, 0), milliseconds(10));
  EXPECT_EQ(wait(3, 1023), milliseconds(40));
  EXPECT_EQ(wait(50, 1023), seconds(1));
}

TEST(RetryPolicy, ACalleesWishToBeLeftAloneIsHonoured) {
  RetryPolicy policy = Rich();
  const FailedTry busy{.code = StatusCode::kResourceExhausted,
                       .sent = true,
                       .replied = true,
                       .origin = Origin::kServer,
                       .retry_after = milliseconds(300)};
  EXPECT_EQ(policy.OnFailure(busy, {.attempts_max = 2}, kNow, 0).wait, milliseconds(300));
  const RetryDecision late =
      policy.OnFailure(busy, {.attempts_max = 2, .deadline = kNow + milliseconds(300)}, kNow, 0);
  EXPECT_FALSE(late.retry);
  EXPECT_NE(late.why_not.find("no time"), std::string_view::npos);
}

TEST(RetryPolicy, TriesTimeAndBudgetBoundIt) {
  RetryPolicy policy(4, 0);
  const FailedTry failed{.code = StatusCode::kUnavailable};
  EXPECT_FALSE(policy.OnFailure(failed, {.attempts_max = 1}, kNow, 0).retry);
  EXPECT_FALSE(policy.OnFailure(failed, {.attempts_max = 2, .deadline = kNow}, kNow, 0).retry);
  // Neither of these was paid for: half of the bucket is there.
  EXPECT_TRUE(policy.OnFailure(failed, {.attempts_max = 2}, kNow, 0).retry);
  EXPECT_TRUE(policy.TakeForBackup());
  EXPECT_FALSE(policy.TakeForBackup());
  const RetryDecision poor = policy.OnFailure(failed, {.attempts_max = 2}, kNow, 0);
  EXPECT_FALSE(poor.retry);
  EXPECT_NE(poor.why_not.find("budget"), std::string_view::npos);
}

TEST(CallSettings, TheCallWinsOverItsMethodAndThatOverTheClient) {
  const ClientOptions client{.attempts = 2, .hedge_after = milliseconds(9)};
  const MethodOptions method{.timeout = seconds(3),
                             .attempts = 4,
                             .hedge_after = milliseconds(5),
                             .compression = Compression::kZstd};
  CallSettings settings = ResolveSettings({}, {}, client);
  EXPECT_EQ(settings.attempts_max, 2);
  EXPECT_EQ(settings.hedge_after, milliseconds(9));
  EXPECT_EQ(settings.compression, Compression::kNone);
  settings = ResolveSettings({}, method, client);
  EXPECT_EQ(settings.timeout, seconds(3));
  EXPECT_EQ(settings.attempts_max, 4);
  EXPECT_EQ(settings.hedge_after, milliseconds(5));
  EXPECT_EQ(settings.compression, Compression::kZstd);
  settings = ResolveSettings({.timeout = seconds(1),
                              .attempts = 3,
                              .hedge_after = milliseconds(1),
                              .compression = Compression::kNone},
                             method, client);
  EXPECT_EQ(settings.timeout, seconds(1));
  EXPECT_EQ(settings.attempts_max, 3);
  EXPECT_EQ(settings.hedge_after, milliseconds(1));
  EXPECT_EQ(settings.compression, Compression::kNone);
}

TEST(CallSettings, ModesSetTheNumberOfTries) {
  const ClientOptions never{.attempts = 1};
  EXPECT_EQ(ResolveSettings({}, {}, never).attempts_max, 1);
  EXPECT_EQ(ResolveSettings({.mode = CallMode::kFailOver}, {}, never).attempts_max, 2);
  EXPECT_EQ(ResolveSettings({.attempts = 9}, {}, never).attempts_max, 5);
  EXPECT_EQ(ResolveSettings({.attempts = 5, .mode = CallMode::kFailFast}, {}, {}).attempts_max, 1);
  EXPECT_EQ(ResolveSettings({.hedge_after = milliseconds(1)}, {}, never).attempts_max, 2);
}

TEST(CallSettings, WhatMustNotRunTwiceIsNotHedged) {
  const MethodOptions once{.idempotent = Idempotent::kNo};
  EXPECT_EQ(ResolveSettings({.hedge_after = milliseconds(1)}, once, {}).hedge_after,
            Duration::zero());
  EXPECT_EQ(ResolveSettings({.hedge_after = Duration(-1)}, {}, {.hedge_after = milliseconds(1)})
                .hedge_after,
            Duration::zero());
}

TEST(MethodSettings, TheClosestKeyHolds) {
  const auto settings = FixedMethodSettings::Make(
      {{"*", {.attempts = 1}}, {"a.B/*", {.attempts = 2}}, {"a.B/C", {.attempts = 3}}});
  ASSERT_TRUE(settings.ok());
  EXPECT_EQ(settings->Find("a.B", "C").attempts, 3);
  EXPECT_EQ(settings->Find("a.B", "D").attempts, 2);
  EXPECT_EQ(settings->Find("x.Y", "C").attempts, 1);
  EXPECT_EQ(FixedMethodSettings().Find("a.B", "C").attempts, 0);
}

TEST(MethodSettings, BadOnesAreRefusedByName) {
  for (const char* key : {"a.B", "/C", "a.B/", ""}) {
    const Status status = FixedMethodSettings::Make({{key, {}}}).status();
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument) << key;
    EXPECT_NE(status.message().find("Service/Method"), std::string_view::npos);
  }
  const Status many = FixedMethodSettings::Make({{"a.B/C", {.attempts = 6}}}).status();
  EXPECT_NE(many.message().find("a.B/C"), std::string_view::npos);
  EXPECT_FALSE(FixedMethodSettings::Make({{"a.B/C", {.timeout = seconds(-1)}}}).ok());
}

}  // namespace
}  // namespace bellrock::rpc
