// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// The registry's part in active probes: whom it answers for, and what an answer means.
#include "naming/registry.h"

namespace bellrock::naming {

void Registry::KeepProbe(const Instance& instance) {
  if (HealthCheck::IsProbed(instance.health) && owns_(instance)) {
    probes_.Put(instance, now_);
  } else {
    probes_.Remove(instance);
  }
}

std::optional<probe::Probe> Registry::TakeProbe(Time now) {
  while (const Instance* instance = probes_.Next(now)) {
    if (owns_(*instance)) return probes_.Begin(*instance, now);
    probes_.Remove(*instance);  // its node turned out to be another site's
  }
  return std::nullopt;
}

void Registry::FinishProbe(const probe::Probe& probe, bool alive, const Moment& at) {
  probes_.Finish(probe, alive);
  Instance* instance = tree().Find(probe.path);
  if (!alive || !leading_ || instance == nullptr) return;
  // It may have gone to another site meanwhile: this must not fetch it back.
  if (!owns_(*instance)) return;
  Heartbeat(*instance, probe.incarnation, 0, at);
}

}  // namespace bellrock::naming
