// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/protect/protection.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "rpc/error_catalog.h"

namespace bellrock::rpc::protect {
namespace {

// How long an overloaded server asks a critical call to stay away; the lower classes longer.
constexpr Duration kOverloadRetryAfter = std::chrono::milliseconds(100);
// Arrivals over which their age is averaged. A turn of a loop begins with a fresh one however late
// the others are, so the least age says nothing; WeChat's DAGOR (arXiv 1806.04075) takes the mean.
constexpr double kArrivals = 32;

constexpr std::string_view kRemedy = "call again later or elsewhere";

int64_t Ms(Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

}  // namespace

Status Decision::status() const {
  if (verdict != Verdict::kRefuse) return Status::Ok();
  if (reason == Reason::kDeadline)
    return DeadlineExceededError(Numbered(ErrorNumber::kRefusedLate, text));
  return ResourceExhaustedError(Numbered(ErrorNumber::kServerBusy, text));
}

template <typename Text>
bool Protection::Object(Time now, Mode mode, RefusalBook& book, Reason reason, Duration retry_after,
                        const Text& text, Decision& decision) {
  if (mode == Mode::kDryRun) {
    book.WouldRefuse(now, reason);
    return false;
  }
  decision.verdict = Verdict::kRefuse;
  decision.reason = reason;
  decision.retry_after = retry_after;
  decision.text = text();
  decision.episode_begins = book.Refused(now, reason, decision.text);
  return true;
}

template <typename Text>
void Protection::RefuseWaiting(Time now, const AgeQueue::Entry& entry, Reason reason,
                               const Text& text, std::vector<Wake>& wakes) {
  const auto found = waiting_.find(entry.ticket);
  const Token token = found->second.token;
  waiting_.erase(found);
  Release(token);
  ++of(token.qos).refused;
  Wake wake{.ticket = entry.ticket};
  // Calls wait only while the limit is on.
  (void)Object(now, Mode::kOn, refusals_, reason, OverloadRetryAfter(token.qos), text,
               wake.decision);
  wakes.push_back(std::move(wake));
}

Protection::Protection(std::vector<std::string> methods)
    : names_(std::move(methods)), limiter_(policy_.concurrency.limiter), methods_(names_.size()) {
  OnLimit();
}

Status Protection::SetPolicy(Time now, const Policy& policy, std::vector<Wake>& wakes) {
  BELLROCK_TRY(CheckMethods(policy, names_));
  if (policy.concurrency.limiter != policy_.concurrency.limiter) {
    limiter_.SetOptions(policy.concurrency.limiter);
  }
  policy_ = policy;
  limiter_.set_enforced(policy.concurrency.mode == Mode::kOn);
  SetMethodRules();
  quotas_.SetOptions(now, policy.quotas, names_);
  AgeQueueOptions queue = policy.queue;
  queue.bounds_age = policy.queue_mode == Mode::kOn;
  for (ClassState& state : classes_) state.queue.SetOptions(queue);
  arrivals_.SetOptions(policy.queue);
  reserved_at_limit_ = 0;
  OnLimit();
  if (policy.concurrency.mode != Mode::kOn) AdmitAllWaiting(now, wakes);
  OnTime(now, wakes);
  return Status::Ok();
}

void Protection::SetMethodRules() {
  for (MethodState& method : methods_) method.mode = Mode::kOff;
  for (const MethodRule& rule : policy_.methods) {
    const auto at = std::find(names_.begin(), names_.end(), rule.method) - names_.begin();
    MethodState& method = methods_[static_cast<size_t>(at)];
    method.mode = rule.concurrency.mode;
    method.limiter.set_enforced(method.mode == Mode::kOn);
    method.limiter.SetOptions(rule.concurrency.limiter);
  }
}

Decision Protection::Admit(Time now, const CallFacts& facts, std::vector<Wake>& wakes) {
  BELLROCK_CHECK(facts.method < methods_.size(), "a method that Protection was made with");
  EndWaits(now, wakes);
  Decision decision;
  decision.token.began = now;
  decision.token.method = facts.method;
  decision.token.qos = facts.qos;
  decision.token.stream = facts.stream;
  const bool refused = RefuseLate(now, facts, decision) || RefuseByQuota(now, facts, decision) ||
                       RefuseByMethod(now, decision);
  if (!refused) Place(now, facts, decision, wakes);
  ClassState& state = of(decision.token.qos);
  if (decision.verdict == Verdict::kRefuse) ++state.refused;
  if (decision.verdict == Verdict::kAdmit) ++state.admitted;
  return decision;
}

bool Protection::RefuseLate(Time now, const CallFacts& facts, Decision& decision) {
  const Mode mode = policy_.queue_mode;
  if (mode == Mode::kOff) return false;
  if (facts.deadline <= now) {
    const auto text = [&] {
      return fmt::format("the caller's time was over {} ms before the call could begin",
                         Ms(now - facts.deadline));
    };
    return Object(now, mode, refusals_, Reason::kDeadline, Duration(0), text, decision);
  }
  const Duration age = now - facts.arrived;
  arrival_age_ns_ += (static_cast<double>(age.count()) - arrival_age_ns_) / kArrivals;
  if (arrival_age_ns_ < static_cast<double>(policy_.queue.target.count())) {
    arrivals_.OnCalm();
  } else {
    arrivals_.OnBusy(now);
  }
  if (age < policy_.queue.target || age < arrivals_.Limit(now)) return false;
  arrivals_.OnLate(now);
  const auto text = [&] {
    return fmt::format("the server is overloaded: the call waited {} ms before it could begin; {}",
                       Ms(age), kRemedy);
  };
  return Object(now, mode, refusals_, Reason::kQueueAge, OverloadRetryAfter(decision.token.qos),
                text, decision);
}

bool Protection::RefuseByQuota(Time now, const CallFacts& facts, Decision& decision) {
  const Mode mode = policy_.quota_mode;
  if (mode == Mode::kOff && policy_.quotas.classes.empty()) return false;
  const QuotaTable::Consumer consumer = quotas_.Find(now, facts.consumer);
  Token& token = decision.token;
  token.qos = quotas_.ClassFor(consumer, facts.qos);
  if (mode == Mode::kOff) return false;
  token.quota.consumer = consumer;
  const QuotaTable::Shortage shortage = quotas_.Check(now, consumer, facts.method);
  token.holds_quota = shortage.reason == Reason::kNone;
  if (token.holds_quota) return false;
  const auto text = [&] {
    const QuotaRule& rule = *shortage.rule;
    const bool rate = shortage.reason == Reason::kRateQuota;
    return fmt::format(
        "consumer \"{}\" has used up its quota of {} for {} (rule \"{}\"); call less often, or ask "
        "the owner for more",
        quotas_.name(consumer),
        rate ? fmt::format("{} calls/s", rule.calls_per_second)
             : fmt::format("{} calls at once", rule.concurrency),
        rule.target.empty() ? "this server" : rule.target, rule.consumer);
  };
  return Object(now, mode, refusals_, shortage.reason, shortage.retry_after, text, decision);
}

bool Protection::RefuseByMethod(Time now, Decision& decision) {
  Token& token = decision.token;
  MethodState& method = methods_[token.method];
  if (method.mode == Mode::kOff) return false;
  method.limiter.OnTime(now);
  token.holds_method = method.in_flight < method.limiter.limit();
  if (token.holds_method) return false;
  const auto text = [&] {
    return fmt::format("{} calls of {} are in flight, its limit; {}", method.in_flight,
                       names_[token.method], kRemedy);
  };
  return Object(now, method.mode, method.refusals, Reason::kMethodConcurrency,
                OverloadRetryAfter(token.qos), text, decision);
}

void Protection::Place(Time now, const CallFacts& facts, Decision& decision,
                       std::vector<Wake>& wakes) {
  Token& token = decision.token;
  const Mode mode = policy_.concurrency.mode;
  limiter_.OnTime(now);
  OnLimit();
  const bool bounded = mode != Mode::kOff && !token.stream;
  token.holds_server = bounded && HasRoom(token.qos);
  if (!bounded || token.holds_server) {
    if (waiting_.empty()) of(token.qos).queue.OnCalm();
    return Hold(token);
  }
  const bool queues = mode == Mode::kOn && policy_.queue_mode != Mode::kOff;
  if (queues && MakeRoomInQueue(now, token.qos, wakes)) return Wait(now, facts, decision);
  const auto text = [&] {
    return fmt::format("the server is overloaded: {} calls are in flight and {} wait; {}",
                       in_flight_, waiting_.size(), kRemedy);
  };
  const bool refused =
      Object(now, mode, refusals_, queues ? Reason::kQueueFull : Reason::kConcurrency,
             OverloadRetryAfter(token.qos), text, decision);
  if (!refused) Hold(token);
}

void Protection::Wait(Time now, const CallFacts& facts, Decision& decision) {
  Token& token = decision.token;
  decision.verdict = Verdict::kWait;
  decision.ticket = ++last_ticket_;
  Hold(token);  // quota and method; the server's limit when its turn comes
  waiting_.emplace(decision.ticket,
                   Waiting{.token = token, .since = now, .deadline = facts.deadline});
  of(token.qos).queue.Push(now,
                           {.ticket = decision.ticket, .since = now, .deadline = facts.deadline});
}

// True if one more of the class may wait; a call of a lower class may have to leave for it.
bool Protection::MakeRoomInQueue(Time now, Qos qos, std::vector<Wake>& wakes) {
  if (waiting_.size() < policy_.queue.calls_max) return true;
  for (size_t lowest = kQosCount - 1; lowest > RankOf(qos); --lowest) {
    if (classes_[lowest].queue.empty()) continue;
    const AgeQueue::Entry entry = *classes_[lowest].queue.Displace(now);
    const auto text = [&] {
      return fmt::format(
          "the server is overloaded: after {} ms this call of class {} gave its "
          "place to one of class {}; {}",
          Ms(now - entry.since), QosName(kQosByRank[lowest]), QosName(qos), kRemedy);
    };
    RefuseWaiting(now, entry, Reason::kDisplaced, text, wakes);
    return true;
  }
  of(qos).queue.OnLate(now);
  return false;
}

// Each class's share of the limit is its own; what others have not used of theirs is not free.
bool Protection::HasRoom(Qos qos) const {
  return in_flight_ + ReservedForOthers(qos) < limiter_.limit();
}

int Protection::ReservedForOthers(Qos qos) const {
  int reserved = 0;
  for (size_t i = 0; i < kQosCount; ++i) {
    if (i == RankOf(qos)) continue;
    reserved += std::max(0, reserved_[i] - classes_[i].in_flight);
  }
  return reserved;
}

void Protection::OnLimit() {
  if (reserved_at_limit_ == limiter_.limit()) return;
  reserved_at_limit_ = limiter_.limit();
  for (size_t i = 0; i < kQosCount; ++i) {
    reserved_[i] = static_cast<int>(policy_.shares[i] * reserved_at_limit_);
  }
}

void Protection::Hold(Token& token) {
  if (token.holds_quota) token.quota = quotas_.Take(token.quota.consumer, token.method);
  if (token.holds_method) ++methods_[token.method].in_flight;
  if (token.holds_server) {
    ++in_flight_;
    ++of(token.qos).in_flight;
  }
}

void Protection::Release(const Token& token) {
  if (token.holds_quota) quotas_.Give(token.quota, token.method);
  if (token.holds_method) --methods_[token.method].in_flight;
  if (token.holds_server) {
    --in_flight_;
    --of(token.qos).in_flight;
  }
}

void Protection::OnFinished(Time now, const Token& token, StatusCode code,
                            std::vector<Wake>& wakes) {
  // How fast a call fails says nothing of how fast calls are served.
  const bool dropped = code == StatusCode::kDeadlineExceeded;
  if (!token.stream && (code == StatusCode::kOk || dropped)) {
    ConcurrencyLimiter::Sample sample{.began = token.began,
                                      .latency = now - token.began,
                                      .in_flight = in_flight_ + ReservedForOthers(token.qos),
                                      .dropped = dropped};
    if (token.holds_server) limiter_.OnSample(now, sample);
    if (token.holds_method) {
      sample.in_flight = methods_[token.method].in_flight;
      methods_[token.method].limiter.OnSample(now, sample);
    }
  }
  Release(token);
  if (policy_.queue_mode != Mode::kOff) {
    arrivals_.OnTurn(now);
    for (ClassState& state : classes_) state.queue.OnTurn(now);
  }
  OnTime(now, wakes);
}

void Protection::OnTime(Time now, std::vector<Wake>& wakes) {
  limiter_.OnTime(now);
  OnLimit();
  if (waiting_.empty()) return;
  EndWaits(now, wakes);
  Dispatch(now, wakes);
}

void Protection::EndWaits(Time now, std::vector<Wake>& wakes) {
  if (waiting_.empty()) return;
  for (ClassState& state : classes_) {
    if (!state.queue.MayExpire(now)) continue;
    expired_.clear();
    state.queue.Expire(now, expired_);
    for (const AgeQueue::Entry& entry : expired_) {
      const bool by_deadline = entry.deadline <= now;
      const auto text = [&] {
        return fmt::format(
            "the server is overloaded: the call waited {} ms, {}; {}", Ms(now - entry.since),
            by_deadline ? "then its caller's time was over" : "longer than calls may wait now",
            kRemedy);
      };
      RefuseWaiting(now, entry, by_deadline ? Reason::kDeadline : Reason::kQueueAge, text, wakes);
    }
  }
}

void Protection::Dispatch(Time now, std::vector<Wake>& wakes) {
  for (const Qos qos : kQosByRank) {
    while (!of(qos).queue.empty() && HasRoom(qos)) {
      AdmitWaiting(now, *of(qos).queue.Pop(now), wakes);
    }
  }
}

void Protection::AdmitWaiting(Time now, const AgeQueue::Entry& entry, std::vector<Wake>& wakes) {
  const auto found = waiting_.find(entry.ticket);
  Token token = found->second.token;
  waiting_.erase(found);
  if (policy_.queue_mode == Mode::kDryRun && now - entry.since >= policy_.queue.age_max) {
    refusals_.WouldRefuse(now, Reason::kQueueAge);
  }
  token.began = now;
  token.holds_server = true;
  ++in_flight_;
  ++of(token.qos).in_flight;
  ++of(token.qos).admitted;
  wakes.push_back({.ticket = entry.ticket, .decision = {.token = token}});
}

void Protection::AdmitAllWaiting(Time now, std::vector<Wake>& wakes) {
  for (ClassState& state : classes_) {
    while (!state.queue.empty()) AdmitWaiting(now, *state.queue.Pop(now), wakes);
  }
}

bool Protection::Abandon(Time now, uint64_t ticket, std::vector<Wake>& wakes) {
  const auto found = waiting_.find(ticket);
  if (found == waiting_.end()) return false;
  const Token token = found->second.token;
  waiting_.erase(found);
  of(token.qos).queue.Remove(ticket);
  Release(token);
  OnTime(now, wakes);
  return true;
}

Duration Protection::OverloadRetryAfter(Qos qos) const {
  return kOverloadRetryAfter * (1 + RankOf(qos));
}

}  // namespace bellrock::rpc::protect
