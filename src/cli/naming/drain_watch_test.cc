// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/naming/drain_watch.h"

#include <gmock/gmock.h>

namespace bellrock::cli {
namespace {

namespace v1 = routing::v1;

constexpr const char* kPath = "/sz/d/music/storage/default/1";

void Report(v1::ShowReply& shown, const std::string& host, int64_t at, bool withheld,
            int64_t in_flight = 0) {
  v1::ServiceTable& table = *shown.add_tables();
  table.set_host(host);
  table.set_updated_unix_ms(at);
  table.add_instances()->set_path("/sz/d/music/storage/default/2");
  v1::InstanceRoute& route = *table.add_instances();
  route.set_path(kPath);
  route.set_withheld(withheld);
  route.set_in_flight(in_flight);
}

TEST(DrainWatch, IsDrainedWhenEveryHostHasStoppedAndTheLastCallHasEnded) {
  DrainWatch watch(kPath);
  v1::ShowReply shown;
  Report(shown, "a", 1000, true, 3);
  Report(shown, "b", 1000, false);
  DrainWatch::State state = watch.Take(shown);
  EXPECT_EQ(DrainText(state), "2 hosts may call it, 2 yet to stop, 3 calls in flight (a)");
  EXPECT_FALSE(state.drained);

  shown.Clear();
  Report(shown, "a", 2000, true, 1);
  Report(shown, "b", 2000, true, 0);
  state = watch.Take(shown);
  EXPECT_EQ(DrainText(state), "2 hosts may call it, 1 yet to stop, 1 call in flight (a)");
  EXPECT_FALSE(state.drained) << "b's programs may have read their table before";

  shown.Clear();
  Report(shown, "a", 3000, true, 0);
  Report(shown, "b", 3000, true, 0);
  state = watch.Take(shown);
  EXPECT_TRUE(state.drained) << DrainText(state);
  EXPECT_EQ(DrainText(state), "2 hosts may call it, 0 calls in flight");
}

TEST(DrainWatch, TheSameReportTwiceIsOneAndATakenBackWordBeginsAnew) {
  DrainWatch watch(kPath);
  v1::ShowReply shown;
  Report(shown, "a", 1000, true);
  EXPECT_FALSE(watch.Take(shown).drained);
  EXPECT_FALSE(watch.Take(shown).drained);
  v1::ShowReply back;
  Report(back, "a", 2000, false);
  EXPECT_FALSE(watch.Take(back).drained);
  shown.mutable_tables(0)->set_updated_unix_ms(3000);
  EXPECT_FALSE(watch.Take(shown).drained);
  shown.mutable_tables(0)->set_updated_unix_ms(4000);
  EXPECT_TRUE(watch.Take(shown).drained);
}

TEST(DrainWatch, WhatIsNotKnownIsNotDrained) {
  DrainWatch watch(kPath);
  v1::ShowReply shown;
  EXPECT_TRUE(watch.Take(shown).drained) << "nobody calls it";
  shown.add_unheard_servers("n2");
  EXPECT_FALSE(watch.Take(shown).drained);
  EXPECT_THAT(DrainText(watch.Take(shown)), ::testing::EndsWith("do not answer: n2"));
  shown.Clear();
  Report(shown, "old", 1000, true, -1);
  (void)watch.Take(shown);
  shown.mutable_tables(0)->set_updated_unix_ms(2000);
  const DrainWatch::State state = watch.Take(shown);
  EXPECT_FALSE(state.drained);
  EXPECT_THAT(state.unable, ::testing::ElementsAre("old"));
}

}  // namespace
}  // namespace bellrock::cli
