// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// The registry's part in what operators say, for ever or for a time: whose windows it turns over.
#include <fmt/format.h>

#include "naming/registry.h"
#include "naming/spec_check.h"

namespace bellrock::naming {

Status Registry::Operate(std::string_view path, const OperatorState& state, const Moment& at,
                         const WindowTimes& times) {
  now_ = at.now;
  BELLROCK_ASSIGN(const Path parsed, Path::ParseInstance(path));
  BELLROCK_TRY(CheckOperatorState(state));
  const replica::Record known = replica_.table().Find(parsed.text());
  if (!known.has_operator() && !known.has_instance()) {
    return NotFoundError(fmt::format("no instance {}: list its cluster to see who is there", path));
  }
  const size_t words = replica_.table().operator_words();
  if (!known.has_operator() && words >= options_.operator_states_max) {
    return ResourceExhaustedError(
        fmt::format("operator states are kept for {} instances, the limit: clear some", words));
  }
  BELLROCK_ASSIGN(const OperatorState planned, Planned(known, state, times, at));
  replica_.Operate(parsed.text(), planned, at);
  return Status::Ok();
}

Result<OperatorState> Registry::Planned(const replica::Record& known, const OperatorState& wanted,
                                        const WindowTimes& times, const Moment& at) const {
  if (!times.any()) return wanted;
  if (calendar_.size() >= kWindowsMax) {
    return ResourceExhaustedError(fmt::format(
        "maintenance windows are kept for {} instances, the limit: clear some", kWindowsMax));
  }
  const OperatorStatePtr said = known.has_operator() ? known.operator_word->state : nullptr;
  return PlanWindow(said, wanted, times, at.unix_ms);
}

bool Registry::HasWindow(const Instance& instance) {
  const OperatorStatePtr said = instance.operator_state();
  return said != nullptr && said->window.has_value();
}

void Registry::KeepWindow(const Instance& instance) {
  if (HasWindow(instance)) {
    calendar_.Put(PathOf(instance), *NextBoundary(*instance.operator_state()));
  } else if (calendar_.size() > 0) {
    calendar_.Remove(PathOf(instance));
  }
}

// Operators' words outlive the instances they are about.
void Registry::KeepOtherWindows() {
  replica_.table().ForEachOther([&](const std::string& path, const replica::Record& record) {
    if (record.has_operator() && record.operator_word->state->window) {
      calendar_.Put(path, *NextBoundary(*record.operator_word->state));
    }
    return true;
  });
}

void Registry::TurnWindows(const Moment& at) {
  for (size_t turned = 0; leading_ && turned < kTickEndsMax; ++turned) {
    const std::optional<std::string> path = calendar_.TakeDue(at.unix_ms);
    if (!path) return;
    const replica::Record record = replica_.table().Find(*path);
    if (!record.has_operator() || !record.operator_word->state->window) continue;
    // Of one that is not registered nobody is the owner: all leaders say the same.
    const Instance* instance = tree().Find(*path);
    if (instance != nullptr && !owns_(*instance)) continue;
    const OperatorState& said = *record.operator_word->state;
    const bool due = *NextBoundary(said) <= at.unix_ms;
    const OperatorState then = due ? TurnOver(said, at.unix_ms) : said;
    if (due) replica_.Operate(*path, then, at);
    // Of such a one OnPut() is not told.
    if (const auto boundary = NextBoundary(then)) calendar_.Put(*path, *boundary);
  }
}

}  // namespace bellrock::naming
