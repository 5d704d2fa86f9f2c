// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "metrics/store/store.h"

namespace bellrock::metrics::server {

// How long windows are kept, in seconds (OCTO-038). Seconds are for what happens now (OCTO-084);
// hours are long enough to compare a date with the same one a year ago.
struct Retention {
  static constexpr int64_t kDay = 86400;

  int64_t seconds = 3600;         // windows by the second
  int64_t minutes = 30 * kDay;    // windows by the minute
  int64_t hours = 400 * kDay;     // windows by the hour
  int64_t days = 5 * 366 * kDay;  // windows by the day

  constexpr int64_t Of(store::Grain grain) const {
    const int64_t kept[] = {seconds, minutes, hours, days};
    return kept[static_cast<int>(grain)];
  }
};

}  // namespace bellrock::metrics::server
