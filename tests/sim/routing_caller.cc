// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing_caller.h"

#include <charconv>
#include <string>
#include <utility>

#include "base/check.h"
#include "routing/policy/least_request.h"
#include "routing/policy/p2c.h"
#include "routing/policy/two_choices.h"

namespace bellrock::routing::sim {
namespace {

constexpr uint32_t kTriesForAnother = 8;

uint16_t NumberOf(const std::string& path) {
  uint16_t number = 0;
  const size_t slash = path.rfind('/');
  std::from_chars(path.data() + slash + 1, path.data() + path.size(), number);
  return number;
}

int64_t UnixMs(Time now) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
}

}  // namespace

Caller::Caller(CallerOptions options, uint32_t number, std::mt19937_64& random)
    : options_(std::move(options)),
      engine_(options_.engine, (number + 1) << 16),
      cursor_(static_cast<uint32_t>(random())) {
  v1::StoredSettings stored;
  *stored.mutable_settings() = options_.settings;
  engine_.SetSettings(stored);
}

void Caller::SetInstances(std::vector<InstanceSpec> instances, Time now) {
  const Status status = engine_.SetInstances(std::move(instances), now);
  BELLROCK_CHECK(status.ok(), "scenes list valid instances");
}

void Caller::Adopt() {
  const RouteTable& table = *engine_.table();
  if (table.generation == table_generation_) return;
  table_generation_ = table.generation;
  callee_of_slot_.assign(table.entries.size(), 0);
  relative_weight_.assign(table.entries.size(), 0);
  results_.resize(table.entries.size());
  loads_.resize(table.entries.size());
  slot_of_callee_.clear();
  double weights = 0;
  for (uint16_t slot = 0; slot < table.entries.size(); ++slot) {
    const TableEntry& entry = table.entries[slot];
    if (!entry.spec) continue;
    callee_of_slot_[slot] = NumberOf(entry.spec->path);
    slot_of_callee_[callee_of_slot_[slot]] = slot;
    relative_weight_[slot] = entry.spec->static_weight;
    weights += relative_weight_[slot];
  }
  for (double& weight : relative_weight_) {
    weight *= static_cast<double>(slot_of_callee_.size()) / weights;
  }
}

std::vector<Probe> Caller::Tick(Time now) {
  for (uint32_t slot = 0; slot < results_.size(); ++slot) {
    CallResults& results = results_[slot];
    if (results.ok + results.failed == 0 && results.started == 0) continue;
    engine_.AddResults(slot, engine_.generation_of(slot), results, now);
    results = CallResults{};
  }
  engine_.AddRefused(std::exchange(refused_, 0));
  std::vector<Probe> probes = engine_.Tick(now, UnixMs(now)).probes;
  Adopt();
  return probes;
}

std::vector<Probe> Caller::OnProbeResult(const Probe& probe, bool connected, Time now) {
  engine_.OnProbeResult(probe, connected, connected ? "" : "refused", now);
  return Tick(now);
}

double Caller::Score(uint16_t slot, Time now) const {
  if (engine_.table()->kind == policy::Kind::kLeastRequest) {
    return policy::LeastRequestScore(loads_[slot], relative_weight_[slot]);
  }
  return policy::P2cScore(loads_[slot], options_.load, now, relative_weight_[slot]);
}

uint16_t Caller::TakeSlot(Time now) {
  const std::vector<uint16_t>& sequence = engine_.table()->sequence;
  if (!policy::Sampled(engine_.table()->kind)) return sequence[cursor_++ & (sequence.size() - 1)];
  const policy::Candidates two = policy::TwoOf(sequence, cursor_++);
  return Score(two.second, now) < Score(two.first, now) ? two.second : two.first;
}

std::optional<Caller::Choice> Caller::Choose(std::optional<uint16_t> tried, Time now) {
  const RouteTable& table = *engine_.table();
  if (table.sequence.empty()) return std::nullopt;
  uint16_t slot = TakeSlot(now);
  for (uint32_t turn = 0; turn < kTriesForAnother && tried == callee_of_slot_[slot]; ++turn) {
    slot = TakeSlot(now);
  }
  policy::BeginCall(loads_[slot]);
  ++results_[slot].started;
  return Choice{slot, callee_of_slot_[slot], table.entries[slot].generation};
}

void Caller::Report(const Choice& choice, StatusCode code, Duration latency, Time now) {
  if (engine_.generation_of(choice.slot) != choice.generation) return;
  const bool ok = code == StatusCode::kOk;
  policy::EndCall(loads_[choice.slot], options_.load, ok, latency, now);
  CallResults& results = results_[choice.slot];
  ++(ok ? results.ok : results.failed);
  if (code == StatusCode::kUnavailable) ++results.unreachable;
  if (ok) results.latency_us += static_cast<uint64_t>(latency / std::chrono::microseconds(1));
}

bool Caller::Refuses() {
  if (!refuser_.Refuse(engine_.table()->refused_share, Qos::kNormal)) return false;
  ++refused_;
  return true;
}

bool Caller::suspects(uint16_t callee) const {
  const auto found = slot_of_callee_.find(callee);
  return found != slot_of_callee_.end() && engine_.suspects(found->second);
}

double Caller::share(uint16_t callee) const {
  const auto found = slot_of_callee_.find(callee);
  return found == slot_of_callee_.end() ? 0 : engine_.table()->entries[found->second].share;
}

}  // namespace bellrock::routing::sim
