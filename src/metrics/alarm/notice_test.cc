// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm/notice.h"

#include <gtest/gtest.h>

#include "metrics/alarm/notice_for_test.h"
#include "metrics/alarm/scene_for_test.h"

namespace bellrock::metrics::alarm {
namespace {

TEST(AlarmNotice, SaysTheFigureAndWhatItIsHeldAgainst) {
  v1::AlarmFiring firing = SuccessFiring();
  EXPECT_EQ(Sentence(firing), "success rate 97.2134 %, below 99.9 %");
  firing.mutable_figure()->set_kind(Figure::KIND_LATENCY_US);
  firing.mutable_figure()->set_quantile(0.9999);
  firing.mutable_condition()->set_kind(Condition::KIND_MAX);
  firing.set_value(24'100);
  firing.set_bound(20'000);
  EXPECT_EQ(Sentence(firing), "TP99.99 24.1 ms, above 20 ms");
  firing.mutable_condition()->set_kind(Condition::KIND_CHANGE_PERCENT);
  firing.mutable_condition()->set_against(Condition::AGAINST_LAST_WEEK);
  firing.set_baseline(10'000);
  EXPECT_EQ(Sentence(firing), "TP99.99 24.1 ms, 141 % above the 10 ms of last week");
  firing.mutable_figure()->set_kind(Figure::KIND_CALLS_PER_SECOND);
  firing.mutable_condition()->set_kind(Condition::KIND_CHANGE);
  firing.mutable_condition()->set_against(Condition::AGAINST_YESTERDAY);
  firing.set_value(20);
  firing.set_baseline(120);
  EXPECT_EQ(Sentence(firing), "calls 20/s, 100/s below the 120/s of yesterday");
  firing.mutable_condition()->set_kind(Condition::KIND_NO_DATA);
  EXPECT_EQ(Sentence(firing), "no calls");
}

TEST(AlarmNotice, BlamesWhatMovedMoreThanItsShareOfTheCalls) {
  v1::AlarmFiring firing = SuccessFiring();
  EXPECT_EQ(BreakdownSentence(firing),
            "mostly callee_host 10.0.0.7:80: 90 % of the failures, 54 % of the calls; "
            "result UNAVAILABLE: 97 % of the failures");
  firing.mutable_breakdown()->mutable_dimensions(0)->mutable_parts(0)->set_calls_share(0.9);
  EXPECT_EQ(BreakdownSentence(firing), "mostly result UNAVAILABLE: 97 % of the failures");
  firing.clear_breakdown();
  EXPECT_EQ(BreakdownSentence(firing), "");
}

TEST(AlarmNotice, IsShortHoweverMuchFires) {
  Notification notification = OneFiring();
  for (int i = 0; i < 20; ++i) notification.firing.push_back(SuccessFiring());
  const Notice notice = MakeNotice(notification);
  EXPECT_EQ(notice.lines.size(), kNoticeLines);
  EXPECT_EQ(notice.more, 16u);
  EXPECT_EQ(notice.title, "[FIRING 21] music/catalog gz: success rate 97.2134 %, below 99.9 %");
  EXPECT_EQ(notice.link, "https://bellrock.example.com/alarms");
  EXPECT_EQ(notice.severity, "critical");
}

TEST(AlarmNotice, TheEndSaysFromWhenToWhen) {
  Notification notification = OneFiring();
  notification.resolved = std::move(notification.firing);
  notification.firing.clear();
  notification.resolved[0].set_resolved_at(notification.resolved[0].fired_at() + 360);
  const Notice notice = MakeNotice(notification);
  EXPECT_FALSE(notice.firing);
  EXPECT_EQ(notice.title, "[RESOLVED] music/catalog gz: success rate 97.2134 %, below 99.9 %");
  ASSERT_EQ(notice.lines.size(), 1u);
  EXPECT_EQ(notice.lines[0].when, "17:00 to 17:09 UTC");
}

TEST(AlarmNotice, TextIsCutBetweenCharacters) {
  EXPECT_EQ(Clip("short", 10), "short");
  EXPECT_EQ(Clip("\u97f3\u4e50\u97f3\u4e50", 8), "\u97f3...");
}

TEST(AlarmNotice, TimesAreUtc) {
  EXPECT_EQ(Rfc3339(1'795'280'400), "2026-11-21T17:00:00Z");
  EXPECT_EQ(ShortTime(1'795'280'400), "11-21 17:00 UTC");
}

}  // namespace
}  // namespace bellrock::metrics::alarm
