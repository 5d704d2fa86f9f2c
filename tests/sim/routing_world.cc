// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing_world.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace bellrock::routing::sim {
namespace {

constexpr Duration kTick = std::chrono::milliseconds(100);

InstanceSpec SpecOf(size_t number, const CalleeModel& model) {
  return {.path = fmt::format("{}/default/music/catalog/default/{}", model.site, number),
          .address = fmt::format("10.0.{}.{}:7000", number / 250, number % 250 + 1),
          .site = model.site,
          .static_weight = model.static_weight,
          .naming_state = "working",
          .registered_unix_ms = model.registered_unix_ms};
}

size_t NumberOf(const std::string& address) {
  const size_t dot = address.rfind('.');
  const size_t before = address.rfind('.', dot - 1);
  return std::stoul(address.substr(before + 1)) * 250 + std::stoul(address.substr(dot + 1)) - 1;
}

}  // namespace

World::World(WorldOptions options, std::vector<CalleeModel> callees)
    : options_(std::move(options)), random_(options_.seed), recording_(callees.size()) {
  std::vector<std::string> sites;
  for (CalleeModel& model : callees) {
    if (std::find(sites.begin(), sites.end(), model.site) == sites.end()) {
      sites.push_back(model.site);
    }
    callees_.emplace_back(std::move(model));
  }
  listed_.assign(callees_.size(), true);
  for (uint32_t k = 0; k < options_.callers; ++k) {
    caller_sites_.push_back(sites[k % sites.size()]);
    CallerOptions caller = options_.caller;
    caller.engine.place.set_site(caller_sites_.back());
    callers_.push_back(std::make_unique<Caller>(caller, k, random_));
    hears_at_.push_back(start_);
  }
}

void World::At(Duration when, std::function<void(World&)> change) {
  changes_.push_back(std::move(change));
  events_.Push(start_ + when, EventKind::kChange, static_cast<uint32_t>(changes_.size() - 1));
}

Recording World::Run(Duration length) {
  end_ = start_ + length;
  for (uint32_t k = 0; k < callers_.size(); ++k) {
    // Agents began at different moments.
    const Duration phase(static_cast<int64_t>(random_() % static_cast<uint64_t>(kTick.count())));
    Tick(k);
    events_.Push(start_ + phase, EventKind::kTick, k);
    events_.Push(start_ + Chance(static_cast<double>(callers_.size()) / options_.calls_per_s),
                 EventKind::kCall, k);
  }
  events_.Push(start_, EventKind::kSample);
  while (!events_.empty()) {
    const Event event = events_.Pop();
    if (event.at >= end_) break;
    now_ = event.at;
    Handle(event);
  }
  return std::move(recording_);
}

void World::Handle(const Event& event) {
  switch (event.kind) {
    case EventKind::kCall:
      return MakeCall(event.a);
    case EventKind::kArrive:
      return Arrive(event.a);
    case EventKind::kServed:
      return Served(event.a, event.b);
    case EventKind::kReply:
      if (!attempts_[event.a].ended) End(event.a, attempts_[event.a].code);
      return Drop(event.a);
    case EventKind::kGiveUp:
      if (!attempts_[event.a].ended) End(event.a, StatusCode::kDeadlineExceeded);
      return Drop(event.a);
    case EventKind::kTick:
      Tick(event.a);
      return events_.Push(now_ + kTick, EventKind::kTick, event.a);
    case EventKind::kProbeResult:
      return EndProbe(event.a);
    case EventKind::kSample:
      Sample();
      return events_.Push(now_ + Recording::kStep, EventKind::kSample);
    case EventKind::kChange:
      return changes_[event.a](*this);
  }
}

Duration World::Chance(double mean_s) {
  return Duration(std::llround(std::exponential_distribution<double>(1 / mean_s)(random_) * 1e9));
}

Duration World::Way(uint32_t caller, uint16_t callee) const {
  return caller_sites_[caller] == callees_[callee].model().site ? options_.network_near
                                                                : options_.network_far;
}

void World::MakeCall(uint32_t caller) {
  events_.Push(now_ + Chance(static_cast<double>(callers_.size()) / options_.calls_per_s),
               EventKind::kCall, caller);
  Recording::Step& step = recording_.step(SinceStart());
  ++step.offered;
  if (callers_[caller]->Refuses()) {
    ++step.refused;
    return;
  }
  Send(caller, now_, std::nullopt);
}

void World::Send(uint32_t caller, Time call_began, std::optional<uint16_t> tried) {
  const auto choice = callers_[caller]->Choose(tried, now_);
  if (!choice) {
    ++recording_.step(SinceStart()).failed;
    return;
  }
  if (free_attempts_.empty()) {
    free_attempts_.push_back(static_cast<uint32_t>(attempts_.size()));
    attempts_.emplace_back();
  }
  const uint32_t number = free_attempts_.back();
  free_attempts_.pop_back();
  attempts_[number] = Attempt{.choice = *choice,
                              .caller = caller,
                              .call_began = call_began,
                              .began = now_,
                              .retry = tried.has_value(),
                              .holders = 2};
  events_.Push(now_ + Way(caller, choice->callee), EventKind::kArrive, number);
  events_.Push(now_ + options_.timeout, EventKind::kGiveUp, number);
}

void World::Arrive(uint32_t number) {
  const uint16_t callee = attempts_[number].choice.callee;
  ++recording_.part(SinceStart(), callee).sent;
  Guard* const guard = callees_[callee].guard();
  if (guard == nullptr || callees_[callee].model().reach != Reach::kUp) return Begin(number);
  switch (guard->Ask(now_, number, attempts_[number].began + options_.timeout)) {
    case Guard::Answer::kBegin:
      Begin(number);
      break;
    case Guard::Answer::kWait:
      break;
    case Guard::Answer::kRefuse:
      Reply(number, StatusCode::kResourceExhausted);
      break;
  }
  EndWaits(*guard);
}

void World::EndWaits(Guard& guard) {
  for (const Guard::End& end : guard.TakeEnds()) {
    if (end.code == StatusCode::kOk) {
      Begin(end.attempt);
    } else {
      Reply(end.attempt, end.code);
    }
  }
}

// Its place before the workers, if one of them is not free.
void World::Begin(uint32_t number) {
  const uint16_t callee = attempts_[number].choice.callee;
  switch (callees_[callee].Arrive(number)) {
    case Callee::Answer::kNone:
      return Drop(number);
    case Callee::Answer::kBegun:
      return Serve(number);
    case Callee::Answer::kWaits: {
      uint16_t& longest = recording_.part(SinceStart(), callee).waiting;
      longest = std::max(longest, static_cast<uint16_t>(callees_[callee].waiting()));
      return;
    }
    case Callee::Answer::kRefused:
      return Reply(number, StatusCode::kResourceExhausted);
    case Callee::Answer::kUnreachable:
      return Reply(number, StatusCode::kUnavailable);
  }
}

void World::Serve(uint32_t number) {
  const uint16_t callee = attempts_[number].choice.callee;
  const Callee::Work work = callees_[callee].Draw(now_, random_);
  attempts_[number].code = work.code;
  events_.Push(now_ + work.takes, EventKind::kServed, number,
               static_cast<uint32_t>(callee) << 16 | callees_[callee].life());
}

void World::Served(uint32_t number, uint32_t callee_and_life) {
  const auto callee = static_cast<uint16_t>(callee_and_life >> 16);
  // Of an earlier life of the callee: the attempt was ended then.
  if (callees_[callee].life() != static_cast<uint16_t>(callee_and_life)) return;
  callees_[callee].Finish(number);
  const Attempt& attempt = attempts_[number];
  if (attempt.code == StatusCode::kOk && !TooLate(attempt)) {
    ++recording_.part(SinceStart(), callee).served;
  }
  const StatusCode code = TooLate(attempt) ? StatusCode::kDeadlineExceeded : attempt.code;
  Reply(number, attempt.code);
  FillWorkers(callee);
  EndAtGuard(callee, number, code);
}

bool World::TooLate(const Attempt& attempt) const {
  return now_ + Way(attempt.caller, attempt.choice.callee) - attempt.began > options_.timeout;
}

void World::EndAtGuard(uint16_t callee, uint32_t number, StatusCode code) {
  Guard* const guard = callees_[callee].guard();
  if (guard == nullptr) return;
  guard->Ended(now_, number, code);
  EndWaits(*guard);
}

void World::FillWorkers(uint16_t callee) {
  uint32_t next = 0;
  while (callees_[callee].Next(next)) {
    if (callees_[callee].model().drops_late && TooLate(attempts_[next])) {
      callees_[callee].Finish(next);
      EndAtGuard(callee, next, StatusCode::kDeadlineExceeded);
      Drop(next);
      continue;
    }
    Serve(next);
  }
}

void World::Reply(uint32_t number, StatusCode code) {
  Attempt& attempt = attempts_[number];
  attempt.code = code;
  if (callees_[attempt.choice.callee].model().reach == Reach::kLost) return Drop(number);
  events_.Push(now_ + Way(attempt.caller, attempt.choice.callee), EventKind::kReply, number);
}

void World::End(uint32_t number, StatusCode code) {
  Attempt& attempt = attempts_[number];
  attempt.ended = true;
  callers_[attempt.caller]->Report(attempt.choice, code, now_ - attempt.began, now_);
  if (code == StatusCode::kOk) {
    ++recording_.step(SinceStart()).ok;
    recording_.Ended(SinceStart(), now_ - attempt.call_began);
  } else if (options_.retry && !attempt.retry) {
    // Copies: sending may move the attempts.
    const Attempt first = attempt;
    Send(first.caller, first.call_began, first.choice.callee);
  } else {
    ++recording_.step(SinceStart()).failed;
  }
}

void World::Drop(uint32_t number) {
  if (--attempts_[number].holders == 0) free_attempts_.push_back(number);
}

void World::Tick(uint32_t caller) {
  if (hears_at_[caller] <= now_) {
    hears_at_[caller] = kNever;
    callers_[caller]->SetInstances(Listed(), now_);
  }
  for (const Probe& probe : callers_[caller]->Tick(now_)) StartProbe(caller, probe);
}

void World::StartProbe(uint32_t caller, const Probe& probe) {
  const size_t callee = NumberOf(probe.address);
  const Reach reach = callees_[callee].model().reach;
  if (free_probes_.empty()) {
    free_probes_.push_back(static_cast<uint32_t>(probes_.size()));
    probes_.emplace_back();
  }
  const uint32_t number = free_probes_.back();
  free_probes_.pop_back();
  probes_[number] = {caller, probe, reach == Reach::kUp || reach == Reach::kHangs};
  const Duration takes = reach == Reach::kLost ? options_.probe_timeout
                                               : 2 * Way(caller, static_cast<uint16_t>(callee));
  events_.Push(now_ + takes, EventKind::kProbeResult, number);
}

void World::EndProbe(uint32_t number) {
  const PendingProbe ended = probes_[number];
  free_probes_.push_back(number);
  Caller& caller = *callers_[ended.caller];
  for (const Probe& probe : caller.OnProbeResult(ended.probe, ended.connected, now_)) {
    StartProbe(ended.caller, probe);
  }
}

void World::SetReach(size_t callee, Reach reach) {
  callees_[callee].model().reach = reach;
  if (reach == Reach::kUp) return;
  for (uint32_t number : callees_[callee].Die()) {
    if (reach == Reach::kRefuses) {
      Reply(number, StatusCode::kUnavailable);
    } else {
      Drop(number);
    }
  }
}

void World::SetListed(size_t callee, bool listed) {
  listed_[callee] = listed;
  model(callee).registered_unix_ms = now_.time_since_epoch() / std::chrono::milliseconds(1);
  for (Time& hears : hears_at_) {
    if (hears != kNever) continue;
    hears = now_ + Duration(static_cast<int64_t>(
                       random_() % static_cast<uint64_t>(options_.registry_lag.count())));
  }
}

std::vector<InstanceSpec> World::Listed() const {
  std::vector<InstanceSpec> instances;
  for (size_t k = 0; k < callees_.size(); ++k) {
    if (listed_[k]) instances.push_back(SpecOf(k, callees_[k].model()));
  }
  return instances;
}

void World::Sample() {
  for (uint16_t k = 0; k < callees_.size(); ++k) {
    Recording::Part& part = recording_.part(SinceStart(), k);
    part.capacity = listed_[k] ? static_cast<float>(callees_[k].model().Capacity(now_)) : 0;
    double sum = 0;
    for (const auto& caller : callers_) {
      sum += caller->share(k);
      part.suspects = static_cast<uint16_t>(part.suspects + caller->suspects(k));
    }
    part.share = static_cast<float>(sum / static_cast<double>(callers_.size()));
    part.share_of_one = static_cast<float>(callers_[0]->share(k));
  }
}

}  // namespace bellrock::routing::sim
