// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm_server/trial.h"

#include <gtest/gtest.h>

#include "fiber/fiber.h"
#include "metrics/alarm/scene_for_test.h"
#include "testing/world.h"

namespace bellrock::metrics::alarm_server {
namespace {

constexpr int64_t kNow = 1'795'280'410;  // ten seconds after a whole minute

// A tenth of the calls fails in the windows that end in (from, to].
class Stretch final : public query::Source {
 public:
  Result<query::Answer> Ask(const query::Question& question) override {
    if (question.from < known_from) return UnavailableError("not now");
    const bool bad = question.to > from && question.to <= to;
    return alarm::Results(90, bad ? 10 : 0);
  }
  int64_t from = 0;
  int64_t to = 0;
  int64_t known_from = 0;
};

v1::TryRuleRequest Asking(int64_t seconds) {
  v1::TryRuleRequest request;
  *request.mutable_rule() = alarm::SuccessRule();
  request.set_seconds(seconds);
  return request;
}

Result<v1::TryRuleReply> Try(query::Source& source, const v1::TryRuleRequest& request) {
  testing::World world(1);
  Result<v1::TryRuleReply> reply = InternalError("not asked");
  world.Run([&] { reply = TryRule(source, request, kNow); });
  return reply;
}

TEST(Trial, SaysWhenItWouldHaveFiredAndResolved) {
  Stretch source;
  source.from = kNow - 10 - 1800;
  source.to = source.from + 300;
  const auto reply = Try(source, Asking(0));
  ASSERT_TRUE(reply.ok()) << reply.status().ToString();
  EXPECT_EQ(reply->windows(), 60u);
  EXPECT_EQ(reply->to() - reply->from(), 3600);
  ASSERT_EQ(reply->groups_size(), 1);
  const auto& group = reply->groups(0);
  EXPECT_EQ(group.windows_breached(), 5u);
  EXPECT_EQ(group.windows_judged(), 60u);
  ASSERT_EQ(group.firings_size(), 1);
  EXPECT_EQ(group.firings(0).since(), source.from);
  EXPECT_EQ(group.firings(0).fired_at(), source.from + 60);
  EXPECT_EQ(group.firings(0).resolved_at(), source.to + 180);
}

TEST(Trial, WhatStillFiresHasNoEnd) {
  Stretch source;
  source.from = kNow - 10 - 120;
  source.to = kNow;
  const auto reply = Try(source, Asking(600));
  ASSERT_EQ(reply->groups_size(), 1);
  ASSERT_EQ(reply->groups(0).firings_size(), 1);
  EXPECT_EQ(reply->groups(0).firings(0).resolved_at(), 0);
  EXPECT_DOUBLE_EQ(reply->groups(0).last_value(), 0.9);
}

TEST(Trial, WindowsWithoutAnAnswerAreCountedAndSaid) {
  Stretch source;
  source.known_from = kNow - 10 - 60;
  const auto reply = Try(source, Asking(600));
  ASSERT_TRUE(reply.ok());
  EXPECT_EQ(reply->windows(), 10u);
  EXPECT_EQ(reply->windows_unknown(), 9u);
  EXPECT_NE(reply->problem().find("not now"), std::string::npos);
  EXPECT_EQ(reply->groups(0).windows_judged(), 1u);
}

TEST(Trial, ABadRuleAndTooManyWindowsAreRefused) {
  Stretch source;
  v1::TryRuleRequest unnamed = Asking(0);
  unnamed.mutable_rule()->clear_name();
  EXPECT_EQ(Try(source, unnamed).status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(Try(source, Asking(-1)).status().code(), StatusCode::kInvalidArgument);
  v1::TryRuleRequest many = Asking(86'400);
  many.mutable_rule()->set_window_seconds(10);
  EXPECT_EQ(Try(source, many).status().code(), StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace bellrock::metrics::alarm_server
