// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "routing/quota.h"

namespace bellrock::routing {
namespace {

constexpr uint32_t kStaticWeightMax = 10000;

Status CheckInstance(const InstanceSpec& instance) {
  if (instance.path.empty()) {
    return InvalidArgumentError(
        fmt::format("instance at '{}' has no path; give its full naming path", instance.address));
  }
  if (instance.address.empty()) {
    return InvalidArgumentError(
        fmt::format("instance '{}' has no address; give 'ip:port'", instance.path));
  }
  if (instance.static_weight > kStaticWeightMax) {
    return InvalidArgumentError(fmt::format("weight {} of instance '{}' is not within 0..{}",
                                            instance.static_weight, instance.path,
                                            kStaticWeightMax));
  }
  return Status::Ok();
}

v1::ShieldState ToProto(ShieldPhase phase) {
  return static_cast<v1::ShieldState>(phase);
}

}  // namespace

RouteEngine::RouteEngine(EngineOptions options, uint32_t generation_base)
    : options_(options),
      next_generation_(generation_base == 0 ? 1 : generation_base),
      table_(std::make_shared<RouteTable>()) {}

Status RouteEngine::SetInstances(std::vector<InstanceSpec> instances, Time now) {
  if (period_began_ == Time{}) period_began_ = now;
  if (instances.empty() && !slot_of_.empty()) {
    list_protection_ = fmt::format(
        "the registry's list became empty; the last {} instances are kept", slot_of_.size());
    return Status::Ok();
  }
  Status problem;
  std::unordered_set<std::string_view> listed;
  std::vector<InstanceSpec*> good;
  for (InstanceSpec& instance : instances) {
    Status status = CheckInstance(instance);
    if (status.ok() && good.size() >= kInstancesMax) {
      status = ResourceExhaustedError(
          fmt::format("more than {} instances; '{}' and those after it are left out", kInstancesMax,
                      instance.path));
    }
    if (!status.ok()) {
      if (problem.ok()) problem = status;
      continue;
    }
    if (listed.insert(instance.path).second) good.push_back(&instance);
  }
  // A list of nothing but bad instances is no better than an empty one.
  if (good.empty() && !slot_of_.empty()) {
    list_protection_ = fmt::format(
        "the registry's list holds no valid instance; the last {} are kept", slot_of_.size());
    return problem;
  }
  list_protection_.clear();
  for (uint32_t slot = 0; slot < entries_.size(); ++slot) {
    if (!entries_[slot] || listed.contains(entries_[slot]->spec->path)) continue;
    slot_of_.erase(entries_[slot]->spec->path);
    entries_[slot] = nullptr;
    first_free_ = std::min(first_free_, slot);
    roster_changed_ = true;
  }
  for (InstanceSpec* instance : good) Place(std::move(*instance));
  return problem;
}

void RouteEngine::Place(InstanceSpec instance) {
  const auto found = slot_of_.find(instance.path);
  if (found != slot_of_.end()) {
    EntryPointer& entry = entries_[found->second];
    if (*entry->spec == instance) return;
    roster_changed_ = true;
    auto spec = std::make_shared<const InstanceSpec>(std::move(instance));
    if (entry->spec->address == spec->address) {
      entry->spec = std::move(spec);
    } else {
      // Somebody else under the same name: what was learned of the old address does not hold.
      entry = std::make_unique<Entry>(std::move(spec), NextGeneration(), options_.shield);
    }
    return;
  }
  const uint32_t slot = FreeSlot();
  slot_of_[instance.path] = slot;
  entries_[slot] = std::make_unique<Entry>(
      std::make_shared<const InstanceSpec>(std::move(instance)), NextGeneration(), options_.shield);
  roster_changed_ = true;
}

uint32_t RouteEngine::NextGeneration() {
  if (next_generation_ == 0) next_generation_ = 1;  // 0 means a free slot
  return next_generation_++;
}

uint32_t RouteEngine::FreeSlot() {
  while (first_free_ < entries_.size() && entries_[first_free_]) ++first_free_;
  if (first_free_ == entries_.size()) entries_.emplace_back();
  return first_free_;
}

void RouteEngine::AddResults(uint32_t slot, uint32_t generation, const CallResults& results,
                             Time now) {
  if (generation_of(slot) != generation || generation == 0) return;
  Entry& entry = *entries_[slot];
  entry.period.ok += results.ok;
  entry.period.failed += results.failed;
  entry.period.latency_us += results.latency_us;
  entry.calls += results.ok + results.failed;
  entry.failures += results.failed;
  period_calls_ += results.ok + results.failed;
  entry.shield.AddResults(results, now);
}

void RouteEngine::OnProbeResult(const Probe& probe, bool connected, std::string_view reason,
                                Time now) {
  if (generation_of(probe.slot) != probe.generation) return;
  entries_[probe.slot]->shield.OnProbe(connected, reason, now);
}

void RouteEngine::OnProbeDropped(const Probe& probe) {
  if (generation_of(probe.slot) != probe.generation) return;
  entries_[probe.slot]->shield.ProbeDropped();
}

void RouteEngine::EndPeriod(Time now) {
  const double seconds = std::chrono::duration<double>(now - period_began_).count();
  calls_per_s_ = static_cast<double>(period_calls_) / seconds;
  period_calls_ = 0;
  period_began_ = now;
  std::vector<L5Sample> samples;
  std::vector<L5Figures> figures;
  for (const EntryPointer& entry : entries_) {
    if (!entry) continue;
    // A shielded instance is not among those compared; its stray results must not set the best
    // delay or rate.
    const bool compared = entry->shield.phase() != ShieldPhase::kShielded;
    samples.push_back(compared ? entry->period : L5Sample{});
    figures.push_back(entry->figures);
    entry->period = L5Sample{};
  }
  EndL5Period(options_.l5, samples, figures);
  size_t k = 0;
  for (const EntryPointer& entry : entries_) {
    if (entry) entry->figures = figures[k++];
  }
}

bool RouteEngine::Eligible(const Entry& entry) const {
  if (entry.spec->static_weight == 0) return false;
  if (entry.spec->availability == Availability::kUsable) return true;
  return none_usable_ && entry.spec->availability == Availability::kUnreachable;
}

void RouteEngine::StepShields(Time now) {
  none_usable_ = std::none_of(entries_.begin(), entries_.end(), [](const EntryPointer& entry) {
    return entry && entry->spec->static_weight > 0 &&
           entry->spec->availability == Availability::kUsable;
  });
  for (const EntryPointer& entry : entries_) {
    if (entry && Eligible(*entry)) {
      entry->shield.Step(now, calls_per_s_ * entry->full_share);
    }
  }
}

void RouteEngine::GrantShields(Time now) {
  size_t eligible = 0;
  size_t shielded = 0;
  std::vector<Entry*> wanting;
  for (const EntryPointer& entry : entries_) {
    if (!entry || !Eligible(*entry)) continue;
    ++eligible;
    const bool shut = entry->shield.phase() == ShieldPhase::kShielded;
    if (shut && !entry->shield.refused()) ++shielded;
    if (!shut && entry->shield.wants_shield()) wanting.push_back(entry.get());
  }
  const auto cap = static_cast<size_t>(static_cast<double>(eligible) * options_.shielded_share_max);
  // One that was shielded before goes before one that just began to fail.
  std::stable_partition(wanting.begin(), wanting.end(), [](const Entry* entry) {
    return entry->shield.phase() != ShieldPhase::kOpen;
  });
  for (Entry* entry : wanting) {
    if (shielded >= cap) break;
    entry->shield.Shut(now);
    ++shielded;
  }
}

std::vector<double> RouteEngine::Weights(std::string& protection) {
  std::vector<double> weights(entries_.size(), 0);
  double full = 0;
  double sum = 0;
  for (size_t slot = 0; slot < entries_.size(); ++slot) {
    if (!entries_[slot] || !Eligible(*entries_[slot])) continue;
    Entry& entry = *entries_[slot];
    entry.full_share = entry.spec->static_weight * entry.figures.dynamic_weight;  // ZY-024
    full += entry.full_share;
    weights[slot] = entry.full_share * entry.shield.factor();
    sum += weights[slot];
  }
  if (none_usable_ && full > 0) {
    protection = "no instance is usable by the registry's word; the unreachable ones are tried";
  }
  for (size_t slot = 0; slot < entries_.size(); ++slot) {
    if (!entries_[slot] || !Eligible(*entries_[slot])) continue;
    if (sum <= 0) weights[slot] = entries_[slot]->full_share;
    entries_[slot]->full_share /= full;
  }
  if (sum <= 0 && full > 0) {
    protection = "every instance is shielded; all are tried by weight";
  }
  if (!list_protection_.empty()) {
    protection = protection.empty() ? list_protection_ : list_protection_ + "; " + protection;
  }
  return weights;
}

std::vector<ShieldPhase> RouteEngine::Phases() const {
  std::vector<ShieldPhase> phases;
  phases.reserve(entries_.size());
  for (const EntryPointer& entry : entries_) {
    phases.push_back(entry ? entry->shield.phase() : ShieldPhase::kOpen);
  }
  return phases;
}

TickResult RouteEngine::Tick(Time now) {
  TickResult result;
  if (period_began_ == Time{}) period_began_ = now;
  if (now - period_began_ >= options_.period) EndPeriod(now);
  StepShields(now);
  GrantShields(now);
  for (uint32_t slot = 0; slot < entries_.size(); ++slot) {
    Entry* entry = entries_[slot].get();
    if (entry == nullptr || !Eligible(*entry) || !entry->shield.ProbeDue(now)) continue;
    entry->shield.ProbeStarted();
    result.probes.push_back(Probe{slot, entry->generation, entry->spec->address});
  }
  std::string protection;
  std::vector<double> weights = Weights(protection);
  if (!roster_changed_ && weights == weights_ && Phases() == phases_ &&
      protection == table_->protection) {
    return result;
  }
  const auto sharing = static_cast<size_t>(
      std::count_if(weights.begin(), weights.end(), [](double weight) { return weight > 0; }));
  const size_t length = SequenceLength(sharing);
  std::vector<uint32_t> quotas = AllotQuota(weights, length);
  std::vector<ShieldPhase> phases = Phases();
  weights_ = std::move(weights);
  // Weights that differ by less than an element of the sequence make no other table.
  if (!roster_changed_ && quotas == quotas_ && phases == phases_ &&
      protection == table_->protection) {
    return result;
  }
  phases_ = std::move(phases);
  Publish(std::move(quotas), length, std::move(protection));
  result.table = table_;
  return result;
}

void RouteEngine::Publish(std::vector<uint32_t> quotas, size_t length, std::string protection) {
  if (roster_changed_) ++roster_generation_;
  roster_changed_ = false;
  auto table = std::make_shared<RouteTable>();
  table->generation = table_->generation + 1;
  table->roster_generation = roster_generation_;
  table->sequence = Interleave(quotas);
  table->protection = std::move(protection);
  table->entries.resize(entries_.size());
  for (size_t slot = 0; slot < entries_.size(); ++slot) {
    if (!entries_[slot]) continue;
    Entry& entry = *entries_[slot];
    entry.share = length > 0 ? static_cast<double>(quotas[slot]) / static_cast<double>(length) : 0;
    table->entries[slot] = TableEntry{entry.spec, entry.generation, entry.figures.dynamic_weight,
                                      entry.share, entry.shield.phase()};
  }
  quotas_ = std::move(quotas);
  table_ = std::move(table);
}

void RouteEngine::Describe(v1::ServiceTable& out) const {
  out.set_generation(table_->generation);
  out.set_policy("l5");
  out.set_protection(table_->protection);
  for (uint32_t slot = 0; slot < entries_.size(); ++slot) {
    if (!entries_[slot]) continue;
    const Entry& entry = *entries_[slot];
    v1::InstanceRoute& route = *out.add_instances();
    route.set_path(entry.spec->path);
    route.set_address(entry.spec->address);
    route.set_site(entry.spec->site);
    route.set_static_weight(static_cast<int32_t>(entry.spec->static_weight));
    route.set_dynamic_weight(entry.figures.dynamic_weight);
    route.set_weight(entry.share);
    route.set_shield(ToProto(entry.shield.phase()));
    route.set_reason(entry.shield.reason());
    route.set_calls(entry.calls);
    route.set_failures(entry.failures);
    route.set_success_rate(entry.figures.ok_rate);
    route.set_delay_us(entry.figures.delay_us);
    route.set_slot(slot);
    route.set_naming_state(entry.spec->naming_state);
  }
}

std::vector<InstanceSpec> RouteEngine::Instances() const {
  std::vector<InstanceSpec> instances;
  for (const EntryPointer& entry : entries_) {
    if (entry) instances.push_back(*entry->spec);
  }
  return instances;
}

}  // namespace bellrock::routing
