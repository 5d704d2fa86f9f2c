// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/protect/quota_table.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

namespace bellrock::rpc::protect {
namespace {

// How exactly a pattern names a consumer: -1 not at all, a name beats a prefix, a longer prefix a
// shorter one.
int Exactness(std::string_view pattern, std::string_view name) {
  if (pattern == name) return 1 << 20;
  if (!pattern.ends_with('*')) return -1;
  pattern.remove_suffix(1);
  return name.starts_with(pattern) ? static_cast<int>(pattern.size()) : -1;
}

// Sums of fractions that should be 1 may be a little less.
constexpr double kOneToken = 1 - 1e-9;

Qos ClassOf(std::string_view name, const std::vector<QosRule>& rules) {
  int best = -1;
  Qos qos = Qos::kNormal;
  for (const QosRule& rule : rules) {
    const int exactness = Exactness(rule.consumer, name);
    if (exactness <= best) continue;
    best = exactness;
    qos = rule.qos;
  }
  return qos;
}

}  // namespace

bool TargetCovers(std::string_view target, std::string_view method) {
  if (target.empty() || target == method) return true;
  return method.size() > target.size() && method.starts_with(target) &&
         method[target.size()] == '/';
}

void QuotaTable::SetOptions(Time now, const QuotaOptions& options,
                            const std::vector<std::string>& methods) {
  const std::vector<Rule> old_rules = std::move(rules_);
  rules_.clear();
  for (const QuotaRule& quota : options.rules) {
    Rule rule{.quota = quota, .applies = {}};
    for (const std::string& method : methods) {
      rule.applies.push_back(TargetCovers(quota.target, method));
    }
    rules_.push_back(std::move(rule));
  }
  classes_ = options.classes;
  consumers_max_ = options.consumers_max;
  ++version_;
  for (Entry& entry : entries_) {
    const std::vector<Bucket> old_buckets = std::move(entry.buckets);
    Equip(now, entry);
    for (const Bucket& old : old_buckets) {
      const QuotaRule& before = old_rules[old.rule].quota;
      for (Bucket& bucket : entry.buckets) {
        const QuotaRule& after = rules_[bucket.rule].quota;
        if (before.consumer != after.consumer || before.target != after.target) continue;
        bucket.tokens = std::min(old.tokens, after.burst);
        bucket.filled = old.filled;
      }
    }
  }
}

// For each target the most exact of the patterns that match the consumer decides.
void QuotaTable::Equip(Time now, Entry& entry) {
  std::map<std::string_view, std::pair<int, uint32_t>> best;  // by target
  for (uint32_t i = 0; i < rules_.size(); ++i) {
    const QuotaRule& quota = rules_[i].quota;
    const int exactness = Exactness(quota.consumer, entry.name);
    if (exactness < 0) continue;
    const auto found = best.find(quota.target);
    if (found != best.end() && found->second.first >= exactness) continue;
    best[quota.target] = {exactness, i};
  }
  entry.buckets.clear();
  for (const auto& [target, choice] : best) {
    const uint32_t rule = choice.second;
    entry.buckets.push_back({.rule = rule, .tokens = rules_[rule].quota.burst, .filled = now});
  }
  entry.qos = ClassOf(entry.name, classes_);
}

std::string_view QuotaTable::name(Consumer consumer) const {
  if (consumer == 0) return "(all who are not tracked)";
  return entries_[consumer].name;
}

QuotaTable::Consumer QuotaTable::Find(Time now, std::string_view name) {
  // Calls of one consumer come in a row.
  if (newest_ != 0 && entries_[newest_].name == name) return newest_;
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return Add(now, name);
  Unlink(found->second);
  LinkNewest(found->second);
  return found->second;
}

QuotaTable::Consumer QuotaTable::Add(Time now, std::string_view name) {
  Consumer consumer;
  if (by_name_.size() < consumers_max_) {
    consumer = static_cast<Consumer>(entries_.size());
    entries_.emplace_back();
  } else {
    consumer = oldest_;
    if (consumer == 0 || !Forgettable(now, entries_[consumer])) return 0;
    by_name_.erase(entries_[consumer].name);
    Unlink(consumer);
  }
  Entry& entry = entries_[consumer];
  entry.name = name;
  entry.in_flight = 0;
  Equip(now, entry);
  by_name_.emplace(entry.name, consumer);
  LinkNewest(consumer);
  return consumer;
}

bool QuotaTable::Forgettable(Time now, Entry& entry) {
  if (entry.in_flight > 0) return false;
  for (Bucket& bucket : entry.buckets) {
    Fill(now, bucket);
    if (bucket.tokens < rules_[bucket.rule].quota.burst) return false;
  }
  return true;
}

void QuotaTable::Fill(Time now, Bucket& bucket) const {
  const QuotaRule& quota = rules_[bucket.rule].quota;
  const double elapsed = static_cast<double>((now - bucket.filled).count()) / 1e9;
  bucket.tokens = std::min(quota.burst, bucket.tokens + elapsed * quota.calls_per_second);
  bucket.filled = now;
}

QuotaTable::Shortage QuotaTable::Check(Time now, Consumer consumer, MethodId method) {
  for (Bucket& bucket : entries_[consumer].buckets) {
    const Rule& rule = rules_[bucket.rule];
    if (!rule.applies[method]) continue;
    if (rule.quota.calls_per_second > 0) {
      Fill(now, bucket);
      if (bucket.tokens < kOneToken) {
        const double seconds = (1 - bucket.tokens) / rule.quota.calls_per_second;
        const auto wait = static_cast<int64_t>(std::ceil(seconds * 1e9));
        return {.reason = Reason::kRateQuota, .retry_after = Duration(wait), .rule = &rule.quota};
      }
    }
    if (rule.quota.concurrency > 0 && bucket.in_flight >= rule.quota.concurrency) {
      return {.reason = Reason::kConcurrencyQuota, .retry_after = {}, .rule = &rule.quota};
    }
  }
  return {};
}

QuotaTable::Taken QuotaTable::Take(Consumer consumer, MethodId method) {
  Entry& entry = entries_[consumer];
  ++entry.in_flight;
  for (Bucket& bucket : entry.buckets) {
    const Rule& rule = rules_[bucket.rule];
    if (!rule.applies[method]) continue;
    if (rule.quota.calls_per_second > 0) bucket.tokens -= 1;
    ++bucket.in_flight;
  }
  return {.consumer = consumer, .version = version_};
}

void QuotaTable::Give(const Taken& taken, MethodId method) {
  Entry& entry = entries_[taken.consumer];
  --entry.in_flight;
  if (taken.version != version_) return;  // the buckets are new and did not count this call
  for (Bucket& bucket : entry.buckets) {
    if (rules_[bucket.rule].applies[method]) --bucket.in_flight;
  }
}

void QuotaTable::Unlink(Consumer consumer) {
  const Entry& entry = entries_[consumer];
  (entry.newer != 0 ? entries_[entry.newer].older : newest_) = entry.older;
  (entry.older != 0 ? entries_[entry.older].newer : oldest_) = entry.newer;
}

void QuotaTable::LinkNewest(Consumer consumer) {
  entries_[consumer].newer = 0;
  entries_[consumer].older = newest_;
  (newest_ != 0 ? entries_[newest_].newer : oldest_) = consumer;
  newest_ = consumer;
}

}  // namespace bellrock::rpc::protect
