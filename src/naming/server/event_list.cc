// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/server/event_list.h"

#include <fmt/format.h>

#include "naming/server/conversion.h"

namespace bellrock::naming::server {
namespace {

constexpr int32_t kEventsDefault = 100;

std::string WhatOf(const Event& event) {
  using replica::RecordChange;
  if (event.kind == Event::Kind::kRemove) return "deregistered";
  if (event.kind == Event::Kind::kDocument) return "operator";
  switch (event.change) {
    case RecordChange::kNew:
    case RecordChange::kNewLife:
      return "registered";
    case RecordChange::kSpec:
      return "changed";
    case RecordChange::kOperator:
      return "operator";
    case RecordChange::kState:
      break;
  }
  return event.instance.state == State::kWorking ? "working" : "unreachable";
}

std::string WhyOperated(const Event& event) {
  const OperatorStatePtr& said = event.instance.operator_state;
  if (said == nullptr) return event.why;
  if (!said->window) return said->reason;
  const MaintenanceWindow& window = *said->window;
  return fmt::format("maintenance window {}{}: {}", WindowText(window),
                     window.begun ? "" : ", to come",
                     window.begun ? said->reason : window.next->reason);
}

std::string WhyOf(const Event& event) {
  const InstanceView& view = event.instance;
  const std::string what = WhatOf(event);
  if (what == "operator") return WhyOperated(event);
  return what == "working" || what == "unreachable" ? ReasonOf(view) : "";
}

}  // namespace

Result<v1::ListEventsReply> ListLastEvents(const Registry& registry,
                                           const v1::ListEventsRequest& request,
                                           const std::function<std::string(uint64_t)>& name_of) {
  if (request.limit() < 0 || request.limit() > kListedEventsMax) {
    return InvalidArgumentError(fmt::format("limit {}: use 1..{}, or 0 for {}", request.limit(),
                                            kListedEventsMax, kEventsDefault));
  }
  const std::string target = request.target().empty() ? "/" : request.target();
  BELLROCK_ASSIGN(const Target parsed, ResolveTarget(registry, target));
  const int limit = request.limit() == 0 ? kEventsDefault : request.limit();
  v1::ListEventsReply reply;
  const EventRing& ring = registry.events();
  for (const EventPtr& event : ring.Before(parsed, request.before_revision(), limit + 1)) {
    if (reply.events_size() == limit) {
      reply.set_reaches_back(true);
      break;
    }
    v1::ListEventsReply::Entry& entry = *reply.add_events();
    entry.set_revision(event->revision);
    entry.set_unix_ms(event->instance.stamp.time.unix_ms());
    entry.set_path(event->path());
    entry.set_what(WhatOf(*event));
    entry.set_who(name_of(event->instance.stamp.dot.origin.node));
    entry.set_why(WhyOf(*event));
  }
  return reply;
}

}  // namespace bellrock::naming::server
