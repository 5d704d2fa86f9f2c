// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/protect/policy.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "bellrock/rpc/v1/protection.pb.h"
#include "rpc/error_catalog.h"
#include "rpc/http/json.h"

namespace bellrock::rpc::protect {
namespace {

using std::chrono::milliseconds;

constexpr uint32_t kCallsMax = 100'000;
constexpr uint32_t kMillisecondsMax = 60'000;
constexpr double kRateMax = 1e9;
constexpr double kSharesMax = 0.9;
// Each call looks at all its consumer's quotas.
constexpr int kQuotasMax = 10'000;

// `value` if it is in range, `standard` if it is 0.
Result<uint32_t> Number(const std::string& field, uint32_t value, uint32_t low, uint32_t high,
                        uint32_t standard) {
  if (value == 0) return standard;
  if (value >= low && value <= high) return value;
  return InvalidArgumentError(fmt::format("{}: {} is out of range {}..{}; leave it out for {}",
                                          field, value, low, high, standard));
}

Result<Duration> Milliseconds(const std::string& field, uint32_t value, uint32_t high,
                              Duration standard) {
  const auto standard_ms =
      static_cast<uint32_t>(std::chrono::duration_cast<milliseconds>(standard).count());
  BELLROCK_ASSIGN(const uint32_t ms, Number(field, value, 1, high, std::min(standard_ms, high)));
  return Duration(milliseconds(ms));
}

Result<Mode> ReadMode(const std::string& field, v1::ProtectionMode mode) {
  switch (mode) {
    case v1::PROTECTION_OFF:
      return Mode::kOff;
    case v1::PROTECTION_DRY_RUN:
      return Mode::kDryRun;
    case v1::PROTECTION_ON:
      return Mode::kOn;
    default:
      return InvalidArgumentError(
          fmt::format("{}: {} is no mode; use PROTECTION_OFF, PROTECTION_DRY_RUN or PROTECTION_ON",
                      field, static_cast<int>(mode)));
  }
}

Result<ConcurrencyRule> ReadConcurrency(const std::string& field,
                                        const v1::ConcurrencyPolicy& message) {
  ConcurrencyRule rule;
  LimiterOptions& limiter = rule.limiter;
  const auto number = [&](const char* name, uint32_t value, uint32_t low, uint32_t high,
                          uint32_t standard, int& out) {
    BELLROCK_ASSIGN(const uint32_t read, Number(field + name, value, low, high, standard));
    out = static_cast<int>(read);
    return Status::Ok();
  };
  BELLROCK_ASSIGN(rule.mode, ReadMode(field + ".mode", message.mode()));
  BELLROCK_TRY(number(".fixed", message.fixed(), 1, kCallsMax, 0, limiter.fixed));
  if (limiter.fixed > 0) {
    if (message.floor() + message.ceiling() + message.initial() == 0 && message.tolerance() == 0) {
      return rule;
    }
    return InvalidArgumentError(fmt::format(
        "{}.fixed: {} is given together with floor, ceiling, initial or tolerance, which are for a "
        "limit that adapts; leave out the one or the others",
        field, limiter.fixed));
  }
  const LimiterOptions standard;
  const auto floor_standard = static_cast<uint32_t>(standard.floor);
  BELLROCK_TRY(number(".ceiling", message.ceiling(), 1, kCallsMax,
                      std::max(static_cast<uint32_t>(standard.ceiling), message.floor()),
                      limiter.ceiling));
  const auto ceiling = static_cast<uint32_t>(limiter.ceiling);
  BELLROCK_TRY(number(".floor", message.floor(), 1, ceiling, std::min(floor_standard, ceiling),
                      limiter.floor));
  const auto floor = static_cast<uint32_t>(limiter.floor);
  BELLROCK_TRY(number(".initial", message.initial(), floor, ceiling,
                      std::clamp(static_cast<uint32_t>(standard.initial), floor, ceiling),
                      limiter.initial));
  if (message.tolerance() != 0) limiter.tolerance = message.tolerance();
  if (!(limiter.tolerance >= 1 && limiter.tolerance <= 10)) {
    return InvalidArgumentError(fmt::format(
        "{}.tolerance: {} is out of range 1..10; leave it out for 1.5", field, limiter.tolerance));
  }
  return rule;
}

Status ReadMethods(const v1::ProtectionPolicy& message, Policy& policy) {
  std::set<std::string> seen;
  for (int i = 0; i < message.methods_size(); ++i) {
    const v1::MethodPolicy& method = message.methods(i);
    const std::string field = fmt::format("methods[{}]", i);
    if (!seen.insert(method.method()).second) {
      return InvalidArgumentError(fmt::format("{}.method: \"{}\" is given twice; keep one of them",
                                              field, method.method()));
    }
    BELLROCK_ASSIGN(ConcurrencyRule rule,
                    ReadConcurrency(field + ".concurrency", method.concurrency()));
    policy.methods.push_back({.method = method.method(), .concurrency = rule});
  }
  return Status::Ok();
}

Status ReadQueue(const v1::QueuePolicy& message, Policy& policy) {
  const AgeQueueOptions standard;
  BELLROCK_ASSIGN(policy.queue_mode, ReadMode("queue.mode", message.mode()));
  BELLROCK_ASSIGN(policy.queue.calls_max,
                  Number("queue.calls_max", message.calls_max(), 1, kCallsMax,
                         static_cast<uint32_t>(standard.calls_max)));
  BELLROCK_ASSIGN(policy.queue.age_max, Milliseconds("queue.age_max_ms", message.age_max_ms(),
                                                     kMillisecondsMax, standard.age_max));
  const auto age_max_ms =
      static_cast<uint32_t>(std::chrono::duration_cast<milliseconds>(policy.queue.age_max).count());
  BELLROCK_ASSIGN(policy.queue.target, Milliseconds("queue.target_ms", message.target_ms(),
                                                    age_max_ms, standard.target));
  BELLROCK_ASSIGN(policy.queue.interval, Milliseconds("queue.interval_ms", message.interval_ms(),
                                                      kMillisecondsMax, standard.interval));
  return Status::Ok();
}

Status CheckConsumer(const std::string& field, const std::string& consumer) {
  const size_t star = consumer.find('*');
  if (!consumer.empty() && (star == std::string::npos || star == consumer.size() - 1)) {
    return Status::Ok();
  }
  return InvalidArgumentError(fmt::format(
      "{}: \"{}\" names no consumer; write \"line/service\", a prefix with * at its end, or * for "
      "every other one",
      field, consumer));
}

Result<QuotaRule> ReadQuota(const std::string& field, const v1::Quota& message) {
  BELLROCK_TRY(CheckConsumer(field + ".consumer", message.consumer()));
  const double rate = message.calls_per_second();
  if (!(rate >= 0 && rate <= kRateMax)) {
    return InvalidArgumentError(fmt::format(
        "{}.calls_per_second: {} is out of range 0..{:.0f}; 0 is no bound", field, rate, kRateMax));
  }
  if (rate == 0 && message.concurrency() == 0) {
    return InvalidArgumentError(
        fmt::format("{}: bounds nothing; give calls_per_second, concurrency or both", field));
  }
  if (rate == 0 && message.burst() > 0) {
    return InvalidArgumentError(
        fmt::format("{}.burst: {} has no meaning without calls_per_second; give that too", field,
                    message.burst()));
  }
  return QuotaRule{
      .consumer = message.consumer(),
      .target = message.target(),
      .calls_per_second = rate,
      .burst = message.burst() > 0 ? message.burst() : std::max(1.0, std::floor(rate / 10)),
      .concurrency = message.concurrency()};
}

Status ReadQuotas(const v1::QuotaPolicy& message, Policy& policy) {
  BELLROCK_ASSIGN(policy.quota_mode, ReadMode("quotas.mode", message.mode()));
  BELLROCK_ASSIGN(policy.quotas.consumers_max,
                  Number("quotas.consumers_max", message.consumers_max(), 1, kCallsMax,
                         static_cast<uint32_t>(QuotaOptions().consumers_max)));
  if (message.quotas_size() > kQuotasMax) {
    return InvalidArgumentError(fmt::format("quotas.quotas: {} of them; at most {}, use patterns",
                                            message.quotas_size(), kQuotasMax));
  }
  std::set<std::pair<std::string, std::string>> seen;
  for (int i = 0; i < message.quotas_size(); ++i) {
    const std::string field = fmt::format("quotas.quotas[{}]", i);
    BELLROCK_ASSIGN(QuotaRule quota, ReadQuota(field, message.quotas(i)));
    if (!seen.emplace(quota.consumer, quota.target).second) {
      return InvalidArgumentError(
          fmt::format("{}: consumer \"{}\" and target \"{}\" are given twice; keep one of them",
                      field, quota.consumer, quota.target));
    }
    policy.quotas.rules.push_back(std::move(quota));
  }
  return Status::Ok();
}

Result<Qos> ReadQos(const std::string& field, v1::Qos qos) {
  switch (qos) {
    case v1::QOS_CRITICAL:
      return Qos::kCritical;
    case v1::QOS_NORMAL:
      return Qos::kNormal;
    case v1::QOS_BACKGROUND:
      return Qos::kBackground;
    default:
      return InvalidArgumentError(
          fmt::format("{}: {} is no class; use QOS_CRITICAL, QOS_NORMAL or QOS_BACKGROUND", field,
                      static_cast<int>(qos)));
  }
}

Status ReadClasses(const v1::ProtectionPolicy& message, Policy& policy) {
  std::set<std::string> seen;
  for (int i = 0; i < message.consumers_size(); ++i) {
    const v1::ConsumerClass& consumer = message.consumers(i);
    const std::string field = fmt::format("consumers[{}]", i);
    BELLROCK_TRY(CheckConsumer(field + ".consumer", consumer.consumer()));
    if (!seen.insert(consumer.consumer()).second) {
      return InvalidArgumentError(
          fmt::format("{}.consumer: \"{}\" is given twice; keep one", field, consumer.consumer()));
    }
    BELLROCK_ASSIGN(const Qos qos, ReadQos(field + ".qos", consumer.qos()));
    policy.quotas.classes.push_back({.consumer = consumer.consumer(), .qos = qos});
  }
  return Status::Ok();
}

Status ReadShares(const v1::QosShares& message, Policy& policy) {
  policy.shares = {message.critical(), message.normal(), message.background()};
  double sum = 0;
  for (const double share : policy.shares) {
    if (!(share >= 0 && share <= kSharesMax)) {
      return InvalidArgumentError(fmt::format(
          "shares: {} is out of range 0..{}; it is a part of the limit", share, kSharesMax));
    }
    sum += share;
  }
  // Of fractions like 0.3 three make a little more than 0.9.
  if (sum <= kSharesMax + 1e-9) return Status::Ok();
  return InvalidArgumentError(fmt::format(
      "shares: together {} of the limit; keep at most {}, for the rest is what all share", sum,
      kSharesMax));
}

bool Covered(std::string_view target, const std::vector<std::string>& methods) {
  return std::any_of(methods.begin(), methods.end(),
                     [&](const std::string& method) { return TargetCovers(target, method); });
}

Status ReadPolicy(const v1::ProtectionPolicy& message, Policy& policy) {
  BELLROCK_ASSIGN(policy.concurrency, ReadConcurrency("concurrency", message.concurrency()));
  BELLROCK_TRY(ReadMethods(message, policy));
  BELLROCK_TRY(ReadQueue(message.queue(), policy));
  BELLROCK_TRY(ReadQuotas(message.quotas(), policy));
  BELLROCK_TRY(ReadClasses(message, policy));
  return ReadShares(message.shares(), policy);
}

}  // namespace

bool Policy::active() const {
  const auto on = [](const MethodRule& rule) { return rule.concurrency.mode != Mode::kOff; };
  return concurrency.mode != Mode::kOff || queue_mode != Mode::kOff || quota_mode != Mode::kOff ||
         std::any_of(methods.begin(), methods.end(), on);
}

Result<Policy> PolicyFromMessage(const v1::ProtectionPolicy& message) {
  Policy policy;
  BELLROCK_TRY(WithNumber(ErrorNumber::kBadPolicy, ReadPolicy(message, policy)));
  return policy;
}

Result<Policy> PolicyFromJson(std::string_view json) {
  v1::ProtectionPolicy message;
  if (Status read = JsonToMessage(json, message); !read.ok()) {
    return WithNumber(ErrorNumber::kBadPolicy, read).WithContext("protection policy");
  }
  return PolicyFromMessage(message);
}

Status CheckMethods(const Policy& policy, const std::vector<std::string>& methods) {
  const auto unknown = [&](const std::string& field, const std::string& name) {
    return InvalidArgumentError(fmt::format("{}: \"{}\" is not served here; served are: {}", field,
                                            name, fmt::join(methods, ", ")));
  };
  for (size_t i = 0; i < policy.methods.size(); ++i) {
    const std::string& method = policy.methods[i].method;
    if (std::find(methods.begin(), methods.end(), method) != methods.end()) continue;
    return unknown(fmt::format("methods[{}].method", i), method);
  }
  for (size_t i = 0; i < policy.quotas.rules.size(); ++i) {
    const std::string& target = policy.quotas.rules[i].target;
    if (target.empty() || Covered(target, methods)) continue;
    return unknown(fmt::format("quotas.quotas[{}].target", i), target);
  }
  return Status::Ok();
}

}  // namespace bellrock::rpc::protect
