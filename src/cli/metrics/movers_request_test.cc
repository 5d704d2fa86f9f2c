// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/metrics/movers_request.h"

#include <gmock/gmock.h>

namespace bellrock::cli {
namespace {

using testing::HasSubstr;

constexpr int64_t kNowMs = 1'800'000'075'000;  // 15 s after a whole minute

TEST(MoversRequestTest, IsOfTheNewestWholeMinutesThatAreWrittenDown) {
  MoversOptions options;
  options.service = "music/storage";
  const auto request = *MoversRequestOf(options, kNowMs);
  EXPECT_EQ(request.to(), 1'800'000'060);
  EXPECT_EQ(request.from(), 1'800'000'060 - 600);
  EXPECT_EQ(request.against(), 86'400);
  EXPECT_EQ(request.where(0).value(), "music/storage");
  EXPECT_EQ(MoversRequestOf(options, kNowMs - 6'000)->to(), 1'800'000'000);
}

TEST(MoversRequestTest, TheOtherWindowHasNamesAndLengths) {
  const auto against = [](const std::string& text) {
    MoversOptions options;
    options.against = text;
    const auto request = MoversRequestOf(options, kNowMs);
    return request.ok() ? request->against() : -1;
  };
  EXPECT_EQ(against("week"), 604'800);
  EXPECT_EQ(against("before"), 0);
  EXPECT_EQ(against("2h"), 7'200);
  EXPECT_EQ(against("90s"), -1);
  EXPECT_EQ(against("tomorrow"), -1);
}

TEST(MoversRequestTest, TheTextTellsBothWindowsAndWhatCannotBeTold) {
  metrics::v1::MoversReply reply;
  auto& methods = *reply.add_dimensions();
  methods.set_dimension("method");
  methods.set_more(3);
  auto& part = *methods.add_parts();
  part.set_value("Get");
  part.set_change(-12);
  part.mutable_past()->set_calls(120);
  part.mutable_past()->set_calls_per_second(2);
  part.mutable_past()->set_success_rate(0.995);
  part.mutable_past()->add_quantiles_us(10);
  part.mutable_past()->add_quantiles_us(870);
  auto& sites = *reply.add_dimensions();
  sites.set_dimension("callee_site");
  sites.set_problem("no set tells it");
  const std::string text = MoversText(reply);
  EXPECT_THAT(text, HasSubstr("-12"));
  EXPECT_THAT(text, HasSubstr("2.0 -> 0.0"));
  EXPECT_THAT(text, HasSubstr("99.500 % -> -"));
  EXPECT_THAT(text, HasSubstr("870 us -> -"));
  EXPECT_THAT(text, HasSubstr("3 more"));
  EXPECT_THAT(text, HasSubstr("callee_site: no set tells it"));
}

}  // namespace
}  // namespace bellrock::cli
