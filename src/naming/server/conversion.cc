// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/server/conversion.h"

#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>

namespace bellrock::naming::server {
namespace {

v1::InstanceState StateToWire(State state) {
  switch (state) {
    case State::kInitial:
      return v1::INSTANCE_STATE_INITIAL;
    case State::kWorking:
      return v1::INSTANCE_STATE_WORKING;
    case State::kUnreachable:
      return v1::INSTANCE_STATE_UNREACHABLE;
  }
  return v1::INSTANCE_STATE_UNSPECIFIED;
}

HealthCheck FromWire(const v1::HealthCheck& from) {
  HealthCheck health;
  // What is no kind is refused with the rest of the spec (CheckHealth).
  const bool known = v1::HealthCheck::Kind_IsValid(from.kind());
  health.kind = static_cast<HealthCheck::Kind>(known ? static_cast<uint8_t>(from.kind())
                                                     : HealthCheck::kKinds);
  health.interval_ms = from.interval_ms();
  health.timeout_ms = from.timeout_ms();
  health.path = from.path();
  return health;
}

void ToWire(const HealthCheck& from, v1::HealthCheck& to) {
  to.set_kind(static_cast<v1::HealthCheck::Kind>(from.kind));
  to.set_interval_ms(from.interval_ms);
  to.set_timeout_ms(from.timeout_ms);
  to.set_path(from.path);
}

}  // namespace

std::string ReasonOf(const InstanceView& view) {
  const HealthCheck& health = view.spec.traits->health;
  switch (view.state) {
    case State::kInitial:
      return health.probed() ? "registered; no probe was answered yet"
                             : "registered; no heartbeat yet";
    case State::kWorking:
      if (health.kind == HealthCheck::Kind::kStatic) return "static: works until deregistered";
      return health.probed() ? "answers probes" : "heartbeats";
    case State::kUnreachable:
      return fmt::format("no {} for its lease of {} ms",
                         health.probed() ? "answer to probes and no heartbeat" : "heartbeat",
                         view.spec.lease_ms);
  }
  return "";
}

Result<Target> ResolveTarget(const Registry& registry, std::string_view target) {
  Result<Target> found = registry.aliases().Resolve(target);
  if (!found.ok()) return found.status().WithContext("target");
  return found;
}

Result<WatchFilter> ParseFilter(const v1::Filter& filter) {
  return WatchFilter::Make({filter.sites().begin(), filter.sites().end()},
                           {filter.clusters().begin(), filter.clusters().end()},
                           {filter.labels().begin(), filter.labels().end()});
}

Spec FromWire(const v1::InstanceSpec& from) {
  auto traits = std::make_shared<Traits>();
  traits->version = from.version();
  for (const auto& [key, value] : from.labels()) traits->labels.emplace(key, value);
  if (from.has_health()) traits->health = FromWire(from.health());
  Spec spec;
  spec.path = from.path();
  spec.address = from.address();
  spec.weight = from.weight();
  spec.lease_ms = from.lease_ms();
  spec.traits = std::move(traits);
  spec.incarnation = from.incarnation();
  return spec;
}

OperatorState FromWire(const v1::OperatorState& from) {
  return OperatorState{from.disabled(), from.isolated(), from.weight(), from.reason(), {},
                       from.document()};
}

// Of what holds now, and of what holds next.
template <typename Said>
void FillSaid(const OperatorState& from, Said& to) {
  to.set_disabled(from.disabled);
  to.set_isolated(from.isolated);
  to.set_weight(from.weight);
  to.set_reason(from.reason);
}

void ToWire(const OperatorState& from, v1::OperatorState& to) {
  FillSaid(from, to);
  if (!from.window) return;
  v1::MaintenanceWindow& window = *to.mutable_window();
  window.set_from_unix_ms(from.window->from_unix_ms);
  window.set_until_unix_ms(from.window->until_unix_ms);
  window.set_begun(from.window->begun);
  FillSaid(*from.window->next, *window.mutable_next());
}

void ToWire(const InstanceView& from, v1::Instance& to) {
  v1::InstanceSpec& spec = *to.mutable_spec();
  spec.set_path(from.spec.path);
  spec.set_address(from.spec.address);
  spec.set_weight(from.spec.weight);
  spec.set_lease_ms(from.spec.lease_ms);
  spec.set_incarnation(from.spec.incarnation);
  spec.set_version(from.spec.traits->version);
  for (const auto& [key, value] : from.spec.traits->labels) (*spec.mutable_labels())[key] = value;
  const HealthCheck& health = from.spec.traits->health;
  if (health.kind != HealthCheck::Kind::kNone) ToWire(health, *spec.mutable_health());
  if (from.operator_state != nullptr) ToWire(*from.operator_state, *to.mutable_operator_state());
  to.set_state(StateToWire(from.state));
  to.set_revision(from.revision);
  to.set_registered_unix_ms(from.registered_unix_ms);
  to.set_changed_unix_ms(from.changed_unix_ms);
  to.set_reason(ReasonOf(from));
}

void ToWire(const Notice& from, v1::Event& to) {
  to.set_revision(from.event->revision);
  if (!from.removal) {
    to.set_kind(v1::Event::KIND_PUT);
    ToWire(from.event->instance, *to.mutable_instance());
    return;
  }
  to.set_kind(v1::Event::KIND_REMOVE);
  to.mutable_instance()->mutable_spec()->set_path(from.event->path());
}

}  // namespace bellrock::naming::server
