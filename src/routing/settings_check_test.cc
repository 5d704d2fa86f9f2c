// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/settings_check.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

namespace bellrock::routing {
namespace {

using testing::HasSubstr;

v1::RouteSettings Parse(const std::string& json) {
  v1::RouteSettings settings;
  const auto status = google::protobuf::util::JsonStringToMessage(json, &settings);
  EXPECT_TRUE(status.ok()) << status.ToString() << " in " << json;
  return settings;
}

std::string ProblemOf(const v1::RouteSettings& settings) {
  const Status status = CheckSettings(settings);
  if (!status.ok()) {
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  }
  return std::string(status.message());
}

std::string ProblemOf(const std::string& json) {
  return ProblemOf(Parse(json));
}

TEST(SettingsCheck, TheEmptySettingsAreGood) {
  EXPECT_EQ(ProblemOf("{}"), "");
}

TEST(SettingsCheck, GoodSettingsOfEveryKindPass) {
  EXPECT_EQ(ProblemOf(R"({
    "policy": "maglev",
    "l5": {"delayMultiplier": 0.7, "okMultiplier": 0.3},
    "keyed": {"copies": "label:copy", "boundedLoad": 1.25, "maglevSize": 101,
              "unitDigits": [9, 8, 7], "whenShielded": "SHIELDED_WAIT"},
    "locality": {"mode": "MODE_GRADIENT", "overprovision": 1, "regionOfSite": {"sz": "south"},
                 "gradientRegion": 0.01, "gradientFar": 0.01},
    "rules": [{"name": "grey", "percent": 100, "strict": true,
               "matches": [{"attribute": "header:x-user", "values": ["7"]},
                           {"attribute": "key", "op": "OP_NUMBER_RANGE", "values": ["5-5"]},
                           {"attribute": "caller.set", "op": "OP_PRESENT", "not": true}],
               "to": [{"labels": {"version": "2", "site": "$caller.site"}, "weight": 10000}, {}]}],
    "lanes": {"mode": "MODE_STRICT"}, "sets": {"mode": "MODE_OFF"},
    "shield": {"failureRate": 1, "backoffMinMs": "200", "backoffMaxMs": "200",
               "latencyFactor": 1.5},
    "overload": {"sentPerServed": 1, "failureRate": 0.2, "refusedShareMax": 1},
    "warmUp": {"durationMs": "60000", "floor": 1},
    "ratioMoves": [{"fromSite": "sz", "toSite": "bj", "share": 1, "begunUnixMs": "5",
                    "untilUnixMs": "6", "durationMs": "60000"}],
    "siteCapacity": {"bj": 1000}})"),
            "");
}

struct Row {
  const char* json;
  const char* problem;
};

void ExpectProblems(const std::vector<Row>& rows) {
  for (const Row& row : rows) EXPECT_THAT(ProblemOf(row.json), HasSubstr(row.problem)) << row.json;
}

TEST(SettingsCheck, PoliciesAndTheirParametersAreNamedWithTheRemedy) {
  ExpectProblems({
      {R"({"policy": "random"})", "policy 'random': unknown; use l5,"},
      {R"({"l5": {"delayMultiplier": -1}})", "l5.delay_multiplier -1: must be from 0"},
      {R"({"l5": {"okMultiplier": "NaN"}})", "l5.ok_multiplier nan"},
      {R"({"keyed": {"copies": "site"}})", "keyed.copies 'site': must be 'cluster'"},
      {R"({"keyed": {"copies": "label:"}})", "keyed.copies 'label:'"},
      {R"({"keyed": {"boundedLoad": 0.9}})", "keyed.bounded_load 0.9: must be 0 for the default"},
      {R"({"keyed": {"maglevSize": 65536}})", "keyed.maglev_size 65536: must be a prime"},
      {R"({"keyed": {"maglevSize": 97}})", "keyed.maglev_size 97"},
      {R"({"keyed": {"maglevSize": 1000033}})", "keyed.maglev_size 1000033"},
      {R"({"keyed": {"unitDigits": [3, 0]}})", "keyed.unit_digits 0: must be from 1"},
      {R"({"keyed": {"unitDigits": [19]}})", "keyed.unit_digits 19"},
      {R"({"keyed": {"unitDigits": [3, 2, 3]}})", "keyed.unit_digits 3: is there twice"},
      {R"({"keyed": {"unitDigits": [1,2,3,4,5,6,7]}})", "keyed.unit_digits has 7 elements"},
      {R"({"keyed": {"whenShielded": 9}})", "keyed.when_shielded 9: unknown"},
  });
}

TEST(SettingsCheck, PlacesAreNamedWithTheRemedy) {
  ExpectProblems({
      {R"({"locality": {"mode": 9}})", "locality.mode 9: unknown"},
      {R"({"locality": {"overprovision": 0.5}})", "locality.overprovision 0.5"},
      {R"({"locality": {"gradientRegion": 2}})", "locality.gradient_region 2: must be from 0 to 1"},
      {R"({"locality": {"gradientFar": 0.01}})", "must not be above gradient_region, 0.001"},
      {R"({"locality": {"gradientRegion": 1e-7}})", "locality.gradient_far 1e-06"},
      {R"({"locality": {"regionOfSite": {"sz": ""}}})", "locality.region_of_site[sz] is empty"},
      {R"({"ratioMoves": [{"fromSite": "sz", "toSite": "bj"}]})", "ratio_moves[0].share 0"},
      {R"({"ratioMoves": [{"fromSite": "sz", "toSite": "bj", "share": 1.1}]})",
       "ratio_moves[0].share 1.1: must be above 0 and at most 1"},
      {R"({"ratioMoves": [{"fromSite": "sz", "toSite": "sz", "share": 1}]})",
       "ratio_moves[0].to_site 'sz': is from_site too"},
      {R"({"ratioMoves": [{"toSite": "sz", "share": 1}]})", "ratio_moves[0].from_site is empty"},
      {R"({"ratioMoves": [{"fromSite": "a", "toSite": "b", "share": 1, "durationMs": "-1"}]})",
       "ratio_moves[0].duration_ms -1"},
      {R"({"ratioMoves": [{"fromSite": "a", "toSite": "b", "share": 1, "begunUnixMs": "-1"}]})",
       "ratio_moves[0].begun_unix_ms -1"},
      {R"({"ratioMoves": [{"fromSite": "a", "toSite": "b", "share": 1, "begunUnixMs": "9",
                           "untilUnixMs": "9"}]})",
       "ratio_moves[0].until_unix_ms 9: must be later than begun_unix_ms, 9"},
      {R"({"siteCapacity": {"bj": -5}})", "site_capacity[bj] -5: must be calls/s"},
  });
}

TEST(SettingsCheck, RulesAreNamedWithTheRemedy) {
  ExpectProblems({
      {R"({"rules": [{"to": [{}]}]})", "rules[0].name is empty"},
      {R"({"rules": [{"name": "a", "to": [{}]}, {"name": "a", "to": [{}]}]})",
       "rules[1].name 'a': is the name of an earlier rule"},
      {R"({"rules": [{"name": "lanes", "to": [{}]}]})", "rules[0].name 'lanes': is taken"},
      {R"({"rules": [{"name": "a"}]})", "rules[0].to is empty: name at least one destination"},
      {R"({"rules": [{"name": "a", "percent": 101, "to": [{}]}]})",
       "rules[0].percent 101: must be from 0 to 100"},
      {R"({"rules": [{"name": "a", "to": [{"weight": 10001}]}]})", "rules[0].to[0].weight 10001"},
      {R"({"rules": [{"name": "a", "to": [{"labels": {"lane": "$lan"}}]}]})",
       "rules[0].to[0].labels[lane] '$lan': unknown; after $ use one of caller, caller.site"},
      {R"({"rules": [{"name": "a", "to": [{"labels": {"": "x"}}]}]})", "a label is empty"},
      {R"({"rules": [{"name": "a\n", "to": [{}]}]})", "rules[0].name has a control character"},
  });
}

TEST(SettingsCheck, MatchesAreNamedWithTheRemedy) {
  const auto rule = [](const std::string& match) {
    return R"({"rules": [{"name": "a", "to": [{}], "matches": [)" + match + "]}]}";
  };
  EXPECT_THAT(ProblemOf(rule(R"({"attribute": "weather", "values": ["x"]})")),
              HasSubstr("rules[0].matches[0].attribute 'weather': unknown; use one of"));
  EXPECT_THAT(ProblemOf(rule(R"({"attribute": "header:", "values": ["x"]})")),
              HasSubstr("attribute 'header:'"));
  EXPECT_THAT(ProblemOf(rule(R"({"attribute": "key"})")),
              HasSubstr("rules[0].matches[0].values is empty: give at least one"));
  EXPECT_THAT(ProblemOf(rule(R"({"attribute": "key", "op": "OP_PRESENT", "values": ["x"]})")),
              HasSubstr("OP_PRESENT takes none"));
  EXPECT_THAT(ProblemOf(rule(R"({"attribute": "key", "op": 77, "values": ["x"]})")),
              HasSubstr("rules[0].matches[0].op 77: unknown"));
  for (const char* range : {"9-1", "9", "a-b", "-5", "1-", "1-2-3", "1.5-2"}) {
    EXPECT_THAT(ProblemOf(rule(R"({"attribute": "key", "op": "OP_NUMBER_RANGE", "values": [")" +
                               std::string(range) + "\"]}")),
                HasSubstr("is no range; write it as 100-199"))
        << range;
  }
}

TEST(SettingsCheck, ShieldsOverloadAndWarmUpAreNamedWithTheRemedy) {
  ExpectProblems({
      {R"({"lanes": {"mode": 9}})", "lanes.mode 9: unknown"},
      {R"({"sets": {"mode": 9}})", "sets.mode 9: unknown"},
      {R"({"shield": {"failureRun": 1001}})", "shield.failure_run 1001"},
      {R"({"shield": {"failureRate": 1.5}})", "shield.failure_rate 1.5: must be from 0 to 1"},
      {R"({"shield": {"shrinkFailureRate": -0.5}})", "shield.shrink_failure_rate -0.5"},
      {R"({"shield": {"backoffMinMs": "-1"}})", "shield.backoff_min_ms -1"},
      {R"({"shield": {"backoffMinMs": "6000"}})", "must not be below backoff_min_ms, 6000"},
      {R"({"shield": {"shieldedShareMax": 2}})", "shield.shielded_share_max 2"},
      {R"({"shield": {"latencyFactor": 1}})", "shield.latency_factor 1: must be above 1"},
      {R"({"shield": {"latencyFactor": "Infinity"}})", "shield.latency_factor is not finite"},
      {R"({"overload": {"sentPerServed": 0.5}})", "overload.sent_per_served 0.5"},
      {R"({"overload": {"failureRate": 2}})", "overload.failure_rate 2"},
      {R"({"overload": {"refusedShareMax": -1}})", "overload.refused_share_max -1"},
      {R"({"warmUp": {"durationMs": "86400001"}})", "warm_up.duration_ms 86400001"},
      {R"({"warmUp": {"floor": 2}})", "warm_up.floor 2"},
  });
}

TEST(SettingsCheck, NothingGrowsWithoutABound) {
  v1::RouteSettings settings;
  for (int k = 0; k < 65; ++k) {
    v1::Rule& rule = *settings.add_rules();
    rule.set_name(std::to_string(k));
    rule.add_to();
  }
  EXPECT_THAT(ProblemOf(settings), HasSubstr("rules has 65 elements: at most 64 are allowed"));
  settings.Clear();
  for (int k = 0; k < 17; ++k) {
    v1::RatioMove& move = *settings.add_ratio_moves();
    move.set_from_site("a");
    move.set_to_site("b" + std::to_string(k));
    move.set_share(0.01);
  }
  EXPECT_THAT(ProblemOf(settings), HasSubstr("ratio_moves has 17 elements: at most 16"));
  settings.Clear();
  for (int k = 0; k < 4097; ++k) (*settings.mutable_site_capacity())[std::to_string(k)] = 1;
  EXPECT_THAT(ProblemOf(settings), HasSubstr("site_capacity has 4097 elements"));
  settings.Clear();
  for (int k = 0; k < 9; ++k) {
    if (k == 0) settings.add_rules()->add_to();
    auto& labels = *settings.mutable_rules(0)->mutable_to(0)->mutable_labels();
    labels["l" + std::to_string(k)] = "$header:h" + std::to_string(k);
  }
  EXPECT_THAT(ProblemOf(settings), HasSubstr("rules[0].to names 9 attributes with $: at most 8"));
  settings.Clear();
  settings.add_rules()->set_name(std::string(300, 'x'));
  EXPECT_THAT(ProblemOf(settings), HasSubstr("rules[0].name has 300 bytes"));
  settings.mutable_rules(0)->set_name(std::string(300'000, 'x'));
  EXPECT_THAT(ProblemOf(settings), HasSubstr("at most 262144 are allowed"));
}

TEST(SettingsCheck, EveryBadFieldIsNamedAtOnceUpToABound) {
  const std::string two = ProblemOf(R"({"policy": "x", "warmUp": {"floor": 2}})");
  EXPECT_THAT(two, HasSubstr("policy 'x'"));
  EXPECT_THAT(two, HasSubstr("warm_up.floor 2"));
  v1::RouteSettings many;
  for (int k = 0; k < 20; ++k) {
    v1::Rule& rule = *many.add_rules();
    rule.set_name(std::to_string(k));
  }
  EXPECT_THAT(ProblemOf(many), HasSubstr("; and 4 more"));
}

}  // namespace
}  // namespace bellrock::routing
