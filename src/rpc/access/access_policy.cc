// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/access/access_policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "rpc/error_catalog.h"
#include "rpc/http/json.h"

namespace bellrock::rpc {
namespace {

constexpr std::string_view kHealth = "grpc.health.v1.Health";

struct MethodName {
  std::string_view service;
  std::string_view method;
};
// Two versions of gRPC's, and ours.
constexpr std::array<MethodName, 3> kReflection = {
    {{"grpc.reflection.v1.ServerReflection", "ServerReflectionInfo"},
     {"grpc.reflection.v1alpha.ServerReflection", "ServerReflectionInfo"},
     {"bellrock.rpc.v1.Reflection", "Describe"}}};

bool IsReflection(std::string_view service) {
  return std::any_of(kReflection.begin(), kReflection.end(),
                     [service](const MethodName& name) { return name.service == service; });
}

Result<bool> ReadAction(v1::AccessPolicy::Action action) {
  switch (action) {
    case v1::AccessPolicy::ALLOW:
      return true;
    case v1::AccessPolicy::DENY:
      return false;
    default:
      return InvalidArgumentError("is missing; write \"ALLOW\" or \"DENY\"");
  }
}

}  // namespace

Result<AccessPolicy::Rule> AccessPolicy::ReadRule(const v1::AccessPolicy::Rule& message) {
  Rule rule;
  auto caller = CallerPattern::Parse(message.caller());
  if (!caller.ok()) return caller.status().WithContext("caller");
  rule.caller = std::move(*caller);
  auto method = MethodPattern::Parse(message.method());
  if (!method.ok()) return method.status().WithContext("method");
  rule.method = std::move(*method);
  const Result<bool> allow = ReadAction(message.action());
  if (!allow.ok()) return allow.status().WithContext("action");
  rule.allow = *allow;
  rule.comment = message.comment();
  return rule;
}

Result<AccessPolicy> AccessPolicy::Read(const v1::AccessPolicy& message) {
  AccessPolicy policy;
  if (message.rules_size() > kAccessRulesMax) {
    return InvalidArgumentError(
        fmt::format("rules: {} of them, at most {} (kAccessRulesMax); join some with patterns",
                    message.rules_size(), kAccessRulesMax));
  }
  for (int i = 0; i < message.rules_size(); ++i) {
    Result<Rule> rule = ReadRule(message.rules(i));
    if (!rule.ok()) {
      return InvalidArgumentError(fmt::format("rules[{}].{}", i, rule.status().message()));
    }
    policy.rules_.push_back(std::move(*rule));
  }
  const Result<bool> allow = ReadAction(message.default_action());
  if (!allow.ok()) return allow.status().WithContext("default_action");
  policy.default_allow_ = *allow;
  policy.require_identity_ = message.require_identity();
  policy.dry_run_ = message.dry_run();
  return policy;
}

Result<AccessPolicy> AccessPolicy::FromMessage(const v1::AccessPolicy& message) {
  Result<AccessPolicy> policy = Read(message);
  if (!policy.ok()) return WithNumber(ErrorNumber::kBadPolicy, policy.status());
  return policy;
}

Result<AccessPolicy> AccessPolicy::FromJson(std::string_view json) {
  v1::AccessPolicy message;
  BELLROCK_TRY(WithNumber(ErrorNumber::kBadPolicy, JsonToMessage(json, message))
                   .WithContext("access policy"));
  Result<AccessPolicy> policy = FromMessage(message);
  if (!policy.ok()) return policy.status().WithContext("access policy");
  return policy;
}

bool AccessPolicy::Rule::Covers(const AccessRequest& request) const {
  if (request.service == kHealth && method.all()) return false;
  if (method.Matches(request.service, request.method)) return true;
  // Whoever may not ask one of them may not ask another for the same.
  return IsReflection(request.service) &&
         std::any_of(kReflection.begin(), kReflection.end(), [this](const MethodName& name) {
           return method.Matches(name.service, name.method);
         });
}

AccessDecision AccessPolicy::Decide(const AccessRequest& request) const {
  const bool health = request.service == kHealth;
  if (require_identity_ && request.identity.empty() && !health) {
    return {.allowed = false, .rule = AccessDecision::kNoIdentity};
  }
  for (size_t i = 0; i < rules_.size(); ++i) {
    const Rule& rule = rules_[i];
    if (!rule.caller.Matches(request.identity) || !rule.Covers(request)) continue;
    return {.allowed = rule.allow, .rule = static_cast<int>(i) + 1};
  }
  if (health) return {.allowed = true, .rule = AccessDecision::kOpen};
  return {.allowed = default_allow_, .rule = AccessDecision::kByDefault};
}

std::string AccessPolicy::Reason(const AccessDecision& decision,
                                 const AccessRequest& request) const {
  if (decision.rule == AccessDecision::kNoIdentity) {
    return fmt::format("{}/{} needs an authenticated caller; call it over TLS with a certificate",
                       request.service, request.method);
  }
  const bool by_rule = decision.rule > AccessDecision::kByDefault;
  const std::string who = by_rule ? fmt::format("rule {}", decision.rule) : "the default";
  const std::string_view comment =
      by_rule ? std::string_view(rules_[static_cast<size_t>(decision.rule) - 1].comment) : "";
  return fmt::format("{} {} {} on {}/{}{}{}{}", who, decision.allowed ? "allows" : "denies",
                     request.identity.empty() ? "a caller without identity" : request.identity,
                     request.service, request.method, comment.empty() ? "" : " (", comment,
                     comment.empty() ? "" : ")");
}

}  // namespace bellrock::rpc
