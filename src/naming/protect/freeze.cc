// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/protect/freeze.h"

#include <fmt/format.h>

#include <algorithm>

namespace bellrock::naming::protect {

void Freeze::SetMembers(size_t known, size_t lost, Time now) {
  if (lost > lost_) {
    // Another loss is a new reason, and its clients are on their way from now on.
    uncalm_ = now;
    given_up_ = false;
    if (!on_) since_ = now;
    on_ = true;
    reason_ = Reason::kMembersLost;
    limit_since_ = now;
  } else if (lost == 0 && lost_ > 0) {
    limit_since_ = now;
  }
  known_ = known;
  lost_ = lost;
  Decide(now);
}

void Freeze::OnSlot(const Slot& slot, Time now) {
  slots_.push_back(slot);
  if (slots_.size() > kSlots) slots_.pop_front();
  Decide(now);
}

double Freeze::ShareOf(uint64_t Slot::*what) const {
  uint64_t due = 0, counted = 0;
  for (const Slot& slot : slots_) {
    due += slot.due;
    counted += slot.*what;
  }
  return due < kDueMin ? 0 : static_cast<double>(counted) / static_cast<double>(due);
}

void Freeze::Decide(Time now) {
  const double missing = missing_share();
  const double calm = lost_ > 0 ? kMissingShareCalmCut : kMissingShareCalm;
  if (missing + unproven_share() > calm) uncalm_ = now;
  if (!on_) {
    if (missing <= kMissingShareCalm) given_up_ = false;
    const bool blind = lost_ > 0 && unproven_share() > kMissingShareCalmCut;
    if ((missing < kMissingShareMax && !blind) || given_up_) return;
    on_ = true;
    since_ = limit_since_ = now;
    reason_ = lost_ > 0 ? Reason::kMembersLost : Reason::kHeartbeatsMissing;
    return;
  }
  if (Overdue(now)) {
    on_ = false;
    given_up_ = true;
  } else if (now - uncalm_ >= kHold) {
    on_ = false;
  }
  if (!on_) reason_ = Reason::kNone;
}

bool Freeze::Overdue(Time now) const {
  return now - limit_since_ >= (lost_ > 0 ? kMembersMax : kHeartbeatsMax);
}

Freeze::State Freeze::At(Time now) const {
  if (const Override* said = override_.At(now)) {
    return {said->on, Reason::kOperator, said->since, said->who_and_why};
  }
  if (!on_) return {};
  return {true, reason_, since_, Detail()};
}

std::string Freeze::Detail() const {
  return fmt::format("{} of {} members lost, {:.0f} % of heartbeats missing", lost_, known_,
                     100 * missing_share());
}

}  // namespace bellrock::naming::protect
