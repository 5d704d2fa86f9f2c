// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "registry_agents.h"

#include <algorithm>
#include <utility>

#include "registry_node.h"

namespace bellrock {
namespace {

using naming::client::LeaderFinder;
using Phase = SimInstance::Phase;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int64_t kUnixMs = 1'800'000'000'000;
constexpr Duration kTick = milliseconds(200);
constexpr Duration kTryTimeout = seconds(1);
constexpr Duration kBeat = milliseconds(3'333);  // a third of the lease
constexpr Duration kRetryMin = milliseconds(200);
constexpr Duration kRetryMax = seconds(3);
constexpr size_t kRegisteringMax = 50;

}  // namespace

HostAgent::HostAgent(MessageNetwork& network, CallNetwork& calls, int endpoint,
                     std::vector<Address> servers)
    : network_(network),
      calls_(calls),
      endpoint_(endpoint),
      servers_(std::move(servers)),
      finder_(network.random().Next()),
      beat_retry_(kRetryMin) {
  finder_.SetServers(servers_);
}

void HostAgent::Start() {
  network_.After(milliseconds(network_.random().Between(0, 200)), [this] { Tick(); });
}

uint64_t HostAgent::UnixMs() const {
  const int64_t ms = std::chrono::duration_cast<milliseconds>(network_.now() - Time()).count();
  return static_cast<uint64_t>(kUnixMs + ms + skew_ms_);
}

void HostAgent::Begin(SimInstance& instance) {
  if (std::find(instances_.begin(), instances_.end(), &instance) == instances_.end()) {
    instances_.push_back(&instance);
  }
  instance.phase = Phase::kAlive;
  // Another than before, or it would be the same life; not always a higher one.
  instance.incarnation = UnixMs() + (UnixMs() == instance.incarnation ? 1 : 0);
  instance.beats = 0;
  instance.registered = instance.acknowledged = false;
  instance.due = instance.since = network_.now();
}

void HostAgent::Leave(SimInstance& instance) {
  instance.phase = Phase::kLeaving;
  instance.due = instance.since = network_.now();
}

void HostAgent::Die(SimInstance& instance) {
  instance.phase = Phase::kDead;
  instance.since = network_.now();
}

void HostAgent::Forget(SimInstance& instance) {
  std::erase(instances_, &instance);
}

void HostAgent::Tick() {
  network_.After(kTick, [this] { Tick(); });
  for (SimInstance* instance : instances_) TickInstance(*instance);
  if (network_.now() >= beat_due_ && !beating_) Beat();
  if (network_.now() >= finder_.check_due()) Check();
}

void HostAgent::TickInstance(SimInstance& instance) {
  if (instance.in_flight || network_.now() < instance.due) return;
  if (instance.phase == Phase::kLeaving) return Deregister(instance);
  if (instance.phase != Phase::kAlive || instance.registered) return;
  if (registering_ < kRegisteringMax) Register(instance);
}

void HostAgent::Register(SimInstance& instance) {
  auto request = std::make_shared<Request>();
  RegisterCall call;
  call.spec.path = instance.path;
  call.spec.address = "10.1.0.1:" + std::to_string(1 + instance.incarnation % 60'000);
  call.spec.traits = std::make_shared<const naming::Traits>();
  call.spec.incarnation = instance.incarnation;
  call.sequence = instance.beats;
  request->body = std::move(call);
  instance.in_flight = true;
  ++registering_;
  Ask(std::move(request), std::make_shared<Way>(),
      [this, &instance, incarnation = instance.incarnation](const Reply& reply) {
        --registering_;
        OnRegistered(instance, incarnation, reply);
      });
}

void HostAgent::OnRegistered(SimInstance& instance, uint64_t incarnation, const Reply& reply) {
  instance.in_flight = false;
  if (instance.phase != Phase::kAlive || instance.incarnation != incarnation) return;
  if (reply.status.code() == StatusCode::kAborted) {
    instance.incarnation = std::max({UnixMs(), incarnation + 1, reply.known + 1});
    instance.beats = 0;
    return;
  }
  if (!reply.status.ok()) {
    instance.due = network_.now() + milliseconds(network_.random().Between(200, 3'000));
    return;
  }
  instance.registered = instance.acknowledged = true;
  beat_due_ = network_.now();
}

void HostAgent::Deregister(SimInstance& instance) {
  auto request = std::make_shared<Request>();
  request->body = DeregisterCall{instance.path, instance.incarnation};
  instance.in_flight = true;
  Ask(std::move(request), std::make_shared<Way>(),
      [this, &instance, incarnation = instance.incarnation](const Reply& reply) {
        instance.in_flight = false;
        if (instance.phase != Phase::kLeaving || instance.incarnation != incarnation) return;
        if (reply.status.ok()) instance.phase = Phase::kAbsent;
        instance.due = network_.now() + kRetryMin;
      });
}

void HostAgent::Beat() {
  HeartbeatCall call;
  std::vector<SimInstance*> beaten;
  for (SimInstance* instance : instances_) {
    if (instance->phase != Phase::kAlive || !instance->registered) continue;
    beaten.push_back(instance);
    call.paths.push_back(instance->path);
    call.incarnations.push_back(instance->incarnation);
    call.counts.push_back(++instance->beats);
  }
  beat_due_ = network_.now() + kBeat;
  if (beaten.empty()) return;
  beating_ = true;
  auto request = std::make_shared<Request>();
  auto incarnations = call.incarnations;
  request->body = std::move(call);
  Ask(std::move(request), std::make_shared<Way>(),
      [this, beaten = std::move(beaten), incarnations = std::move(incarnations)](
          const Reply& reply) { OnBeaten(beaten, incarnations, reply); });
}

void HostAgent::OnBeaten(const std::vector<SimInstance*>& beaten,
                         const std::vector<uint64_t>& incarnations, const Reply& reply) {
  beating_ = false;
  const auto* unknown = std::get_if<Unknown>(&reply.body);
  if (!reply.status.ok() || unknown == nullptr) {
    beat_due_ = std::min(beat_due_, network_.now() + beat_retry_);
    beat_retry_ = std::min<Duration>(2 * beat_retry_, kRetryMax);
    return;
  }
  beat_retry_ = kRetryMin;
  for (const size_t at : unknown->at) {
    SimInstance& instance = *beaten[at];
    if (instance.phase != Phase::kAlive || instance.incarnation != incarnations[at]) continue;
    ++unknown_;
    instance.registered = false;
    instance.due = network_.now();
  }
}

void HostAgent::Operate(const std::string& path, const naming::OperatorState& state) {
  auto request = std::make_shared<Request>();
  request->body = OperateCall{path, state};
  Ask(std::move(request), std::make_shared<Way>(), [](const Reply&) {});
}

void HostAgent::Check() {
  auto way = std::make_shared<Way>(finder_.BeginCheck(network_.now(), network_.random().Next()));
  auto request = std::make_shared<Request>();
  request->body = HeartbeatCall{};
  Ask(std::move(request), std::move(way), [](const Reply&) {});
}

void HostAgent::Ask(RequestPtr request, std::shared_ptr<Way> way, Respond done) {
  const auto next = finder_.Next(*way);
  if (!next) return done({UnavailableError("no server serves it"), std::nullopt, {}, 0});
  auto sent = std::make_shared<Request>(*request);
  sent->forward = next->forward;
  if (next->forward) ++proxied_;
  const auto answered = [this, request = std::move(request), way, tried = *next,
                         done = std::move(done)](const Reply& reply) {
    if (reply.redirect) {
      finder_.OnRedirect(*way, tried, *reply.redirect, network_.now());
      return Ask(request, way, done);
    }
    const StatusCode code = reply.status.code();
    if (code == StatusCode::kUnavailable || code == StatusCode::kDeadlineExceeded) {
      const bool silent = code == StatusCode::kDeadlineExceeded;
      finder_.OnFailed(*way, tried, network_.now(),
                       silent ? LeaderFinder::Failure::kSilent : LeaderFinder::Failure::kUnable);
      return Ask(request, way, done);
    }
    if (reply.status.ok()) finder_.OnServed(tried);
    done(reply);
  };
  calls_.Call(endpoint_, EndpointOf(next->server), kTryTimeout, std::move(sent), answered);
}

}  // namespace bellrock
