// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "bellrock/rpc/v1/policy.pb.h"
#include "bellrock/status.h"
#include "rpc/access/access_pattern.h"

namespace bellrock::rpc {

// A policy with more rules is refused: each call looks at them in turn.
inline constexpr int kAccessRulesMax = 1000;

struct AccessRequest {
  std::string_view identity{};  // authenticated name of the caller, "" if it has none
  std::string_view service{};
  std::string_view method{};
};

struct AccessDecision {
  // What decided: a rule, counted from 1, or one of these.
  static constexpr int kByDefault = 0;
  static constexpr int kNoIdentity = -1;
  // Health, on which no rule speaks: open whatever the default is.
  static constexpr int kOpen = -2;

  bool allowed = false;
  int rule = kByDefault;
};

// Access control per caller and method (OCTO-028): ordered rules of which the first that matches
// decides. Health (grpc.health.v1.Health) is decided only by rules that name it or its package: the
// probe of a load balancer has no identity and must not fail because of "*" or the default. The
// services of reflection, which all tell the same, are one to the rules. Pure and immutable; any
// thread. What is counted and what is let through in a dry run is settled by AccessControl.
class AccessPolicy {
 public:
  // Allows everything.
  AccessPolicy() = default;
  // Errors name the field: "rules[2].caller: ...".
  static Result<AccessPolicy> FromMessage(const v1::AccessPolicy& message);
  static Result<AccessPolicy> FromJson(std::string_view json);

  AccessDecision Decide(const AccessRequest& request) const;
  // "rule 3 denies music/web on music.v1.Catalog/Delete".
  std::string Reason(const AccessDecision& decision, const AccessRequest& request) const;

  bool dry_run() const { return dry_run_; }
  size_t rule_count() const { return rules_.size(); }

 private:
  struct Rule {
    CallerPattern caller;
    MethodPattern method;
    bool allow = false;
    std::string comment;

    bool Covers(const AccessRequest& request) const;
  };
  static Result<Rule> ReadRule(const v1::AccessPolicy::Rule& message);
  static Result<AccessPolicy> Read(const v1::AccessPolicy& message);

  std::vector<Rule> rules_;
  bool default_allow_ = true;
  bool require_identity_ = false;
  bool dry_run_ = false;
};

}  // namespace bellrock::rpc
