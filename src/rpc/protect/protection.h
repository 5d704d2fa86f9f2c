// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "bellrock/status.h"
#include "bellrock/time.h"
#include "rpc/protect/age_bound.h"
#include "rpc/protect/age_queue.h"
#include "rpc/protect/concurrency_limiter.h"
#include "rpc/protect/policy.h"
#include "rpc/protect/quota_table.h"
#include "rpc/protect/reason.h"
#include "rpc/protect/refusal_book.h"

namespace bellrock::rpc::v1 {
class ProtectionState;
class ProtectionStatus;
}  // namespace bellrock::rpc::v1

namespace bellrock::rpc::protect {

// What is known of a call that asks to begin.
struct CallFacts {
  MethodId method = 0;
  std::string_view consumer{};  // "line/service", "" if it has no name
  Qos qos = Qos::kNormal;       // as the call claims
  bool stream = false;          // lives long: no part of the server's limit, no measure of latency
  Time arrived{};               // the earliest it is known to have waited from
  Time deadline = kNever;
};

// What an admitted call holds until OnFinished().
struct Token {
  Time began{};
  QuotaTable::Taken quota{};
  MethodId method = 0;
  Qos qos = Qos::kNormal;
  bool stream = false;
  bool holds_server = false;
  bool holds_method = false;
  bool holds_quota = false;
};

enum class Verdict : uint8_t { kAdmit, kWait, kRefuse };

struct Decision {
  Verdict verdict = Verdict::kAdmit;
  Reason reason = Reason::kNone;
  bool episode_begins = false;  // the first refusal for this reason after a while: worth a log line
  Token token{};                // of an admitted call
  uint64_t ticket = 0;          // of a waiting one; its decision comes as a Wake
  Duration retry_after{};       // of a refused one: not worth trying earlier
  std::string text{};           // of a refused one

  // OK, kResourceExhausted or kDeadlineExceeded.
  Status status() const;
};

// The end of a wait.
struct Wake {
  uint64_t ticket = 0;
  Decision decision{};
};

// Decides which calls a server takes (MSEC-024): quotas per consumer, limits per method, a limit
// for the whole server with shares per class, and a queue by age for calls that find it reached;
// the more important class is served first. Each part is off, on, or in a dry run, in which it
// counts what it would refuse and what it would have refused holds nothing, so that the figures are
// those it would show if it were on. Pure: effects are the decisions, and the ends of others' waits
// are appended to `wakes`. For one thread at a time; AdmissionGate shares it between loops.
//
// What always holds: a call that waits is in exactly one queue and ends its wait within
// queue.age_max (in a dry run of the queue: by its deadline); when there is room for a class,
// nobody of it waits.
class Protection {
 public:
  // Names "service/method"; a method's place is its MethodId.
  explicit Protection(std::vector<std::string> methods);

  // kInvalidArgument if the policy speaks of other methods; nothing is changed then. What was
  // learnt and counted stays. Calls that wait are admitted if there is no limit any more.
  Status SetPolicy(Time now, const Policy& policy, std::vector<Wake>& wakes);
  const Policy& policy() const { return policy_; }

  Decision Admit(Time now, const CallFacts& facts, std::vector<Wake>& wakes);
  // An admitted call has ended.
  void OnFinished(Time now, const Token& token, StatusCode code, std::vector<Wake>& wakes);
  // Ends the waits that have lasted too long. Every other event does it as well.
  void OnTime(Time now, std::vector<Wake>& wakes);
  // The caller of a waiting call has gone. False if its wait has ended already.
  bool Abandon(Time now, uint64_t ticket, std::vector<Wake>& wakes);

  int in_flight() const { return in_flight_; }
  size_t waiting() const { return waiting_.size(); }
  int limit() const { return limiter_.limit(); }
  v1::ProtectionStatus Snapshot(Time now) const;

 private:
  struct MethodState {
    Mode mode = Mode::kOff;
    ConcurrencyLimiter limiter{LimiterOptions()};
    int in_flight = 0;
    RefusalBook refusals{};
  };
  struct ClassState {
    AgeQueue queue{AgeQueueOptions()};
    int in_flight = 0;
    uint64_t admitted = 0;
    uint64_t refused = 0;
  };
  struct Waiting {
    Token token{};
    Time since{};
    Time deadline = kNever;
  };
  // Each returns true if the call is to be refused and `decision` says why.
  bool RefuseLate(Time now, const CallFacts& facts, Decision& decision);
  bool RefuseByQuota(Time now, const CallFacts& facts, Decision& decision);
  bool RefuseByMethod(Time now, Decision& decision);
  // Admits, queues or refuses.
  void Place(Time now, const CallFacts& facts, Decision& decision, std::vector<Wake>& wakes);
  void Wait(Time now, const CallFacts& facts, Decision& decision);
  bool MakeRoomInQueue(Time now, Qos qos, std::vector<Wake>& wakes);
  // Counts it; if the mode is on, fills `decision` and returns true. `text` makes the text.
  template <typename Text>
  bool Object(Time now, Mode mode, RefusalBook& book, Reason reason, Duration retry_after,
              const Text& text, Decision& decision);

  bool HasRoom(Qos qos) const;
  int ReservedForOthers(Qos qos) const;
  void OnLimit();
  void Hold(Token& token);
  void Release(const Token& token);
  void Dispatch(Time now, std::vector<Wake>& wakes);
  void EndWaits(Time now, std::vector<Wake>& wakes);
  template <typename Text>
  void RefuseWaiting(Time now, const AgeQueue::Entry& entry, Reason reason, const Text& text,
                     std::vector<Wake>& wakes);
  void AdmitWaiting(Time now, const AgeQueue::Entry& entry, std::vector<Wake>& wakes);
  void AdmitAllWaiting(Time now, std::vector<Wake>& wakes);
  void SetMethodRules();
  Duration OverloadRetryAfter(Qos qos) const;
  void DescribeMethods(Time now, v1::ProtectionStatus& status) const;
  void DescribeQueue(Time now, v1::ProtectionState& state) const;
  ClassState& of(Qos qos) { return classes_[RankOf(qos)]; }

  const std::vector<std::string> names_;
  Policy policy_;
  ConcurrencyLimiter limiter_;
  QuotaTable quotas_;
  std::vector<MethodState> methods_;
  std::array<ClassState, kQosCount> classes_;  // by RankOf()
  std::array<int, kQosCount> reserved_{};      // likewise; of the present limit
  int reserved_at_limit_ = 0;
  int in_flight_ = 0;
  RefusalBook refusals_;
  // Calls that came late: they waited where no queue of ours is.
  AgeBound arrivals_{AgeQueueOptions()};
  double arrival_age_ns_ = 0;  // smoothed
  std::unordered_map<uint64_t, Waiting> waiting_;
  uint64_t last_ticket_ = 0;
  std::vector<AgeQueue::Entry> expired_;  // reused
};

}  // namespace bellrock::rpc::protect
