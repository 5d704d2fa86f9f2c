// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/series_scope.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "metrics/query/memory_source.h"

namespace bellrock::metrics::query {
namespace {

using How = Match::How;

// The callees that a question with these matches is answered of.
std::vector<std::string> CalleesOf(std::vector<Match> where) {
  MemorySource source;
  for (const char* callee : {"custom:shop/cart", "host:sz", "process:shop/cart", "shop/cart"}) {
    source.AddCall(1, {callee}, 5);
  }
  const Answer answer = *source.Ask(
      {.from = 0, .to = 60, .where = std::move(where), .group_by = {Dimension::kCallee}});
  std::vector<std::string> callees;
  for (const Group& group : answer.groups) callees.push_back(group.key[0]);
  return callees;
}

using Callees = std::vector<std::string>;

TEST(SeriesScopeTest, AQuestionThatNamesNoCalleeIsAboutServices) {
  EXPECT_EQ(CalleesOf({}), Callees{"shop/cart"});
  EXPECT_EQ(CalleesOf({{Dimension::kCallee, How::kRegex, ".*cart"}}), Callees{"shop/cart"});
  EXPECT_EQ(CalleesOf({{Dimension::kCallee, How::kNotEqual, "host:sz"}}), Callees{"shop/cart"});
  EXPECT_EQ(CalleesOf({{Dimension::kMethod, How::kEqual, ""}}), Callees{"shop/cart"});
  EXPECT_EQ(CalleesOf({{Dimension::kCallee, How::kEqual, "shop/cart"}}), Callees{"shop/cart"});
}

TEST(SeriesScopeTest, MetricsAreThereForWhoeverAsksByTheirPrefix) {
  EXPECT_EQ(CalleesOf({{Dimension::kCallee, How::kEqual, "host:sz"}}), Callees{"host:sz"});
  EXPECT_EQ(CalleesOf({{Dimension::kCallee, How::kRegex, "host:.*"}}), Callees{"host:sz"});
  EXPECT_EQ(CalleesOf({{Dimension::kCallee, How::kRegex, "process:.*|shop/.*"}}),
            (Callees{"process:shop/cart", "shop/cart"}));
}

}  // namespace
}  // namespace bellrock::metrics::query
