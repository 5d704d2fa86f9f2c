// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "bellrock/status.h"
#include "rpc/protect/age_queue.h"
#include "rpc/protect/concurrency_limiter.h"
#include "rpc/protect/quota_table.h"
#include "rpc/protect/reason.h"

namespace bellrock::rpc::v1 {
class ProtectionPolicy;
}

namespace bellrock::rpc::protect {

struct ConcurrencyRule {
  Mode mode = Mode::kOff;
  LimiterOptions limiter{};

  bool operator==(const ConcurrencyRule&) const = default;
};

struct MethodRule {
  std::string method{};  // "service/method"
  ConcurrencyRule concurrency{};

  bool operator==(const MethodRule&) const = default;
};

// What a server's protections are told, checked and with all defaults filled in. A new one is all
// off.
struct Policy {
  ConcurrencyRule concurrency{};
  std::vector<MethodRule> methods;
  Mode queue_mode = Mode::kOff;
  AgeQueueOptions queue;
  Mode quota_mode = Mode::kOff;
  QuotaOptions quotas;
  std::array<double, kQosCount> shares{};  // by RankOf()

  bool operator==(const Policy&) const = default;
  // Something is to be done for a call.
  bool active() const;
};

// kInvalidArgument names the field, what it holds, and what it may hold.
Result<Policy> PolicyFromMessage(const v1::ProtectionPolicy& message);
// A ProtectionPolicy as JSON; empty text is all off.
Result<Policy> PolicyFromJson(std::string_view json);
// kInvalidArgument if the policy speaks of methods that are not among these ("service/method").
Status CheckMethods(const Policy& policy, const std::vector<std::string>& methods);

}  // namespace bellrock::rpc::protect
