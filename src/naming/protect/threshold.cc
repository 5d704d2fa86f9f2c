// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/protect/threshold.h"

#include <utility>

namespace bellrock::naming::protect {

const int* Threshold::SaidOf(std::string_view service, Time now) const {
  const auto at = said_.find(service);
  const bool holds = at != said_.end() && at->second.slot.At(now) != nullptr;
  return holds ? &at->second.percent : nullptr;
}

bool Threshold::MayEnd(std::string_view service, const Counts& counts, Time now) {
  const int64_t base = counts.working + counts.unreachable;
  const int* said = SaidOf(service, now);
  const int64_t percent = said == nullptr ? kPercentDefault : *said;
  const int64_t needed = (base * percent + 99) / 100;
  // One death is no storm, however small the service: it is told, unless somebody said otherwise.
  const bool single = said == nullptr && counts.unreachable == 0;
  auto at = held_.find(service);
  if (single || counts.working - 1 >= needed) {
    if (at != held_.end() && now >= at->second.accepted_until) held_.erase(at);
    return true;
  }
  if (at == held_.end()) {
    // Beyond the bound nobody can be remembered as held: then holding has no end, so none begins.
    if (held_.size() >= kServicesMax) return true;
    at = held_.emplace(service, Entry{now, now, Time::min(), 0, 0, 0}).first;
  }
  Entry& entry = at->second;
  if (now - entry.last >= kQuiet) entry = Entry{now, now, Time::min(), 0, 0, 0};
  entry.last = now;
  entry.working = counts.working;
  entry.needed = needed;
  if (now < entry.accepted_until) return true;
  if (now - entry.since >= kHoldMax) {
    entry.accepted_until = now + kHoldMax;
    return true;
  }
  ++entry.held;
  return false;
}

std::vector<Threshold::Held> Threshold::HeldServices(Time now) {
  std::erase_if(held_, [&](const auto& held) { return now - held.second.last >= kQuiet; });
  std::erase_if(said_, [&](const auto& said) { return said.second.slot.At(now) == nullptr; });
  std::vector<Held> services;
  for (const auto& [service, entry] : held_) {
    services.push_back({service, entry.since, entry.held, entry.working, entry.needed});
  }
  return services;
}

bool Threshold::SetPercent(std::string_view service, int percent, std::string who_and_why,
                           Duration lasts, Time now) {
  if (said_.size() >= kServicesMax && !said_.contains(service)) return false;
  Said& said = said_[std::string(service)];
  said.percent = percent;
  said.slot.Set(percent > 0, std::move(who_and_why), lasts, now);
  return true;
}

void Threshold::Restore(const std::string& service, int percent, Override said) {
  Said& kept = said_[service];
  kept.percent = percent;
  kept.slot.Restore(std::move(said));
}

void Threshold::ForEachSaid(Time now, const SaidVisitor& visit) const {
  for (const auto& [service, said] : said_) {
    if (const Override* held = said.slot.At(now)) visit(service, said.percent, *held);
  }
}

}  // namespace bellrock::naming::protect
