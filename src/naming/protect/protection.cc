// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/protect/protection.h"

#include <fmt/format.h>

namespace bellrock::naming::protect {

Protection::Verdict Protection::MayEnd(std::string_view service, const Threshold::Counts& counts,
                                       Time now) {
  const Freeze::State freeze = freeze_.At(now);
  if (freeze.on) {
    return {false, freeze.reason == Freeze::Reason::kOperator ? By::kOperator : By::kFreeze};
  }
  if (!threshold_.MayEnd(service, counts, now)) return {false, By::kThreshold};
  return {};
}

std::vector<Protection::Active> Protection::ActiveAt(Time now) {
  std::vector<Active> active;
  const Freeze::State freeze = freeze_.At(now);
  if (freeze.on) active.push_back({"freeze", "", freeze.detail, freeze.since});
  const PushPause::State pause = push_pause_.At(now);
  if (pause.on) active.push_back({"push_pause", "", pause.detail, pause.since});
  const EmptyGuard::Held kept = empty_guard_.HeldNow();
  if (kept.services > 0) {
    active.push_back({"empty_guard", "",
                      fmt::format("callers of {} services keep their last list", kept.services),
                      kept.since});
  }
  for (const Threshold::Held& held : threshold_.HeldServices(now)) {
    if (active.size() >= kActiveMax) break;
    active.push_back(
        {"threshold", held.service,
         fmt::format("{} work, {} have to; {} ends refused", held.working, held.needed, held.held),
         held.since});
  }
  return active;
}

}  // namespace bellrock::naming::protect
