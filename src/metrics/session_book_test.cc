// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/session_book.h"

#include <gtest/gtest.h>

#include <string>

#include "metrics/name_session.h"
#include "metrics/push_table.h"
#include "metrics/session_table.h"

namespace bellrock::metrics {
namespace {

v1::PushRequest PushOf(const std::string& callee) {
  v1::PushRequest push;
  push.set_source("h:1");
  push.set_epoch(7);
  push.set_sequence(9);
  push.set_calls_total(12);
  push.set_site("bj");
  push.add_spreads()->set_callee("a/b");
  push.add_lost()->set_calls(3);
  const auto add = [&](const std::string& caller, int code, const std::string& result,
                       bool served) {
    v1::Card& card = *push.add_cards();
    v1::Dimensions& of = *card.mutable_dimensions();
    of.set_callee(callee);
    of.set_method("a.B/Get");
    of.set_instance("/sh/d/a/b/default/1");
    of.set_caller(caller);
    of.set_code(code);
    of.set_result(result);
    of.set_served(served);
    card.set_second(100);
    card.add_latency_us_delta(5);
    card.add_latency_us_delta(2);
    card.add_count(1);
    card.add_count(4'000'000'000);
  };
  add("", 0, "", false);
  add("web/shop", 0, "", false);
  add("web/shop", 0, "", true);
  add("web/shop", 0, "COUNTER", false);
  add("web/shop", 9, "", false);
  add("web/shop", 9, "OUT_OF_STOCK:2", false);
  return push;
}

v1::PushRequest InSession(uint64_t number, const v1::PushRequest& push, SessionWriter& session) {
  v1::PushRequest packed = HeadOf(push);
  packed.set_session(number);
  packed.set_table(session.Encode(*TableOfCards(push)).value());
  return packed;
}

// As senders did before tables of version 2.
v1::PushRequest InSession(uint64_t number, const v1::PushRequest& push, NameSession& session) {
  v1::PushRequest packed = HeadOf(push);
  packed.set_session(number);
  packed.set_table(EncodeTable(*TableOfCards(push), session));
  return packed;
}

TEST(PushTable, HoldsAllThatAPushSays) {
  const v1::PushRequest push = PushOf("a/b");
  const v1::PushRequest packed = Packed(push);
  EXPECT_EQ(packed.cards_size(), 0);
  EXPECT_EQ(Unpacked(packed)->SerializeAsString(), push.SerializeAsString());
  EXPECT_EQ(Unpacked(push)->SerializeAsString(), push.SerializeAsString());
  v1::PushRequest wrong = push;
  wrong.mutable_cards(0)->add_count(1);
  EXPECT_FALSE(TableOfCards(wrong).ok());
  EXPECT_EQ(Packed(wrong).SerializeAsString(), wrong.SerializeAsString());
}

TEST(PushTable, RefusesWhatIsNoPush) {
  v1::PushRequest push = HeadOf(PushOf("a/b"));
  const auto refused = [&push](Dimension dimension, const std::string& value) {
    CardTable table;
    table.dimensions = {dimension};
    table.names = {value};
    table.keys = {{0}};
    table.seconds = {1};
    table.ends = {1};
    table.buckets = {{1, 1}};
    push.set_table(EncodeTable(table));
    return std::string(Unpacked(push).status().message());
  };
  EXPECT_NE(refused(Dimension::kCallerSite, "x").find("caller_site is no dimension"),
            std::string::npos);
  EXPECT_NE(refused(Dimension::kResult, "LOST").find("result 'LOST'"), std::string::npos);
  push.set_table("no table");
  EXPECT_EQ(Unpacked(push).status().code(), StatusCode::kInvalidArgument);
}

template <typename Session>
void ExpectRead() {
  SessionBook book;
  Session session;
  for (const char* callee : {"a/b", "a/b", "a/c", "a/a", "a/b"}) {
    const v1::PushRequest push = PushOf(callee);
    const v1::PushRequest packed = InSession(1, push, session);
    EXPECT_EQ(book.Open(packed)->SerializeAsString(), push.SerializeAsString());
    // It may come twice.
    EXPECT_EQ(book.Open(packed)->SerializeAsString(), push.SerializeAsString());
  }
  EXPECT_EQ(book.sessions(), 1u);
}

TEST(SessionBook, ReadsTablesWhoseKeysCameBefore) {
  ExpectRead<SessionWriter>();
}

TEST(SessionBook, ReadsTablesOfOlderSendersWhoseNamesCameBefore) {
  ExpectRead<NameSession>();
}

TEST(SessionBook, APushIsTheSameHoweverItsSessionNumbersTheKeys) {
  SessionBook book;
  SessionWriter session;
  v1::PushRequest push = PushOf("a/b");
  ASSERT_TRUE(book.Open(InSession(1, PushOf("a/c"), session)).ok());
  push.MergeFrom(PushOf("a/c"));  // known already, so that its numbers are lower
  const auto known = book.Open(InSession(1, push, session));
  SessionWriter other;
  const auto fresh = book.Open(InSession(2, push, other));
  EXPECT_EQ(known->SerializeAsString(), push.SerializeAsString());
  EXPECT_EQ(fresh->SerializeAsString(), push.SerializeAsString());
  EXPECT_EQ(Unpacked(Packed(push))->SerializeAsString(), push.SerializeAsString());
}

TEST(SessionBook, SaysThatItDoesNotKnowTheSessionAndKeepsNothingOfIt) {
  SessionBook book;
  SessionWriter session;
  const v1::PushRequest push = PushOf("a/b");
  (void)InSession(1, push, session);
  const v1::PushRequest second = InSession(1, push, session);
  EXPECT_EQ(book.Open(second).status().code(), StatusCode::kFailedPrecondition);
  EXPECT_EQ(book.sessions(), 0u);
  SessionWriter again;
  EXPECT_TRUE(book.Open(InSession(2, push, again)).ok());
}

TEST(SessionBook, ForgetsWhoWasSilentForLongest) {
  SessionWriter a, b, c;
  const v1::PushRequest push = PushOf("a/b");
  SessionBook book({.sessions_max = 2});
  ASSERT_TRUE(book.Open(InSession(1, push, a)).ok());
  ASSERT_TRUE(book.Open(InSession(2, push, b)).ok());
  ASSERT_TRUE(book.Open(InSession(1, push, a)).ok());
  const size_t bytes = book.bytes();
  ASSERT_TRUE(book.Open(InSession(3, push, c)).ok());
  EXPECT_EQ(book.bytes(), bytes);
  EXPECT_EQ(book.Open(InSession(2, push, b)).status().code(), StatusCode::kFailedPrecondition);
  EXPECT_TRUE(book.Open(InSession(1, push, a)).ok());
}

TEST(SessionBook, KeepsKeysWithinItsBytes) {
  SessionBook book({.bytes_max = 2000});
  for (uint64_t number = 1; number < 20; ++number) {
    SessionWriter session;
    EXPECT_TRUE(book.Open(InSession(number, PushOf("a/b"), session)).ok());
    EXPECT_LE(book.bytes(), 2000u);
  }
  EXPECT_LT(book.sessions(), 5u);
}

}  // namespace
}  // namespace bellrock::metrics
