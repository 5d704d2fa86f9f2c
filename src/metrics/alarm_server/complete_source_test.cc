// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm_server/complete_source.h"

#include <gtest/gtest.h>

#include "metrics/alarm/scene_for_test.h"

namespace bellrock::metrics::alarm_server {
namespace {

class Counting final : public query::Source {
 public:
  Result<query::Answer> Ask(const query::Question&) override {
    ++asked;
    return alarm::Results(90, 10);
  }
  int asked = 0;
};

query::Question Window(int64_t from, int64_t to) {
  query::Question question;
  question.from = from;
  question.to = to;
  return question;
}

TEST(CompleteSource, AsksForWindowsThatEndNoLaterThanWhatIsComplete) {
  Counting calls;
  CompleteSource source(calls, [] { return int64_t{120}; });
  EXPECT_TRUE(source.Ask(Window(0, 60)).ok());
  EXPECT_TRUE(source.Ask(Window(60, 120)).ok());
  EXPECT_EQ(calls.asked, 2);
}

TEST(CompleteSource, ALaterWindowHasToWait) {
  Counting calls;
  int64_t until = 120;
  CompleteSource source(calls, [&] { return until; });
  const auto answer = source.Ask(Window(61, 121));
  EXPECT_EQ(answer.status().code(), StatusCode::kUnavailable);
  EXPECT_EQ(answer.status().message(),
            "calls are complete until 120 only, 121 is asked for: it waits");
  until = 121;
  EXPECT_TRUE(source.Ask(Window(61, 121)).ok());
}

TEST(CompleteSource, AsLongAsNothingIsKnownEverythingWaits) {
  Counting calls;
  CompleteSource source(calls, [] { return int64_t{0}; });
  EXPECT_EQ(source.Ask(Window(-60, 0)).status().code(), StatusCode::kUnavailable);
  EXPECT_EQ(calls.asked, 0);
}

}  // namespace
}  // namespace bellrock::metrics::alarm_server
