// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/warm_up.h"

#include <algorithm>

namespace bellrock::routing {
namespace {

constexpr double kFloor = 0.1;

}  // namespace

double WarmUpFactor(const v1::WarmUpSettings& settings, int64_t registered_unix_ms,
                    int64_t now_unix_ms) {
  const auto duration = static_cast<double>(settings.duration_ms());
  if (duration <= 0 || registered_unix_ms <= 0) return 1;
  const double age = static_cast<double>(now_unix_ms) - static_cast<double>(registered_unix_ms);
  if (age >= duration || age < -duration) return 1;
  const double floor = settings.floor() > 0 ? std::min(settings.floor(), 1.0) : kFloor;
  return floor + (1 - floor) * std::max(age, 0.0) / duration;
}

}  // namespace bellrock::routing
