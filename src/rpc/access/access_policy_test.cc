// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/access/access_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rpc/access/access_control.h"
#include "testing/world.h"

namespace bellrock::rpc {
namespace {

using ::testing::HasSubstr;

AccessPolicy Policy(std::string_view json) {
  Result<AccessPolicy> policy = AccessPolicy::FromJson(json);
  EXPECT_TRUE(policy.ok()) << policy.status().ToString();
  return *policy;
}

std::string Error(std::string_view json) {
  return AccessPolicy::FromJson(json).status().ToString();
}

bool CallerFits(std::string_view pattern, std::string_view identity) {
  Result<CallerPattern> parsed = CallerPattern::Parse(pattern);
  EXPECT_TRUE(parsed.ok()) << parsed.status().ToString();
  return parsed->Matches(identity);
}

bool MethodFits(std::string_view pattern, std::string_view service, std::string_view method) {
  Result<MethodPattern> parsed = MethodPattern::Parse(pattern);
  EXPECT_TRUE(parsed.ok()) << parsed.status().ToString();
  return parsed->Matches(service, method);
}

TEST(CallerPattern, MatchesServicesLinesAndEverybody) {
  EXPECT_TRUE(CallerFits("music/web", "music/web"));
  EXPECT_FALSE(CallerFits("music/web", "music/website"));
  EXPECT_TRUE(CallerFits("music/*", "music/web"));
  EXPECT_FALSE(CallerFits("music/*", "music/"));
  EXPECT_FALSE(CallerFits("music/*", "music/web/x"));
  EXPECT_FALSE(CallerFits("music/*", "musical/web"));
  EXPECT_TRUE(CallerFits("web.example.com", "web.example.com"));
  EXPECT_TRUE(CallerFits("*", "music/web"));
}

TEST(CallerPattern, OnlyTheStarMatchesNobody) {
  EXPECT_TRUE(CallerFits("*", ""));
  EXPECT_FALSE(CallerFits("music/*", ""));
}

TEST(MethodPattern, MatchesMethodsServicesAndPackages) {
  EXPECT_TRUE(MethodFits("music.v1.Catalog/Delete", "music.v1.Catalog", "Delete"));
  EXPECT_FALSE(MethodFits("music.v1.Catalog/Delete", "music.v1.Catalog", "DeleteAll"));
  EXPECT_FALSE(MethodFits("music.v1.Catalog/Delete", "music.v1.Catalogue", "Delete"));
  EXPECT_TRUE(MethodFits("music.v1.Catalog/*", "music.v1.Catalog", "Get"));
  EXPECT_FALSE(MethodFits("music.v1.Catalog/*", "music.v1.Catalog2", "Get"));
  EXPECT_TRUE(MethodFits("music.v1.*", "music.v1.Catalog", "Get"));
  EXPECT_TRUE(MethodFits("music.*", "music.v1.Catalog", "Get"));
  EXPECT_FALSE(MethodFits("music.v1.*", "music.v10.Catalog", "Get"));
  EXPECT_TRUE(MethodFits("music.v1.*/Delete", "music.v1.Catalog", "Delete"));
  EXPECT_FALSE(MethodFits("music.v1.*/Delete", "music.v1.Catalog", "Get"));
  EXPECT_TRUE(MethodFits("*", "music.v1.Catalog", "Get"));
}

constexpr std::string_view kExample = R"({
  "rules": [
    {"caller": "music/web", "method": "music.v1.Catalog/Get", "action": "ALLOW"},
    {"caller": "ops/*", "method": "*", "action": "ALLOW"},
    {"caller": "*", "method": "music.v1.Catalog/Delete", "action": "DENY", "comment": "ask ops"}
  ],
  "default_action": "DENY"
})";

TEST(AccessPolicy, TheFirstRuleThatMatchesDecides) {
  const AccessPolicy policy = Policy(kExample);
  const auto decide = [&](std::string_view who, std::string_view method) {
    return policy.Decide({.identity = who, .service = "music.v1.Catalog", .method = method});
  };
  EXPECT_TRUE(decide("music/web", "Get").allowed);
  EXPECT_EQ(decide("music/web", "Get").rule, 1);
  EXPECT_TRUE(decide("ops/console", "Delete").allowed);
  EXPECT_EQ(decide("ops/console", "Delete").rule, 2);
  EXPECT_FALSE(decide("music/web", "Delete").allowed);
  EXPECT_EQ(decide("music/web", "Delete").rule, 3);
  EXPECT_FALSE(decide("music/web", "Put").allowed);
  EXPECT_EQ(decide("music/web", "Put").rule, AccessDecision::kByDefault);
}

TEST(AccessPolicy, SaysWhichRuleDenies) {
  const AccessPolicy policy = Policy(kExample);
  const auto reason = [&](std::string_view who, std::string_view method) {
    const AccessRequest request{.identity = who, .service = "music.v1.Catalog", .method = method};
    return policy.Reason(policy.Decide(request), request);
  };
  EXPECT_EQ(reason("music/web", "Delete"),
            "rule 3 denies music/web on music.v1.Catalog/Delete (ask ops)");
  EXPECT_EQ(reason("music/web", "Put"), "the default denies music/web on music.v1.Catalog/Put");
  EXPECT_EQ(reason("", "Put"),
            "the default denies a caller without identity on music.v1.Catalog/Put");
  EXPECT_EQ(reason("ops/x", "Put"), "rule 2 allows ops/x on music.v1.Catalog/Put");
}

TEST(AccessPolicy, RequiresAnIdentityBeforeAllRules) {
  const AccessPolicy policy = Policy(R"({"rules": [{"caller": "*", "method": "*",
      "action": "ALLOW"}], "default_action": "ALLOW", "require_identity": true})");
  const AccessRequest nobody{.identity = "", .service = "a.B", .method = "C"};
  EXPECT_FALSE(policy.Decide(nobody).allowed);
  EXPECT_EQ(policy.Decide(nobody).rule, AccessDecision::kNoIdentity);
  EXPECT_THAT(policy.Reason(policy.Decide(nobody), nobody),
              HasSubstr("over TLS with a certificate"));
  EXPECT_TRUE(policy.Decide({.identity = "a/b", .service = "a.B", .method = "C"}).allowed);
}

AccessDecision Ask(const AccessPolicy& policy, std::string_view who, std::string_view service,
                   std::string_view method) {
  return policy.Decide({.identity = who, .service = service, .method = method});
}

TEST(AccessPolicy, HealthIsOpenUnlessARuleNamesIt) {
  constexpr std::string_view kHealth = "grpc.health.v1.Health";
  for (const char* closed : {R"({"default_action": "DENY", "require_identity": true})",
                             R"({"default_action": "ALLOW", "rules": [{"caller": "*",
                                 "method": "*", "action": "DENY"}]})"}) {
    const AccessPolicy policy = Policy(closed);
    EXPECT_TRUE(Ask(policy, "", kHealth, "Check").allowed) << closed;
    EXPECT_EQ(Ask(policy, "", kHealth, "Watch").rule, AccessDecision::kOpen);
    EXPECT_FALSE(Ask(policy, "", "a.B", "C").allowed) << closed;
  }
  for (const std::string named : {"grpc.health.v1.Health/*", "grpc.health.v1.Health/Check",
                                  "grpc.health.*", "grpc.*/Check"}) {
    const AccessPolicy policy = Policy(R"({"default_action": "ALLOW", "rules": [
        {"caller": "edge/balancer", "method": ")" +
                                       named + R"(", "action": "ALLOW"},
        {"caller": "*", "method": ")" + named +
                                       R"(", "action": "DENY"}]})");
    EXPECT_EQ(Ask(policy, "edge/balancer", kHealth, "Check").rule, 1) << named;
    EXPECT_EQ(Ask(policy, "", kHealth, "Check").rule, 2) << named;
    EXPECT_FALSE(Ask(policy, "", kHealth, "Check").allowed) << named;
  }
}

TEST(AccessPolicy, ReflectionFollowsThePolicyUnderAllItsNames) {
  struct {
    std::string_view service, method;
  } constexpr kNames[] = {{"grpc.reflection.v1.ServerReflection", "ServerReflectionInfo"},
                          {"grpc.reflection.v1alpha.ServerReflection", "ServerReflectionInfo"},
                          {"bellrock.rpc.v1.Reflection", "Describe"}};
  for (const auto& rule : kNames) {
    const AccessPolicy policy = Policy(R"({"default_action": "DENY", "rules": [
        {"caller": "ops/*", "method": ")" +
                                       std::string(rule.service) + R"(/*", "action": "ALLOW"}]})");
    for (const auto& name : kNames) {
      EXPECT_EQ(Ask(policy, "ops/x", name.service, name.method).rule, 1) << name.service;
      EXPECT_FALSE(Ask(policy, "music/web", name.service, name.method).allowed) << name.service;
    }
    EXPECT_FALSE(Ask(policy, "ops/x", "bellrock.rpc.v1.Faults", "Set").allowed);
  }
}

TEST(AccessPolicy, ErrorsNameTheField) {
  const auto with_rule = [](std::string_view rule) {
    return Error(R"({"default_action": "DENY", "rules": [{"caller": "*", "method": "*", "action":
        "ALLOW"}, )" +
                 std::string(rule) + "]}");
  };
  EXPECT_THAT(Error("{}"), HasSubstr("access policy: default_action: is missing; write \"ALLOW\""));
  EXPECT_THAT(Error(""), HasSubstr("default_action"));
  EXPECT_THAT(Error("{\"ruels\": []}"), HasSubstr("rules, default_action"));
  EXPECT_THAT(Error("[1"), HasSubstr("access policy: "));
  EXPECT_THAT(with_rule(R"({"method": "*", "action": "DENY"})"),
              HasSubstr("rules[1].caller: \"\" is empty"));
  EXPECT_THAT(with_rule(R"({"caller": "mu*", "method": "*", "action": "DENY"})"),
              HasSubstr("rules[1].caller: \"mu*\" has a *"));
  EXPECT_THAT(with_rule(R"({"caller": "/*", "method": "*", "action": "DENY"})"),
              HasSubstr("rules[1].caller: \"/*\" names no line"));
  EXPECT_THAT(with_rule(R"({"caller": "*", "method": "a.B", "action": "DENY"})"),
              HasSubstr("rules[1].method: \"a.B\" names no method"));
  for (const char* bad : {"", "a.B/", "a.B/C/D", "/C", "a*/C", "a.B/C*", ".*"}) {
    EXPECT_THAT(
        with_rule(R"({"caller": "*", "action": "DENY", "method": ")" + std::string(bad) + "\"}"),
        HasSubstr("rules[1].method: "))
        << bad;
  }
  EXPECT_THAT(with_rule(R"({"caller": "*", "method": "*"})"),
              HasSubstr("rules[1].action: is missing"));
}

TEST(AccessPolicy, BoundsItsRules) {
  v1::AccessPolicy message;
  message.set_default_action(v1::AccessPolicy::ALLOW);
  for (int i = 0; i <= kAccessRulesMax; ++i) {
    auto& rule = *message.add_rules();
    rule.set_caller("a/b");
    rule.set_method("*");
    rule.set_action(v1::AccessPolicy::DENY);
  }
  EXPECT_THAT(AccessPolicy::FromMessage(message).status().ToString(),
              HasSubstr("rules: 1001 of them, at most 1000"));
  message.mutable_rules()->RemoveLast();
  EXPECT_TRUE(AccessPolicy::FromMessage(message).ok());
}

TEST(AccessControl, CountsPerRuleAndRefusesWithTheReason) {
  testing::World world(1);
  AccessControl control(world.Host("s"), Policy(kExample));
  const AccessRequest get{.identity = "music/web", .service = "music.v1.Catalog", .method = "Get"};
  AccessRequest remove = get;
  remove.method = "Delete";
  EXPECT_TRUE(control.Check(get).ok());
  EXPECT_TRUE(control.Check(get).ok());
  EXPECT_EQ(control.Check(remove),
            PermissionDeniedError(
                "rule 3 denies music/web on music.v1.Catalog/Delete (ask ops) [BR-1601]"));
  remove.method = "Put";
  EXPECT_EQ(control.Check(remove).code(), StatusCode::kPermissionDenied);
  const AccessCounts counts = control.counts();
  ASSERT_EQ(counts.rules.size(), 3U);
  EXPECT_EQ(counts.rules[0].allowed, 2U);
  EXPECT_EQ(counts.rules[1].allowed, 0U);
  EXPECT_EQ(counts.rules[2].denied, 1U);
  EXPECT_EQ(counts.by_default.denied, 1U);
  EXPECT_THAT(counts.last_denial, HasSubstr("the default denies music/web"));
  EXPECT_EQ(counts.last_denied_at, world.Host("s").clock.WallNow());
}

TEST(AccessControl, HealthWithoutARuleIsNotCounted) {
  testing::World world(4);
  AccessControl control(world.Host("s"), Policy(kExample));
  EXPECT_TRUE(
      control.Check({.identity = "", .service = "grpc.health.v1.Health", .method = "Check"}).ok());
  EXPECT_EQ(control.counts().by_default.allowed, 0U);
  EXPECT_EQ(control.counts().by_default.denied, 0U);
}

TEST(AccessControl, ADryRunCountsAndLetsThrough) {
  testing::World world(2);
  AccessControl control(world.Host("s"), Policy(R"({"rules": [{"caller": "music/web",
      "method": "a.B/*", "action": "DENY"}], "default_action": "ALLOW", "require_identity": true,
      "dry_run": true})"));
  EXPECT_TRUE(control.Check({.identity = "music/web", .service = "a.B", .method = "C"}).ok());
  EXPECT_TRUE(control.Check({.identity = "", .service = "a.B", .method = "C"}).ok());
  const AccessCounts counts = control.counts();
  EXPECT_TRUE(counts.dry_run);
  EXPECT_EQ(counts.rules[0].denied, 1U);
  EXPECT_EQ(counts.no_identity, 1U);
  EXPECT_THAT(counts.last_denial, HasSubstr("needs an authenticated caller"));
}

TEST(AccessControl, AReplacedPolicyRulesFromTheNextCall) {
  testing::World world(3);
  AccessControl control(world.Host("s"), AccessPolicy());
  const AccessRequest request{.identity = "", .service = "a.B", .method = "C"};
  EXPECT_TRUE(control.Check(request).ok());
  control.Replace(Policy(R"({"default_action": "ALLOW", "require_identity": true})"));
  EXPECT_EQ(control.Check(request).code(), StatusCode::kUnauthenticated);
  EXPECT_EQ(control.counts().by_default.allowed, 0U);
  EXPECT_EQ(control.counts().no_identity, 1U);
}

}  // namespace
}  // namespace bellrock::rpc
