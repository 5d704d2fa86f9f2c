// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "bellrock/status.h"
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
  friend bool operator==(const Retention&, const Retention&) = default;
};

// The default with what `text` says instead: "minutes=7d", "seconds=2h,minutes=90d,days=10y"; in m,
// h, d or y (366 days). kInvalidArgument names `field` and the part: seconds are kept for 10
// minutes to a day, nothing for longer than 20 years, and nothing shorter than what is finer, since
// figures are read from the coarsest windows that fit.
Result<Retention> ParseRetention(std::string_view field, std::string_view text);

}  // namespace bellrock::metrics::server
