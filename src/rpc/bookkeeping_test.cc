// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// The small pure parts: retry budget, connect back-off, refusal log, call tables, census, error
// texts.
#include <gtest/gtest.h>

#include <vector>

#include "rpc/client/connect_backoff.h"
#include "rpc/client/retry_budget.h"
#include "rpc/error_text.h"
#include "rpc/native/call_table.h"
#include "rpc/native/pending_table.h"
#include "rpc/server/refusal_log.h"
#include "rpc/server/server_state.h"

namespace bellrock::rpc {
namespace {

Time At(int64_t ms) {
  return Time(std::chrono::milliseconds(ms));
}

TEST(RetryBudget, StopsAtHalfAndRecoversBySuccess) {
  RetryBudget budget(10, 0.5);
  int taken = 0;
  while (budget.TryTake()) ++taken;
  EXPECT_EQ(taken, 5);
  budget.OnSuccess();
  EXPECT_TRUE(budget.TryTake());
  EXPECT_FALSE(budget.TryTake());
  for (int i = 0; i < 100; ++i) budget.OnSuccess();
  EXPECT_EQ(budget.tokens(), 10);
}

TEST(RetryBudget, EmptyBucketNeverRetries) {
  EXPECT_FALSE(RetryBudget(0, 1).TryTake());
}

TEST(ConnectBackoff, DoublesToItsBoundAndForgetsOnSuccess) {
  ConnectBackoff backoff;
  EXPECT_TRUE(backoff.MayConnect(At(0)));
  backoff.OnFailure(At(0), 0);
  EXPECT_FALSE(backoff.MayConnect(At(49)));
  EXPECT_TRUE(backoff.MayConnect(At(50)));
  for (int i = 0; i < 20; ++i) backoff.OnFailure(At(100), 0);
  EXPECT_FALSE(backoff.MayConnect(At(1099)));
  EXPECT_TRUE(backoff.MayConnect(At(1100)));
  backoff.OnSuccess();
  backoff.OnFailure(At(2000), 0);
  EXPECT_TRUE(backoff.MayConnect(At(2050)));
}

TEST(ConnectBackoff, ChanceTakesUpToAQuarterOff) {
  ConnectBackoff backoff;
  backoff.OnFailure(At(0), 1023);
  EXPECT_EQ(backoff.retry_at(), Time(std::chrono::microseconds(37'500)));
  for (uint64_t random = 0; random < 5000; random += 7) {
    ConnectBackoff other;
    other.OnFailure(At(0), random);
    EXPECT_GE(other.retry_at(), backoff.retry_at());
    EXPECT_LE(other.retry_at(), At(50));
  }
}

TEST(RefusalLog, OneLineASecondAndReasonWithTheRestCounted) {
  RefusalLog refusals;
  EXPECT_TRUE(refusals.Line(Refusal::kBadFrame, "p", "d", At(0)).has_value());
  EXPECT_FALSE(refusals.Line(Refusal::kBadFrame, "p", "d", At(500)).has_value());
  EXPECT_FALSE(refusals.Line(Refusal::kBadFrame, "p", "d", At(999)).has_value());
  EXPECT_TRUE(refusals.Line(Refusal::kIdle, "p", "d", At(999)).has_value());
  const auto line = refusals.Line(Refusal::kBadFrame, "1.2.3.4:5", "too long", At(1000));
  ASSERT_TRUE(line.has_value());
  EXPECT_EQ(*line,
            "refused connection from 1.2.3.4:5: bad frame: too long (and 2 more since the last "
            "line)");
  EXPECT_EQ(refusals.count(Refusal::kBadFrame), 4U);
}

TEST(ConnectionCensus, LimitsInAllAndPerPeer) {
  ConnectionCensus census(3, 2);
  EXPECT_TRUE(census.Admit("a").ok());
  EXPECT_TRUE(census.Admit("a").ok());
  EXPECT_EQ(census.Admit("a").code(), StatusCode::kResourceExhausted);
  EXPECT_TRUE(census.Admit("b").ok());
  EXPECT_EQ(census.Admit("c").code(), StatusCode::kResourceExhausted);
  census.Leave("a");
  EXPECT_TRUE(census.Admit("c").ok());
  EXPECT_EQ(census.total(), 3U);
}

struct TableCall {
  uint64_t id;
  TableCall* next = nullptr;
};

TEST(CallTable, FindsWhatWasInsertedAfterGrowthAndErasure) {
  std::vector<TableCall> calls;
  for (uint64_t i = 0; i < 1000; ++i) calls.push_back({i % 2 == 0 ? i : i << 32});
  CallTable<TableCall> table;
  EXPECT_EQ(table.Find(0), nullptr);
  for (TableCall& call : calls) table.Insert(call);
  for (size_t i = 0; i < calls.size(); i += 3) table.Erase(calls[i]);
  for (size_t i = 0; i < calls.size(); ++i) {
    EXPECT_EQ(table.Find(calls[i].id), i % 3 == 0 ? nullptr : &calls[i]);
  }
  EXPECT_EQ(table.size(), table.All().size());
}

TEST(PendingTable, LateReplyToAReusedSlotFindsNothing) {
  PendingTable table;
  PendingCall first;
  PendingCall second;
  IncomingReply reply;
  second.reply = &reply;
  const uint64_t old_id = table.Add(first);
  table.Remove(old_id);
  const uint64_t new_id = table.Add(second);
  EXPECT_EQ(static_cast<uint32_t>(old_id), static_cast<uint32_t>(new_id));
  EXPECT_EQ(table.Find(old_id), nullptr);
  EXPECT_EQ(table.Find(new_id), &second);
  EXPECT_EQ(table.Find(uint64_t{1} << 40), nullptr);
  table.FailAll(UnavailableError("gone"));
  EXPECT_TRUE(second.done);
  EXPECT_EQ(table.size(), 0U);
}

TEST(ErrorText, StatusCrossesTheWireWithItsCause) {
  v1::ReplyMeta meta;
  FillReplyMeta(NotFoundError("no song").WithCause(UnavailableError("disk")), Origin::kHandler,
                &meta);
  const Status status = StatusFromReplyMeta(meta);
  EXPECT_EQ(status.code(), StatusCode::kNotFound);
  EXPECT_EQ(status.message(), "no song");
  ASSERT_NE(status.cause(), nullptr);
  EXPECT_NE(status.cause()->message().find("disk"), std::string_view::npos);
}

TEST(ErrorText, StatusCrossesTheWireWithItsErrorType) {
  const Status sold_out = FailedPreconditionError("no seat is left").WithErrorType("SoldOut");
  v1::ReplyMeta meta;
  FillReplyMeta(sold_out.WithCause(UnavailableError("disk")), Origin::kHandler, &meta);
  EXPECT_EQ(meta.error_type(), "SoldOut");
  EXPECT_EQ(StatusFromReplyMeta(meta), sold_out);
  meta.set_code(0);
  EXPECT_EQ(StatusFromReplyMeta(meta), Status::Ok());
  FillReplyMeta(NotFoundError("b"), Origin::kHandler, &meta);
  EXPECT_EQ(meta.error_type(), "");
  EXPECT_EQ(StatusFromReplyMeta(meta), NotFoundError("b"));
  for (const char* foreign : {"OK", "sold out", "\xff"}) {
    EXPECT_EQ(WithPeersErrorType(NotFoundError("b"), foreign), NotFoundError("b")) << foreign;
  }
}

TEST(ErrorText, LongMessagesAreCutAtACharacter) {
  std::string text;
  for (size_t i = 0; i < kErrorMessageBytesMax; ++i) text += "\xC3\xA9";
  v1::ReplyMeta meta;
  FillReplyMeta(InternalError("x" + text), Origin::kHandler, &meta);
  EXPECT_LE(meta.message().size(), kErrorMessageBytesMax);
  EXPECT_EQ(meta.message().size() % 2, 1U);  // "x" and whole characters
}

TEST(ErrorText, AttemptsAreListed) {
  const std::string text =
      AttemptsText("a.B/C", "music/storage",
                   {{"1.1.1.1:1", UnavailableError("refused"), std::chrono::microseconds(300)},
                    {"2.2.2.2:2", UnavailableError("reset"), std::chrono::milliseconds(12)}});
  EXPECT_EQ(text,
            "a.B/C to music/storage failed after 2 tries: 1) 1.1.1.1:1: UNAVAILABLE: refused (0.3 "
            "ms); 2) 2.2.2.2:2: UNAVAILABLE: reset (12 ms)");
}

TEST(ErrorText, WhatAnEarlierTrySaidIsNotSaidAgain) {
  const std::string text =
      AttemptsText("a.B/C", "",
                   {{"1.1.1.1:1", UnavailableError("refused")},
                    {"1.1.1.1:1", UnavailableError("refused; next connect in 50 ms")},
                    {"1.1.1.1:1", UnavailableError("refused")}});
  EXPECT_EQ(text,
            "a.B/C failed after 3 tries: 1) 1.1.1.1:1: UNAVAILABLE: refused (0.0 ms); "
            "2) 1.1.1.1:1: as 1); next connect in 50 ms (0.0 ms); 3) 1.1.1.1:1: as 1) (0.0 ms)");
}

TEST(ErrorText, HttpCodesFollowTheCanonicalMapping) {
  EXPECT_EQ(HttpStatusOf(StatusCode::kOk), 200);
  EXPECT_EQ(HttpStatusOf(StatusCode::kNotFound), 404);
  EXPECT_EQ(HttpStatusOf(StatusCode::kUnauthenticated), 401);
  EXPECT_EQ(HttpStatusOf(StatusCode::kUnavailable), 503);
}

}  // namespace
}  // namespace bellrock::rpc
