// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Settings as operators write them (docs/routing-rules.md), from the check to the chosen pool.
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <deque>

#include "routing/rules/compile.h"
#include "routing/rules/selector.h"
#include "routing/settings_check.h"

namespace bellrock::routing::rules {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct RulesTest : testing::Test {
  std::deque<InstanceSpec> specs;
  v1::Place place;

  void Add(const std::string& site, std::map<std::string, std::string> labels) {
    InstanceSpec& spec = specs.emplace_back();
    spec.site = site;
    spec.labels = std::move(labels);
  }

  // Name of the pool that the call goes to; the refusal's text if it is refused.
  std::string PoolOf(const std::string& json, const Request& request) const {
    v1::RouteSettings settings;
    EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(json, &settings).ok()) << json;
    const Status check = CheckSettings(settings);
    EXPECT_TRUE(check.ok()) << check.ToString();
    std::vector<Candidate> candidates;
    for (const InstanceSpec& spec : specs) {
      candidates.push_back({static_cast<uint32_t>(candidates.size()), &spec});
    }
    const Compiled compiled = Compile(settings, candidates, place);
    v1::RoutePlan plan;
    *plan.mutable_place() = place;
    for (const Pool& pool : compiled.pools) plan.add_pools()->set_name(pool.name);
    for (const v1::CompiledRule& rule : compiled.rules) *plan.add_rules() = rule;
    const Selector selector(plan);
    const auto selection = selector.Select(
        request, 1, [&](uint32_t pool) { return !compiled.pools[pool].slots.empty(); });
    return selection.ok() ? compiled.pools[selection->pool].name
                          : std::string(selection.status().message());
  }
};

TEST_F(RulesTest, AutomaticGroupsBySite) {
  Add("sz", {});
  Add("bj", {});
  const std::string json =
      R"({"rules": [{"name": "own site", "to": [{"labels": {"site": "$caller.site"}}]}]})";
  place.set_site("bj");
  EXPECT_EQ(PoolOf(json, {}), "site=bj");
  place.set_site("gz");
  EXPECT_EQ(PoolOf(json, {}), "default") << "nobody is there";
}

TEST_F(RulesTest, CustomGroupsByCaller) {
  Add("sz", {{"group", "batch"}});
  Add("sz", {{"group", "online"}});
  const std::string json = R"({"rules": [
    {"name": "batch", "strict": true,
     "matches": [{"attribute": "caller", "op": "OP_PREFIX", "values": ["batch/"]}],
     "to": [{"labels": {"group": "batch"}}]},
    {"name": "online", "to": [{"labels": {"group": "online"}}]}]})";
  EXPECT_EQ(PoolOf(json, {.caller = "batch/report"}), "group=batch");
  EXPECT_EQ(PoolOf(json, {.caller = "music/web"}), "group=online");
  specs.pop_front();
  EXPECT_EQ(PoolOf(json, {.caller = "batch/report"}),
            "rule 'batch' is strict and no usable instance has group=batch");
}

TEST_F(RulesTest, GreyForOneCallerAndForTesters) {
  Add("sz", {{"version", "1"}});
  Add("sz", {{"version", "2"}});
  const std::string json = R"({"rules": [
    {"name": "testers", "matches": [{"attribute": "header:x-user-group", "values": ["tester"]}],
     "to": [{"labels": {"version": "2"}}]},
    {"name": "web reads", "matches": [{"attribute": "caller", "values": ["music/web"]},
       {"attribute": "method", "op": "OP_PREFIX", "values": ["music.Storage/Get"]}],
     "to": [{"labels": {"version": "2"}}]}]})";
  const Headers tester = {{"x-user-group", "tester"}};
  EXPECT_EQ(PoolOf(json, {.headers = tester}), "version=2");
  EXPECT_EQ(PoolOf(json, {.caller = "music/web", .method = "music.Storage/Get"}), "version=2");
  EXPECT_EQ(PoolOf(json, {.caller = "music/web", .method = "music.Storage/Put"}), "default");
  EXPECT_EQ(PoolOf(json, {.caller = "music/app", .method = "music.Storage/Get"}), "default");
}

TEST_F(RulesTest, GreyWithinTheCallersSet) {
  Add("sz", {{"set", "a"}, {"version", "1"}});
  Add("sz", {{"set", "a"}, {"version", "2"}});
  Add("sz", {{"set", "b"}, {"version", "2"}});
  place.set_set("a");
  const std::string json = R"({"sets": {"mode": "MODE_OFF"}, "rules": [
    {"name": "grey within the set", "matches": [{"attribute": "key", "values": ["grey"]}],
     "to": [{"labels": {"set": "$caller.set", "version": "2"}}]},
    {"name": "own set", "strict": true,
     "matches": [{"attribute": "caller.set", "op": "OP_PRESENT"}],
     "to": [{"labels": {"set": "$caller.set"}}]}]})";
  EXPECT_EQ(PoolOf(json, {.key = "grey"}), "set=a version=2");
  EXPECT_EQ(PoolOf(json, {.key = "7"}), "set=a");
  place.set_set("c");
  EXPECT_EQ(PoolOf(json, {}), "rule 'own set' is strict and no usable instance has set=c");
}

TEST_F(RulesTest, ALaneWithoutAnInstanceGoesToTheCommonOnesUnlessStrict) {
  Add("sz", {});
  Add("sz", {{"lane", "blue"}});
  EXPECT_EQ(PoolOf("{}", {.lane = "blue"}), "lane=blue");
  EXPECT_EQ(PoolOf("{}", {.lane = "red"}), "default");
  EXPECT_EQ(PoolOf(R"({"lanes": {"mode": "MODE_STRICT"}})", {.lane = "red"}),
            "rule 'lanes' is strict and no usable instance has lane=red");
}

TEST_F(RulesTest, OneGroupForEachTenantThatInstancesCarry) {
  Add("sz", {{"tenant", "x"}});
  Add("sz", {});
  const std::string json =
      R"({"rules": [{"name": "tenants", "to": [{"labels": {"tenant": "$header:X-Tenant"}}]}]})";
  const Headers x = {{"x-tenant", "x"}};
  const Headers y = {{"x-tenant", "y"}};
  EXPECT_EQ(PoolOf(json, {.headers = x}), "tenant=x");
  EXPECT_EQ(PoolOf(json, {.headers = y}), "default");
}

}  // namespace
}  // namespace bellrock::routing::rules
