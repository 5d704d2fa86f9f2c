// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm/muting.h"

#include <fmt/format.h>

#include <algorithm>

#include "metrics/alarm/matcher.h"

namespace bellrock::metrics::alarm {
namespace {

bool FiredBeside(const v1::AlarmFiring& source, const v1::AlarmFiring& target) {
  if (source.resolved_at() == 0) return true;
  return target.resolved_at() != 0 && source.resolved_at() >= target.resolved_at();
}

bool Equal(const v1::AlarmInhibition& inhibition, const v1::AlarmFiring& a,
           const v1::AlarmFiring& b) {
  return std::all_of(inhibition.equal().begin(), inhibition.equal().end(), [&](const auto& name) {
    return LabelOf(a.labels(), name) == LabelOf(b.labels(), name);
  });
}

const v1::AlarmFiring* Inhibitor(const v1::AlarmInhibition& inhibition, const Memory& memory,
                                 const v1::AlarmFiring& target) {
  // What inhibits others is not inhibited by its like, or two could hush each other.
  if (!LabelsMatch(inhibition.target(), target.labels())) return nullptr;
  if (LabelsMatch(inhibition.source(), target.labels())) return nullptr;
  for (const auto& [id, source] : memory.firings) {
    if (FiredBeside(source, target) && LabelsMatch(inhibition.source(), source.labels()) &&
        Equal(inhibition, source, target)) {
      return &source;
    }
  }
  return nullptr;
}

}  // namespace

std::string WhyMuted(const v1::AlarmSettings& settings, const Memory& memory,
                     const v1::AlarmFiring& firing, int64_t now) {
  for (const v1::AlarmSilence& silence : settings.silences()) {
    const bool active = silence.from() <= now && now < silence.to();
    if (active && LabelsMatch(silence.matchers(), firing.labels())) {
      return fmt::format("silenced by {}: {}", silence.by(), silence.comment());
    }
  }
  for (const v1::AlarmInhibition& inhibition : settings.inhibitions()) {
    if (const v1::AlarmFiring* source = Inhibitor(inhibition, memory, firing); source != nullptr) {
      return fmt::format("inhibited by {} of {}", LabelOf(source->labels(), "alertname"),
                         LabelOf(source->labels(), "service"));
    }
  }
  return {};
}

}  // namespace bellrock::metrics::alarm
