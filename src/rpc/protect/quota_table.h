// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "bellrock/time.h"
#include "rpc/protect/reason.h"

namespace bellrock::rpc::protect {

// What a consumer may take. `consumer` is a name, "prefix*", or "*" for every other one; each
// consumer that a pattern matches has a quota of its own.
struct QuotaRule {
  std::string consumer{};
  std::string target{};         // "", "service" or "service/method"
  double calls_per_second = 0;  // 0 = no bound
  double burst = 1;
  uint32_t concurrency = 0;  // 0 = no bound

  bool operator==(const QuotaRule&) const = default;
};

struct QosRule {
  std::string consumer{};
  Qos qos = Qos::kNormal;

  bool operator==(const QosRule&) const = default;
};

struct QuotaOptions {
  std::vector<QuotaRule> rules{};
  std::vector<QosRule> classes{};
  size_t consumers_max = 1000;

  bool operator==(const QuotaOptions&) const = default;
};

// Quotas per consumer and target (OCTO-026), by token buckets and counts of calls in flight, and
// each consumer's class (OCTO-027). Remembers at most consumers_max of them: when one more comes,
// the one seen longest ago is forgotten, but only once that gives it nothing back (all its buckets
// are full again, nothing in flight). If there is none, the new one shares one entry with all who
// find no room, so that nobody gets fresh quotas by changing names. Pure.
class QuotaTable {
 public:
  // Of a consumer, until the next Find() of another one.
  using Consumer = uint32_t;
  // What of a consumer a call took; for Give().
  struct Taken {
    Consumer consumer = 0;
    uint32_t version = 0;  // of the rules
  };
  struct Shortage {
    Reason reason = Reason::kNone;
    Duration retry_after{};
    const QuotaRule* rule = nullptr;
  };

  // Buckets of rules that stay keep their level. Calls in flight do not count against new rules.
  // `methods` are the names "service/method" by MethodId.
  void SetOptions(Time now, const QuotaOptions& options, const std::vector<std::string>& methods);

  Consumer Find(Time now, std::string_view name);
  // What a call of the consumer counts as that claims `claimed`. It may claim to matter less than
  // its consumer's class, not more; without any rules for classes it is what it claims.
  Qos ClassFor(Consumer consumer, Qos claimed) const {
    if (classes_.empty() || claimed == Qos::kBackground) return claimed;
    return entries_[consumer].qos;
  }
  std::string_view name(Consumer consumer) const;
  // What the consumer lacks for one call of the method, if anything.
  Shortage Check(Time now, Consumer consumer, MethodId method);
  // After Check() found nothing at the same time.
  Taken Take(Consumer consumer, MethodId method);
  // The call has ended.
  void Give(const Taken& taken, MethodId method);

  size_t tracked() const { return by_name_.size(); }
  uint32_t in_flight(Consumer consumer) const { return entries_[consumer].in_flight; }

 private:
  struct Rule {
    QuotaRule quota{};
    std::vector<bool> applies{};  // by MethodId
  };
  struct Bucket {
    uint32_t rule = 0;
    uint32_t in_flight = 0;
    double tokens = 0;
    Time filled{};
  };
  // Entries are linked from the one seen last to the one seen longest ago. Entry 0 is the shared
  // one and not in the list.
  struct Entry {
    std::string name;
    Qos qos = Qos::kNormal;
    uint32_t in_flight = 0;
    uint32_t newer = 0;
    uint32_t older = 0;
    std::vector<Bucket> buckets;
  };

  void Fill(Time now, Bucket& bucket) const;
  void Equip(Time now, Entry& entry);
  Consumer Add(Time now, std::string_view name);
  bool Forgettable(Time now, Entry& entry);
  void Unlink(Consumer consumer);
  void LinkNewest(Consumer consumer);

  std::vector<Rule> rules_;
  std::vector<QosRule> classes_;
  size_t consumers_max_ = 1000;
  uint32_t version_ = 0;
  std::deque<Entry> entries_ =
      std::deque<Entry>(1);  // does not move them: by_name_ refers to names
  std::unordered_map<std::string_view, Consumer> by_name_;
  Consumer newest_ = 0;
  Consumer oldest_ = 0;
};

// True if `target` is "", the method's service, or the method itself ("service/method").
bool TargetCovers(std::string_view target, std::string_view method);

}  // namespace bellrock::rpc::protect
