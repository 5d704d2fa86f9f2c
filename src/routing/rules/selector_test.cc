// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/rules/selector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "base/splitmix.h"

namespace bellrock::routing::rules {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Headers = std::vector<std::pair<std::string, std::string>>;

constexpr int kCalls = 20'000;

// A plan with the pools default, a, b, c, and who of them is usable.
struct SelectorTest : testing::Test {
  v1::RoutePlan plan;
  std::vector<bool> usable = {true, true, true, true};

  SelectorTest() {
    for (const char* name : {"default", "a", "b", "c"}) plan.add_pools()->set_name(name);
    plan.mutable_place()->set_site("sz");
    plan.mutable_place()->set_region("south");
  }

  // A rule to the pools, all of the same weight.
  v1::CompiledRule& Rule(const std::string& name, const std::vector<uint32_t>& pools) {
    v1::CompiledRule& rule = *plan.add_rules();
    rule.set_name(name);
    rule.set_percent(100);
    for (const uint32_t pool : pools) {
      rule.add_to()->set_pool(pool);
      rule.mutable_to()->rbegin()->set_weight(1);
    }
    return rule;
  }
  static v1::Match& When(v1::CompiledRule& rule, const std::string& attribute,
                         const std::vector<std::string>& values,
                         v1::Match::Op op = v1::Match::OP_EQUALS) {
    v1::Match& match = *rule.add_matches();
    match.set_attribute(attribute);
    match.set_op(op);
    for (const std::string& value : values) match.add_values(value);
    return match;
  }

  Result<Selector::Selection> Select(const Request& request = {}, uint64_t random = 1) const {
    return Selector(plan).Select(request, random, [&](uint32_t pool) { return usable[pool]; });
  }
  uint32_t PoolOf(const Request& request = {}, uint64_t random = 1) const {
    const Result<Selector::Selection> selection = Select(request, random);
    EXPECT_TRUE(selection.ok()) << selection.status().ToString();
    return selection.ok() ? selection->pool : 99;
  }
  // How many of many keys, or of many calls without one, go to each pool.
  std::map<uint32_t, int> Counts(bool keys) const {
    const Selector selector(plan);
    SplitMix64 random(7);
    std::map<uint32_t, int> counts;
    for (int k = 0; k < kCalls; ++k) {
      const std::string key = keys ? "user" + std::to_string(k) : "";
      ++counts[selector
                   .Select({.key = key}, random.Next(), [&](uint32_t pool) { return usable[pool]; })
                   ->pool];
    }
    return counts;
  }
  std::vector<std::string> Explain(const Request& request = {}, uint64_t random = 1) const {
    std::vector<std::string> lines;
    const Selector selector(plan);
    const auto explained = selector.Explain(request, random, usable, lines);
    const auto selected = Select(request, random);
    EXPECT_EQ(explained.ok(), selected.ok());
    if (explained.ok()) {
      EXPECT_EQ(explained->pool, selected->pool);
    }
    return lines;
  }
};

TEST_F(SelectorTest, WithoutRulesAllGoToTheDefaultPool) {
  EXPECT_EQ(Select()->pool, 0u);
  EXPECT_EQ(Select()->rule, "");
}

TEST_F(SelectorTest, TheFirstRuleThatMatchesDecides) {
  When(Rule("blue", {1}), "lane", {"blue"});
  When(Rule("any lane", {2}), "lane", {}, v1::Match::OP_PRESENT);
  Rule("rest", {3});
  const Selector selector(plan);
  const auto select = [&](std::string_view lane) {
    return selector.Select({.lane = lane}, 1, [](uint32_t) { return true; });
  };
  EXPECT_EQ(select("blue")->rule, "blue");
  EXPECT_EQ(select("red")->rule, "any lane");
  EXPECT_EQ(select("")->rule, "rest");
}

TEST_F(SelectorTest, AsksForEachAttribute) {
  const Headers headers = {{"other", "x"}, {"x-user", "7"}};
  const Request request{.caller = "music/web",
                        .method = "music.Catalog/Get",
                        .key = "k",
                        .lane = "blue",
                        .headers = headers};
  const std::map<std::string, std::string> values = {
      {"caller", "music/web"},         {"caller.site", "sz"}, {"caller.region", "south"},
      {"method", "music.Catalog/Get"}, {"key", "k"},          {"lane", "blue"},
      {"header:X-User", "7"}};
  for (const auto& [attribute, value] : values) {
    plan.clear_rules();
    When(Rule("r", {1}), attribute, {"nothing", value});
    EXPECT_EQ(PoolOf(request), 1u) << attribute;
    plan.mutable_rules(0)->mutable_matches(0)->set_not_(true);
    EXPECT_EQ(PoolOf(request), 0u) << attribute;
  }
}

TEST_F(SelectorTest, APrefixIsTheBeginning) {
  When(Rule("music", {1}), "caller", {"video/", "music/"}, v1::Match::OP_PREFIX);
  EXPECT_EQ(PoolOf({.caller = "music/web"}), 1u);
  EXPECT_EQ(PoolOf({.caller = "my/music/web"}), 0u);
}

TEST_F(SelectorTest, ANumberRangeHoldsBothItsEnds) {
  When(Rule("range", {1}), "key", {"100-199", "500-500"}, v1::Match::OP_NUMBER_RANGE);
  for (const char* key : {"100", "150", "199", "500", "0100"}) {
    EXPECT_EQ(PoolOf({.key = key}), 1u) << key;
  }
  for (const char* key : {"99", "200", "501", "", "15x", "-100", "99999999999999999999999"}) {
    EXPECT_EQ(PoolOf({.key = key}), 0u) << key;
  }
}

TEST_F(SelectorTest, WhatACallDoesNotHaveMeetsNothingButANot) {
  v1::CompiledRule& rule = Rule("r", {1});
  When(rule, "lane", {"blue"}).set_not_(true);
  EXPECT_EQ(PoolOf(), 1u);
  rule.mutable_matches(0)->set_not_(false);
  EXPECT_EQ(PoolOf(), 0u);
}

TEST_F(SelectorTest, AllMatchesOfARuleMustHold) {
  v1::CompiledRule& rule = Rule("r", {1});
  When(rule, "lane", {"blue"});
  When(rule, "caller.site", {"sz"});
  EXPECT_EQ(PoolOf({.lane = "blue"}), 1u);
  plan.mutable_place()->set_site("bj");
  EXPECT_EQ(PoolOf({.lane = "blue"}), 0u);
}

TEST_F(SelectorTest, APercentageIsKeptWithAndWithoutKeys) {
  Rule("grey", {1}).set_percent(5);
  for (const bool keys : {true, false}) EXPECT_NEAR(Counts(keys)[1], kCalls * 0.05, kCalls * 0.007);
}

TEST_F(SelectorTest, AKeyStaysOnItsSideWhateverChanceSaysAndWhenThePercentageGrows) {
  for (int k = 0; k < 500; ++k) {
    plan.clear_rules();
    v1::CompiledRule& rule = Rule("grey", {1});
    const std::string key = std::to_string(k);
    rule.set_percent(10);
    const bool in = PoolOf({.key = key}, 1) == 1;
    ASSERT_EQ(PoolOf({.key = key}, 0xdeadbeef) == 1, in);
    rule.set_percent(30);
    if (in) {
      ASSERT_EQ(PoolOf({.key = key}), 1u) << key;
    }
  }
}

TEST_F(SelectorTest, PercentagesOfTwoRulesAreIndependent) {
  Rule("first", {1}).set_percent(50);
  Rule("second", {2}).set_percent(50);
  for (const bool keys : {true, false}) {
    EXPECT_NEAR(Counts(keys)[2], kCalls * 0.25, kCalls * 0.015) << "half of the rest";
  }
}

TEST_F(SelectorTest, DestinationsShareByWeightWithAndWithoutKeys) {
  v1::CompiledRule& rule = Rule("split", {1, 2});
  rule.mutable_to(1)->set_weight(3);
  for (const bool keys : {true, false}) {
    EXPECT_NEAR(Counts(keys)[1], kCalls * 0.25, kCalls * 0.015);
  }
}

TEST_F(SelectorTest, WeightsAreIndependentOfThePercentage) {
  v1::CompiledRule& rule = Rule("split", {1, 2});
  rule.set_percent(20);
  EXPECT_NEAR(Counts(true)[1], kCalls * 0.1, kCalls * 0.01);
  EXPECT_NEAR(Counts(true)[2], kCalls * 0.1, kCalls * 0.01);
}

TEST_F(SelectorTest, APoolThatFailsMovesNoOtherKeysThanItsOwn) {
  Rule("split", {1, 2, 3});
  std::map<uint32_t, int> moved;
  for (int k = 0; k < 3000; ++k) {
    const std::string key = std::to_string(k);
    usable[2] = true;
    const uint32_t before = PoolOf({.key = key});
    usable[2] = false;
    const uint32_t after = PoolOf({.key = key});
    if (before != 2) {
      ASSERT_EQ(after, before) << key;
    } else {
      ++moved[after];
    }
  }
  EXPECT_NEAR(moved[1], 500, 80);
  EXPECT_NEAR(moved[3], 500, 80);
}

TEST_F(SelectorTest, APermissiveRuleWithoutAUsablePoolIsPassedOver) {
  Rule("first", {1});
  Rule("second", {2});
  usable[1] = false;
  EXPECT_EQ(PoolOf(), 2u);
}

TEST_F(SelectorTest, AStrictRuleWithoutAUsablePoolFailsAndSaysWhatIsMissing) {
  v1::CompiledRule& rule = Rule("lanes", {1});
  rule.set_strict(true);
  rule.set_wants("lane=$lane version=2");
  (*rule.mutable_to(0)->mutable_when())["lane"] = "blue";
  When(rule, "lane", {}, v1::Match::OP_PRESENT);
  EXPECT_EQ(PoolOf({.lane = "blue"}), 1u);
  EXPECT_EQ(PoolOf(), 0u) << "outside of lanes";
  const Result<Selector::Selection> red = Select({.lane = "red"});
  EXPECT_EQ(red.status().code(), StatusCode::kUnavailable);
  EXPECT_EQ(red.status().message(),
            "rule 'lanes' is strict and no usable instance has lane=red version=2");
}

TEST_F(SelectorTest, ADestinationForCertainValuesIsForCallsThatHaveThem) {
  v1::CompiledRule& rule = Rule("tenants", {1, 2});
  (*rule.mutable_to(0)->mutable_when())["header:tenant"] = "x";
  (*rule.mutable_to(1)->mutable_when())["header:tenant"] = "y";
  const Headers x = {{"tenant", "x"}};
  const Headers y = {{"tenant", "y"}};
  const Headers z = {{"tenant", "z"}};
  EXPECT_EQ(PoolOf({.headers = x}), 1u);
  EXPECT_EQ(PoolOf({.headers = y}), 2u);
  EXPECT_EQ(PoolOf({.headers = z}), 0u);
}

TEST_F(SelectorTest, WhatDoesNotMakeSenseInAPlanIsLeftOut) {
  When(Rule("unknown attribute", {1}), "weather", {"rain"});
  When(Rule("bad range", {1}), "key", {"9-1"}, v1::Match::OP_NUMBER_RANGE);
  When(Rule("unknown operation", {1}), "key", {"9"}, static_cast<v1::Match::Op>(77));
  Rule("bad percentage", {1}).set_percent(101);
  Rule("no such pool", {99});
  (*Rule("no such value", {1}).mutable_to(0)->mutable_when())["weather"] = "rain";
  EXPECT_EQ(PoolOf({.key = "9"}), 0u);
}

TEST_F(SelectorTest, ZeroesInAPlanMeanTheirDefaults) {
  v1::CompiledRule& rule = Rule("r", {1});
  rule.set_percent(0);
  rule.mutable_to(0)->set_weight(0);
  EXPECT_EQ(PoolOf(), 1u);
}

TEST_F(SelectorTest, ExplainsEachRuleInALine) {
  When(Rule("web only", {1}), "caller", {"music/web"});
  When(Rule("bj only", {1}), "caller.site", {"bj"});
  Rule("grey", {1}).set_percent(0.001);
  Rule("lost", {2}).set_wants("version=2");
  Rule("split", {2, 3});
  Rule("last", {1});
  usable[2] = false;
  const std::vector<std::string> lines = Explain({.caller = "music/app", .key = "u1"});
  EXPECT_THAT(
      lines,
      ElementsAre("web only: does not match: asks for caller is music/web, but caller is "
                  "'music/app'",
                  "bj only: does not match: asks for caller.site is bj, but caller.site is 'sz'",
                  "grey: matches, but the call is not among its 0.001 % (by its key)",
                  "lost: matches, but no usable instance has version=2; on to the next rule",
                  testing::StartsWith("split: chosen: c"),
                  "last: not asked, an earlier rule has decided"));
}

TEST_F(SelectorTest, ExplainsARefusal) {
  Rule("strict", {2}).set_strict(true);
  Rule("last", {1});
  usable[2] = false;
  EXPECT_THAT(Explain(),
              ElementsAre(HasSubstr("strict: the call fails"), HasSubstr("last: not asked")));
}

TEST_F(SelectorTest, APlanThatKnowsFewerPoolsThanItsReaderIsNoReasonToFail) {
  Rule("r", {3});
  std::vector<std::string> lines;
  const auto explained = Selector(plan).Explain({}, 1, {true}, lines);
  EXPECT_EQ(explained->pool, 0u);
  EXPECT_EQ(lines.size(), 1u);
}

}  // namespace
}  // namespace bellrock::routing::rules
