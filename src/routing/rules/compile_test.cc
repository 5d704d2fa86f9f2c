// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/rules/compile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

namespace bellrock::routing::rules {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Labels = std::map<std::string, std::string>;
using Slots = std::vector<uint32_t>;

// Of an instance, as far as rules can see it.
struct Traits {
  std::string site{};
  std::string region{};
  std::string cluster{};
  std::string version{};
  Labels labels{};
};

// A service's instances and the settings that are compiled against them.
struct CompileTest : testing::Test {
  std::deque<InstanceSpec> specs;
  std::vector<Candidate> candidates;
  v1::RouteSettings settings;
  v1::Place place;

  void Add(Traits traits) {
    InstanceSpec& spec = specs.emplace_back();
    spec.site = std::move(traits.site);
    spec.region = std::move(traits.region);
    spec.cluster = std::move(traits.cluster);
    spec.version = std::move(traits.version);
    spec.labels = std::move(traits.labels);
    candidates.push_back({static_cast<uint32_t>(specs.size() - 1), &specs.back()});
  }
  void AddLabelled(Labels labels) { Add({.labels = std::move(labels)}); }

  v1::Rule& Rule(const std::string& name) {
    v1::Rule& rule = *settings.add_rules();
    rule.set_name(name);
    return rule;
  }
  static void To(v1::Rule& rule, const Labels& labels, uint32_t weight = 0) {
    v1::Destination& destination = *rule.add_to();
    for (const auto& [label, value] : labels) (*destination.mutable_labels())[label] = value;
    destination.set_weight(weight);
  }
  static void When(v1::Rule& rule, const std::string& attribute, const std::string& value) {
    v1::Match& match = *rule.add_matches();
    match.set_attribute(attribute);
    match.add_values(value);
  }

  Compiled Run() const { return Compile(settings, candidates, place); }
  static Slots SlotsOf(const Compiled& compiled, const std::string& pool) {
    for (const Pool& p : compiled.pools) {
      if (p.name == pool) return p.slots;
    }
    ADD_FAILURE() << "no pool " << pool;
    return {};
  }
};

std::vector<std::string> NamesOf(const Compiled& compiled) {
  std::vector<std::string> names;
  for (const Pool& pool : compiled.pools) names.push_back(pool.name);
  return names;
}

TEST_F(CompileTest, WithoutRulesAndLabelsThereIsTheDefaultPoolOnly) {
  Add({});
  Add({});
  const Compiled compiled = Run();
  EXPECT_THAT(NamesOf(compiled), ElementsAre("default"));
  EXPECT_THAT(compiled.pools[0].slots, ElementsAre(0, 1));
  EXPECT_THAT(compiled.rules, IsEmpty());
  EXPECT_EQ(compiled.problem, "");
}

TEST_F(CompileTest, AServiceWithoutInstancesHasAnEmptyDefaultPool) {
  const Compiled compiled = Run();
  EXPECT_THAT(compiled.pools.at(0).slots, IsEmpty());
  EXPECT_EQ(compiled.problem, "");
}

TEST_F(CompileTest, SlotsAscendWhateverTheOrderOfCandidates) {
  for (int k = 0; k < 3; ++k) Add({});
  std::swap(candidates[0], candidates[2]);
  EXPECT_THAT(Run().pools[0].slots, ElementsAre(0, 1, 2));
}

TEST_F(CompileTest, LanesAreSetApartAsSoonAsAnInstanceCarriesTheLabel) {
  AddLabelled({});
  AddLabelled({{"lane", "blue"}});
  AddLabelled({{"lane", "red"}});
  AddLabelled({{"lane", "blue"}});
  const Compiled compiled = Run();
  EXPECT_THAT(compiled.pools[0].slots, ElementsAre(0));
  EXPECT_THAT(SlotsOf(compiled, "lane=blue"), ElementsAre(1, 3));
  EXPECT_THAT(SlotsOf(compiled, "lane=red"), ElementsAre(2));
  ASSERT_EQ(compiled.rules.size(), 1u);
  const v1::CompiledRule& rule = compiled.rules[0];
  EXPECT_EQ(rule.name(), "lanes");
  EXPECT_FALSE(rule.strict());
  EXPECT_EQ(rule.wants(), "lane=$lane");
  EXPECT_EQ(rule.to(0).when().at("lane"), "blue");
}

TEST_F(CompileTest, StrictLanesHoldAlsoWhenNobodyIsInOne) {
  AddLabelled({});
  settings.mutable_lanes()->set_mode(v1::Lanes::MODE_STRICT);
  const Compiled compiled = Run();
  ASSERT_EQ(compiled.rules.size(), 1u);
  EXPECT_TRUE(compiled.rules[0].strict());
  EXPECT_THAT(compiled.rules[0].to(), IsEmpty());
}

TEST_F(CompileTest, LanesThatAreOffMeanNothing) {
  AddLabelled({{"lane", "blue"}});
  settings.mutable_lanes()->set_mode(v1::Lanes::MODE_OFF);
  const Compiled compiled = Run();
  EXPECT_THAT(compiled.pools[0].slots, ElementsAre(0));
  EXPECT_THAT(compiled.rules, IsEmpty());
}

TEST_F(CompileTest, CallsOutsideOfLanesFindNobodyIfAllAreInLanesAndItIsSaid) {
  AddLabelled({{"lane", "blue"}});
  const Compiled compiled = Run();
  EXPECT_THAT(compiled.pools[0].slots, IsEmpty());
  EXPECT_THAT(compiled.problem, HasSubstr("other calls find nobody"));
}

TEST_F(CompileTest, OnlyTheCallersOwnSetBecomesAPool) {
  AddLabelled({});
  AddLabelled({{"set", "a"}});
  AddLabelled({{"set", "b"}});
  place.set_set("b");
  const Compiled compiled = Run();
  EXPECT_THAT(NamesOf(compiled), ElementsAre("default", "set=b"));
  EXPECT_THAT(compiled.pools[0].slots, ElementsAre(0));
  EXPECT_THAT(SlotsOf(compiled, "set=b"), ElementsAre(2));
}

TEST_F(CompileTest, ACallerOutsideOfSetsIsServedBySetsIfThereIsNobodyElse) {
  AddLabelled({{"set", "a"}});
  AddLabelled({{"set", "b"}});
  Compiled compiled = Run();
  EXPECT_THAT(compiled.pools[0].slots, ElementsAre(0, 1));
  EXPECT_THAT(compiled.problem, HasSubstr("all instances are in sets"));
  settings.mutable_sets()->set_mode(v1::Lanes::MODE_STRICT);
  compiled = Run();
  EXPECT_THAT(compiled.pools[0].slots, IsEmpty());
}

TEST_F(CompileTest, ALaneDoesNotLeadIntoAnotherSet) {
  AddLabelled({{"lane", "blue"}, {"set", "a"}});
  AddLabelled({{"lane", "blue"}, {"set", "b"}});
  AddLabelled({{"lane", "blue"}});
  place.set_set("a");
  EXPECT_THAT(SlotsOf(Run(), "lane=blue"), ElementsAre(0, 2));
}

TEST_F(CompileTest, LanesComeBeforeSetsAndSetsBeforeRulesInTheirOrder) {
  AddLabelled({{"lane", "blue"}});
  AddLabelled({{"set", "a"}});
  AddLabelled({});
  To(Rule("second"), {});
  To(Rule("first"), {});
  std::vector<std::string> names;
  for (const v1::CompiledRule& rule : Run().rules) names.push_back(rule.name());
  EXPECT_THAT(names, ElementsAre("lanes", "sets", "second", "first"));
}

TEST_F(CompileTest, ARuleOnLabelsDoesNotReachIntoLanes) {
  Add({.version = "2"});
  Add({.version = "2", .labels = {{"lane", "blue"}}});
  To(Rule("grey"), {{"version", "2"}});
  To(Rule("tests"), {{"version", "2"}, {"lane", "blue"}});
  const Compiled compiled = Run();
  EXPECT_THAT(SlotsOf(compiled, "version=2"), ElementsAre(0));
  EXPECT_THAT(SlotsOf(compiled, "lane=blue version=2"), ElementsAre(1));
}

TEST_F(CompileTest, InstancesAreFoundBySiteRegionClusterVersionAndLabels) {
  (*settings.mutable_locality()->mutable_region_of_site())["sz"] = "south";
  Add({.site = "sz", .cluster = "c1", .version = "1", .labels = {{"disk", "ssd"}}});
  Add({.site = "bj", .region = "north", .labels = {{"version", "1"}}});
  v1::Rule& rule = Rule("all kinds");
  const std::vector<Labels> wanted = {{{"site", "sz"}},      {{"region", "south"}},
                                      {{"region", "north"}}, {{"cluster", "c1"}},
                                      {{"version", "1"}},    {{"disk", "ssd"}}};
  for (const Labels& labels : wanted) To(rule, labels);
  const Compiled compiled = Run();
  EXPECT_EQ(SlotsOf(compiled, "site=sz"), Slots{0});
  EXPECT_EQ(SlotsOf(compiled, "region=south"), Slots{0});
  EXPECT_EQ(SlotsOf(compiled, "region=north"), Slots{1});
  EXPECT_EQ(SlotsOf(compiled, "cluster=c1"), Slots{0});
  EXPECT_EQ(SlotsOf(compiled, "version=1"), (Slots{0, 1}));
  EXPECT_EQ(SlotsOf(compiled, "disk=ssd"), Slots{0});
}

TEST_F(CompileTest, TheSameLabelsAreOnePool) {
  Add({.site = "sz", .version = "2"});
  To(Rule("a"), {{"version", "2"}, {"site", "sz"}});
  To(Rule("b"), {{"site", "sz"}, {"version", "2"}});
  const Compiled compiled = Run();
  EXPECT_EQ(compiled.pools.size(), 2u);
  EXPECT_EQ(compiled.rules[0].to(0).pool(), compiled.rules[1].to(0).pool());
}

TEST_F(CompileTest, LabelsThatOnlyReadTheSameAreDifferentPools) {
  AddLabelled({{"a", "b c=d"}});
  AddLabelled({{"a", "b"}, {"c", "d"}});
  v1::Rule& rule = Rule("r");
  To(rule, {{"a", "b c=d"}});
  To(rule, {{"a", "b"}, {"c", "d"}});
  EXPECT_EQ(Run().pools.size(), 3u);
}

TEST_F(CompileTest, NoLabelsMeansTheDefaultPool) {
  Add({.version = "2"});
  v1::Rule& rule = Rule("grey");
  To(rule, {{"version", "2"}}, 10);
  To(rule, {}, 90);
  const Compiled compiled = Run();
  EXPECT_EQ(compiled.pools.size(), 2u);
  EXPECT_EQ(compiled.rules[0].to(1).pool(), 0u);
  EXPECT_EQ(compiled.rules[0].to(1).weight(), 90u);
  EXPECT_EQ(compiled.rules[0].wants(), "version=2 or no label");
}

TEST_F(CompileTest, AValueOfTheCallBecomesAPoolForEachValueThatInstancesCarry) {
  AddLabelled({{"tenant", "x"}, {"disk", "ssd"}});
  AddLabelled({{"tenant", "y"}, {"disk", "ssd"}});
  AddLabelled({{"tenant", "z"}});
  AddLabelled({{"disk", "ssd"}});
  To(Rule("tenants"), {{"tenant", "$header:x-tenant"}, {"disk", "ssd"}});
  const Compiled compiled = Run();
  EXPECT_THAT(NamesOf(compiled), ElementsAre("default", "disk=ssd tenant=x", "disk=ssd tenant=y"));
  EXPECT_EQ(compiled.rules[0].to(1).when().at("header:x-tenant"), "y");
  EXPECT_EQ(compiled.rules[0].wants(), "disk=ssd tenant=$header:x-tenant");
}

TEST_F(CompileTest, TwoLabelsOfOneAttributeMustBothHaveItsValue) {
  AddLabelled({{"from", "x"}, {"for", "x"}});
  AddLabelled({{"from", "x"}, {"for", "y"}});
  To(Rule("r"), {{"from", "$key"}, {"for", "$key"}});
  EXPECT_THAT(NamesOf(Run()), ElementsAre("default", "for=x from=x"));
}

TEST_F(CompileTest, TheCallersPlaceIsKnownAndMakesOnePool) {
  for (const char* site : {"sz", "gz", "bj"}) Add({.site = site});
  place.set_site("gz");
  To(Rule("by site"), {{"site", "$caller.site"}});
  const Compiled compiled = Run();
  EXPECT_THAT(NamesOf(compiled), ElementsAre("default", "site=gz"));
  EXPECT_TRUE(compiled.rules[0].to(0).when().empty());
}

TEST_F(CompileTest, ACallerWithoutASiteHasNoPoolOfItsSite) {
  Add({.site = "sz"});
  To(Rule("by site"), {{"site", "$caller.site"}});
  const Compiled compiled = Run();
  EXPECT_EQ(compiled.pools.size(), 1u);
  EXPECT_THAT(compiled.rules[0].to(), IsEmpty());
}

TEST_F(CompileTest, ARuleForOtherPlacesCostsNoPoolHere) {
  Add({.version = "2"});
  v1::Rule& rule = Rule("only bj");
  When(rule, "caller.site", "bj");
  To(rule, {{"version", "2"}});
  place.set_site("sz");
  const Compiled compiled = Run();
  EXPECT_EQ(compiled.pools.size(), 1u);
  EXPECT_EQ(compiled.rules.size(), 1u) << "explain still shows it";
}

TEST_F(CompileTest, ADisabledRuleIsNotThere) {
  Rule("off").set_disabled(true);
  EXPECT_THAT(Run().rules, IsEmpty());
}

TEST_F(CompileTest, APercentageOfZeroMeansAll) {
  To(Rule("all"), {});
  EXPECT_EQ(Run().rules[0].percent(), 100);
}

TEST_F(CompileTest, MorePoolsThanAreAllowedAreLeftOutAndNamed) {
  for (int k = 0; k < 70; ++k) AddLabelled({{"lane", "l" + std::to_string(100 + k)}});
  const Compiled compiled = Run();
  EXPECT_EQ(compiled.pools.size(), kPoolsMax);
  EXPECT_EQ(compiled.rules[0].to_size(), static_cast<int>(kPoolsMax) - 1);
  EXPECT_THAT(compiled.problem,
              HasSubstr("rules need 71 pools, 64 is the most; the first without one: lane=l163"));
}

TEST_F(CompileTest, RulesOfALaterVersionAreLeftOutAndNamed) {
  v1::Rule& rule = Rule("new");
  When(rule, "caller.rack", "7");
  To(rule, {});
  To(Rule("newer"), {{"rack", "$caller.rack"}});
  const Compiled compiled = Run();
  ASSERT_EQ(compiled.rules.size(), 1u);
  EXPECT_THAT(compiled.rules[0].to(), IsEmpty());
  EXPECT_THAT(compiled.problem, HasSubstr("rule 'new' asks for what this version does not know"));
  EXPECT_THAT(compiled.problem, HasSubstr("rack=$caller.rack"));
}

}  // namespace
}  // namespace bellrock::routing::rules
