// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <chrono>
#include <string>

#include "routing/engine.h"

// What an engine decided, for people.
namespace bellrock::routing {
namespace {

v1::ShieldState ToProto(ShieldPhase phase) {
  return static_cast<v1::ShieldState>(phase);
}

}  // namespace

void RouteEngine::Describe(v1::ServiceTable& out, Time now) const {
  out.set_generation(table_->generation);
  out.set_policy(std::string(policy::NameOf(kind_)));
  out.set_protection(table_->protection);
  out.set_site(options_.place.site());
  out.set_region(options_.place.region());
  out.set_settings_version(settings_.version());
  out.set_calls_per_s(calls_per_s_);
  out.set_refused_per_s(refused_per_s_);
  out.set_refused_share(refused_share_);
  out.set_overload(overload_.reason());
  for (const v1::CompiledRule& rule : compiled_.rules) out.add_rules(rule.name());
  for (size_t k = 0; k < pools_.size(); ++k) {
    v1::PoolView& pool = *out.add_pools();
    pool.set_name(compiled_.pools[k].name);
    pool.set_instances(static_cast<int32_t>(compiled_.pools[k].slots.size()));
    pool.set_protection(pools_[k].shares.protection);
    pool.set_reason(pools_[k].shares.level_reason);
    for (const double share : pools_[k].shares.level_shares) pool.add_level_shares(share);
  }
  for (const v1::MethodShield& shield : table_->method_shields) {
    if (shield.slot() >= entries_.size() || !entries_[shield.slot()]) continue;
    v1::MethodShieldView& view = *out.add_method_shields();
    const auto named = method_names_.find(shield.method_hash());
    view.set_method(named != method_names_.end()
                        ? named->second
                        : fmt::format("method {:08x}", shield.method_hash()));
    view.set_path(entries_[shield.slot()]->spec->path);
    view.set_reason(shield.reason());
  }
  for (uint32_t slot = 0; slot < entries_.size(); ++slot) {
    if (entries_[slot]) DescribeInstance(slot, now, *out.add_instances());
  }
}

void RouteEngine::DescribeInFlight(v1::ServiceTable& out, const CountInFlight& count) const {
  for (v1::InstanceRoute& route : *out.mutable_instances()) {
    const Entry& entry = *entries_[route.slot()];
    if (entry.spec->availability != Availability::kWithheld) continue;
    route.set_withheld(true);
    route.set_in_flight(count(route.slot(), entry.generation));
  }
}

void RouteEngine::DescribeInstance(uint32_t slot, Time now, v1::InstanceRoute& route) const {
  const Entry& entry = *entries_[slot];
  const InstanceSpec& spec = *entry.spec;
  route.set_path(spec.path);
  route.set_address(spec.address);
  route.set_site(spec.site);
  route.set_static_weight(static_cast<int32_t>(spec.static_weight));
  route.set_dynamic_weight(entry.figures.dynamic_weight);
  route.set_weight(entry.share);
  route.set_shield(ToProto(entry.shield.phase()));
  route.set_reason(ReasonOf(entry, now));
  route.set_calls(entry.calls);
  route.set_failures(entry.failures);
  route.set_success_rate(entry.figures.ok_rate);
  route.set_delay_us(entry.figures.delay_us);
  route.set_slot(slot);
  route.set_naming_state(spec.naming_state);
  route.set_level(static_cast<uint32_t>(entry.level));
  route.set_warm_up(entry.warm_up);
  route.mutable_labels()->insert(spec.labels.begin(), spec.labels.end());
  route.set_calls_per_s(entry.calls_per_s);
  route.set_region(std::string(locality::RegionOf(settings_.settings().locality(), spec)));
  const bool suspect = entry.silence.suspect();
  if (entry.shield.phase() != ShieldPhase::kOpen || entry.shield.factor() < 1 || suspect) {
    const Time since = suspect ? entry.silence.suspect_since : entry.shield.since();
    route.set_shielded_ms(
        std::chrono::duration_cast<std::chrono::milliseconds>(now - since).count());
  }
}

}  // namespace bellrock::routing
