// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/movement.h"

#include <algorithm>

namespace bellrock::metrics::query {

uint64_t CallsOver(const Card& card, uint64_t latency_us) {
  uint64_t calls = 0;
  for (const Card::Bucket& bucket : card.buckets()) {
    if (bucket.latency_us > latency_us) calls += bucket.count;
  }
  return calls;
}

Movement MovementOf(const std::map<std::string, Moved>& moved) {
  Moved all;
  for (const auto& [value, one] : moved) {
    all.change += one.change;
    all.calls_now += one.calls_now;
    all.calls_past += one.calls_past;
  }
  const bool calls_left = all.calls_now > 0;
  const double calls = calls_left ? all.calls_now : std::max(1.0, all.calls_past);
  Movement movement;
  movement.change = all.change;
  for (const auto& [value, one] : moved) {
    MovedPart& part = movement.parts.emplace_back();
    part.value = value;
    part.change = one.change;
    part.share = all.change == 0 ? 0 : one.change / all.change;
    part.calls_share = (calls_left ? one.calls_now : one.calls_past) / calls;
  }
  return movement;
}

}  // namespace bellrock::metrics::query
