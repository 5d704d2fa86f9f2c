// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>
#include <utility>

#include "routing/quota.h"
#include "routing/settings_options.h"
#include "routing/warm_up.h"

namespace bellrock::routing {
namespace {

constexpr size_t kMethodNamesKept = 1024;
// Refused shares that differ by less make no other table.
constexpr double kRefusedStep = 1.0 / 256;
// With fewer recent calls an instance does not show what is common to all.
constexpr double kRecentCallsMin = 1;
// Where failures are common, an instance is at fault if it fails so many times as often as they.
constexpr double kOutlier = 1.5;

}  // namespace

RouteEngine::RouteEngine(EngineOptions options, uint32_t generation_base)
    : given_(std::move(options)),
      options_(given_),
      next_generation_(generation_base == 0 ? 1 : generation_base),
      salt_(generation_base),
      silence_(given_.silence),
      table_(std::make_shared<RouteTable>()) {}

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
  entry.unjudged.served += results.ok;
  entry.unjudged.failed += results.failed;
  entry.unjudged.latency_us += results.latency_us;
  entry.silence.started += results.started;
  entry.silence.ok += results.ok;
  entry.silence.failed += results.failed;
  entry.silence.latency_us += results.latency_us;
  entry.recent.ok += static_cast<double>(results.ok);
  entry.recent.failed += static_cast<double>(results.failed);
  entry.shield.AddResults(results, now);
}

void RouteEngine::AddMethodResults(uint32_t method_hash, uint32_t slot, uint32_t generation,
                                   uint64_t ok, uint64_t failed, Time now) {
  if (generation_of(slot) != generation || generation == 0) return;
  method_shields_.AddResults(method_hash, slot, generation, ok, failed, now);
}

void RouteEngine::NameMethod(uint32_t method_hash, std::string name) {
  if (name.empty()) return;
  // Those that still fail are named again.
  if (method_names_.size() >= kMethodNamesKept) method_names_.clear();
  method_names_[method_hash] = std::move(name);
}

void RouteEngine::AddRefused(uint64_t calls) {
  refused_ += calls;
  unjudged_refused_ += calls;
}

void RouteEngine::SetSettings(const v1::StoredSettings& settings) {
  settings_ = settings;
  settings_changed_ = true;
  const v1::RouteSettings& said = settings_.settings();
  kind_ = policy::KindOf(said.policy()).value_or(policy::Kind::kL5);
  options_.l5 = L5OptionsFrom(said.l5(), given_.l5);
  options_.period =
      said.l5().period_ms() > 0 ? std::chrono::milliseconds(said.l5().period_ms()) : given_.period;
  overload_.Configure(said.overload());
  options_.shield = said.has_shield() ? ShieldOptionsFrom(said.shield()) : given_.shield;
  method_options_ = MethodShieldOptionsFrom(said.shield());
  options_.latency = LatencyOptionsFrom(said.shield());
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
  refused_per_s_ = static_cast<double>(refused_) / seconds;
  period_calls_ = 0;
  refused_ = 0;
  period_began_ = now;
  FindSlow();
  std::vector<L5Sample> samples;
  std::vector<L5Figures> figures;
  for (const EntryPointer& entry : entries_) {
    if (!entry) continue;
    // A shielded instance is not among those compared; its stray results must not set the best
    // delay or rate.
    const bool compared = entry->shield.phase() != ShieldPhase::kShielded;
    samples.push_back(compared ? entry->period : L5Sample{});
    figures.push_back(entry->figures);
    entry->calls_per_s = static_cast<double>(entry->period.calls()) / seconds;
    entry->period = L5Sample{};
  }
  EndL5Period(options_.l5, samples, figures);
  size_t k = 0;
  for (const EntryPointer& entry : entries_) {
    if (entry) entry->figures = figures[k++];
  }
}

void RouteEngine::FindSlow() {
  if (options_.latency.factor <= 0 && !judges_latency_) return;
  judges_latency_ = options_.latency.factor > 0;
  std::vector<LatencySample> samples;
  std::vector<LatencyFigures> figures;
  for (const EntryPointer& entry : entries_) {
    if (!entry) continue;
    samples.push_back({.ok = entry->period.ok,
                       .latency_us = entry->period.latency_us,
                       .open = entry->shield.phase() == ShieldPhase::kOpen});
    figures.push_back(std::move(entry->latency));
  }
  EndLatencyPeriod(options_.latency, samples, figures);
  size_t k = 0;
  for (const EntryPointer& entry : entries_) {
    if (!entry) continue;
    entry->shield.SetLatency(VerdictOf(options_.latency, figures[k]));
    entry->latency = std::move(figures[k++]);
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
      entry->shield.Step(now, calls_per_s_ * entry->expected_share);
    }
  }
}

// The failure rate that three quarters of those who take part in the traffic reach: what is common
// to them. Half would not do, for a site of two that is cut off is no common cause.
double RouteEngine::CommonFailureRate() const {
  std::vector<double> rates;
  for (const EntryPointer& entry : entries_) {
    if (!entry || !Eligible(*entry) || !TakesPart(*entry)) continue;
    if (entry->recent.calls() >= kRecentCallsMin) rates.push_back(entry->recent.failure_rate());
  }
  if (rates.empty()) return 0;
  const auto quarter = rates.begin() + static_cast<std::ptrdiff_t>(rates.size() / 4);
  std::nth_element(rates.begin(), quarter, rates.end());
  return *quarter;
}

bool RouteEngine::TakesPart(const Entry& entry) {
  const ShieldPhase phase = entry.shield.phase();
  return phase == ShieldPhase::kOpen || phase == ShieldPhase::kRecovering;
}

void RouteEngine::GrantShields(Time now) {
  size_t eligible = 0;
  size_t out = 0;
  std::vector<Entry*> wanting;
  const double common = CommonFailureRate();
  for (const EntryPointer& entry : entries_) {
    if (!entry || !Eligible(*entry)) continue;
    ++eligible;
    if (!TakesPart(*entry) && !entry->shield.refused()) ++out;
    if (!entry->shield.wants_shield() || entry->shield.phase() == ShieldPhase::kShielded) continue;
    // One on trial has its place among those that are out.
    if (entry->shield.phase() == ShieldPhase::kTrial) {
      entry->shield.Shut(now);
    } else if (common < options_.common_failure_rate ||
               entry->recent.failure_rate() > kOutlier * common) {
      wanting.push_back(entry.get());
    }
  }
  const auto cap =
      static_cast<size_t>(static_cast<double>(eligible) * options_.shield.shielded_share_max);
  // One that was shielded before goes before one that just began to fail.
  std::stable_partition(wanting.begin(), wanting.end(), [](const Entry* entry) {
    return entry->shield.phase() != ShieldPhase::kOpen;
  });
  for (Entry* entry : wanting) {
    if (out >= cap) break;
    entry->shield.Shut(now);
    ++out;
  }
}

// A shield acts on its instance, refusal on the service: what the shielded did says nothing of the
// service (ZY-039..042). Judged only after shields were granted, so that the failures that brought
// a shield do not count either; who is bad and could not be shielded, for too many others are,
// does.
void RouteEngine::JudgeService(Time now) {
  Overload::Counts counts;
  for (const EntryPointer& entry : entries_) {
    if (!entry) continue;
    entry->recent.Fade();
    const Overload::Counts of_entry = std::exchange(entry->unjudged, {});
    const ShieldPhase phase = entry->shield.phase();
    if (phase == ShieldPhase::kShielded || phase == ShieldPhase::kTrial) continue;
    counts.served += of_entry.served;
    counts.failed += of_entry.failed;
    counts.latency_us += of_entry.latency_us;
  }
  counts.refused = std::exchange(unjudged_refused_, 0);
  overload_.Add(counts, now);
}

bool RouteEngine::StepMethods(Time now) {
  if (method_shields_.empty()) return false;
  std::vector<MethodShields::Instance> instances(entries_.size());
  size_t usable = 0;
  for (size_t slot = 0; slot < entries_.size(); ++slot) {
    if (!entries_[slot] || !Eligible(*entries_[slot])) continue;
    const Shield& shield = entries_[slot]->shield;
    ++usable;
    instances[slot] = {.generation = entries_[slot]->generation,
                       .well = shield.phase() == ShieldPhase::kOpen && !shield.wants_shield()};
  }
  return method_shields_.Step(instances, usable, now);
}

std::vector<Probe> RouteEngine::DueProbes(Time now) {
  std::vector<Probe> probes;
  for (uint32_t slot = 0; slot < entries_.size(); ++slot) {
    Entry* entry = entries_[slot].get();
    if (entry == nullptr || !Eligible(*entry) || !entry->shield.ProbeDue(now)) continue;
    entry->shield.ProbeStarted();
    probes.push_back(Probe{slot, entry->generation, entry->spec->address});
  }
  return probes;
}

void RouteEngine::CompilePools() {
  const v1::LocalitySettings& locality = settings_.settings().locality();
  std::vector<rules::Candidate> candidates;
  std::map<std::pair<locality::Level, std::string_view>, uint16_t> places;
  places_.assign(entries_.size(), 0);
  for (uint32_t slot = 0; slot < entries_.size(); ++slot) {
    if (!entries_[slot]) continue;
    Entry& entry = *entries_[slot];
    entry.level = locality::LevelOf(locality, options_.place, *entry.spec);
    candidates.push_back({slot, entry.spec.get()});
    const auto next = static_cast<uint16_t>(places.size());
    places_[slot] = places.try_emplace({entry.level, entry.spec->site}, next).first->second;
  }
  compiled_ = rules::Compile(settings_.settings(), candidates, options_.place);
  pools_.assign(compiled_.pools.size(), PoolState{});
}

std::vector<Standing> RouteEngine::Standings(int64_t now_unix_ms) {
  std::vector<Standing> standings(entries_.size());
  for (size_t slot = 0; slot < entries_.size(); ++slot) {
    if (!entries_[slot]) continue;
    Entry& entry = *entries_[slot];
    const InstanceSpec& spec = *entry.spec;
    Standing& standing = standings[slot];
    if (spec.static_weight == 0 || spec.availability == Availability::kWithheld) continue;
    standing.use = spec.availability == Availability::kUsable ? Standing::Use::kUsable
                                                              : Standing::Use::kUnreachable;
    standing.level = entry.level;
    standing.site = spec.site;
    entry.warm_up = now_unix_ms == 0 ? 1
                                     : WarmUpFactor(settings_.settings().warm_up(),
                                                    spec.registered_unix_ms, now_unix_ms);
    standing.full_weight = spec.static_weight * entry.warm_up;
    if (kind_ == policy::Kind::kL5) standing.full_weight *= entry.figures.dynamic_weight;  // ZY-024
    standing.factor = entry.shield.factor();
    const ShieldPhase phase = entry.shield.phase();
    standing.healthy = phase == ShieldPhase::kOpen || phase == ShieldPhase::kRecovering;
    if (!entry.silence.suspect()) continue;
    standing.factor *= Trickle(entry);
    standing.healthy = false;
  }
  return standings;
}

// What each would get if it were well, so that a shield knows how many calls a trial needs.
void RouteEngine::NoteExpectedShares(const std::vector<Standing>& standings) {
  std::array<double, locality::kLevels> full{};
  for (const Standing& standing : standings) {
    if (standing.use == Standing::Use::kUsable || none_usable_) {
      full[static_cast<size_t>(standing.level)] += standing.full_weight;
    }
  }
  // All that the nearer levels leave, and not what the level gets now: one whose instances are all
  // shielded gets nothing, and they would all be tried with half of their share.
  std::array<double, locality::kLevels> left{};
  double nearer = 0;
  for (size_t level = 0; level < locality::kLevels; ++level) {
    left[level] = std::max(0.0, 1 - nearer);
    if (!pools_.empty()) nearer += pools_[0].shares.level_shares[level];
  }
  for (size_t slot = 0; slot < entries_.size(); ++slot) {
    if (!entries_[slot]) continue;
    const auto level = static_cast<size_t>(standings[slot].level);
    entries_[slot]->expected_share =
        full[level] > 0 ? left[level] * standings[slot].full_weight / full[level] : 0;
  }
}

std::vector<ShieldPhase> RouteEngine::Phases() const {
  std::vector<ShieldPhase> phases;
  phases.reserve(entries_.size());
  for (const EntryPointer& entry : entries_) {
    phases.push_back(entry ? entry->shield.phase() : ShieldPhase::kOpen);
  }
  return phases;
}

// Whether any pool's sequence or protection is another than in the present table.
bool RouteEngine::ShareOut(int64_t now_unix_ms) {
  const std::vector<Standing> standings = Standings(now_unix_ms);
  bool changed = false;
  for (size_t k = 0; k < pools_.size(); ++k) {
    PoolState& pool = pools_[k];
    PoolShares shares =
        ShareOutPool(settings_.settings(), standings, compiled_.pools[k].slots, now_unix_ms);
    if (shares == pool.shares) continue;
    changed |= shares.protection != pool.shares.protection;
    pool.shares = std::move(shares);
    std::vector<uint32_t> quotas = AllotByPlace(pool.shares.shares, places_, salt_);
    // Shares that differ by less than an element of the sequence make no other table.
    if (quotas == pool.quotas) continue;
    pool.quotas = std::move(quotas);
    pool.sequence = Interleave(pool.quotas);
    changed = true;
  }
  NoteExpectedShares(standings);
  return changed;
}

TickResult RouteEngine::Tick(Time now, int64_t now_unix_ms) {
  TickResult result;
  // No table rather than an empty one: a reader would take it for the agent's word, and drop what
  // it knows itself.
  if (slot_of_.empty()) return result;
  if (period_began_ == Time{}) period_began_ = now;
  if (now - period_began_ >= options_.period) EndPeriod(now);
  StepShields(now);
  GrantShields(now);
  WatchSilence(now);
  JudgeService(now);
  const bool methods_changed = StepMethods(now);
  result.probes = DueProbes(now);
  bool changed = roster_changed_ || settings_changed_;
  if (changed) CompilePools();
  changed |= methods_changed;
  changed |= ShareOut(now_unix_ms);
  const double refused = std::round(overload_.RefusedShare(now) / kRefusedStep) * kRefusedStep;
  changed |= std::exchange(refused_share_, refused) != refused;
  std::vector<ShieldPhase> phases = Phases();
  changed |= phases != phases_ || list_protection_ != list_protection_shown_;
  if (!changed) return result;
  phases_ = std::move(phases);
  Publish();
  result.table = table_;
  return result;
}

void RouteEngine::Publish() {
  if (roster_changed_) ++roster_generation_;
  roster_changed_ = false;
  settings_changed_ = false;
  list_protection_shown_ = list_protection_;
  auto table = std::make_shared<RouteTable>();
  table->generation = table_->generation + 1;
  table->roster_generation = roster_generation_;
  table->kind = kind_;
  table->rules = compiled_.rules;
  table->refused_share = refused_share_;
  for (const MethodShields::Shielded& shielded : method_shields_.shielded()) {
    v1::MethodShield& out = table->method_shields.emplace_back();
    out.set_method_hash(shielded.method_hash);
    out.set_slot(shielded.slot);
    out.set_reason(shielded.reason);
  }
  for (size_t k = 0; k < pools_.size(); ++k) {
    const PoolShares& shares = pools_[k].shares;
    table->pools.push_back(TablePool{compiled_.pools[k].name, compiled_.pools[k].slots,
                                     k == 0 ? std::vector<uint16_t>() : pools_[k].sequence,
                                     shares.protection, shares.level_shares, shares.level_reason,
                                     shares.last_resort});
  }
  table->sequence = pools_[0].sequence;
  table->protection = list_protection_;
  if (!pools_[0].shares.protection.empty()) {
    if (!table->protection.empty()) table->protection += "; ";
    table->protection += pools_[0].shares.protection;
  }
  table->entries.resize(entries_.size());
  const auto length = static_cast<double>(table->sequence.size());
  for (size_t slot = 0; slot < entries_.size(); ++slot) {
    if (!entries_[slot]) continue;
    Entry& entry = *entries_[slot];
    entry.share = length > 0 ? pools_[0].quotas[slot] / length : 0;
    table->entries[slot] =
        TableEntry{entry.spec,  entry.generation,     entry.figures.dynamic_weight,
                   entry.share, entry.shield.phase(), static_cast<uint8_t>(entry.level)};
  }
  table_ = std::move(table);
}

}  // namespace bellrock::routing
