// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bellrock/metrics/v1/metrics.pb.h"
#include "metrics/card.h"
#include "metrics/series_kind.h"

namespace bellrock::metrics {

// Whoever has figures beside calls: asked by a recorder once a second, from a fiber of its loop.
class SeriesSource {
 public:
  virtual ~SeriesSource() = default;
  // Adds the cards of what came since it was last asked, as of `second` (unix). Each is told once.
  // May block the fiber for moments. `last`: it will not be asked again, so gauges have nothing to
  // add.
  virtual void Collect(int64_t second, bool last, v1::PushRequest& push) = 0;
};

// What a card of such figures is told apart by.
struct SeriesName {
  std::string_view callee;  // "host:sz"
  std::string_view method;  // "cpu_permille"
  std::string_view callee_host;
  std::string_view attributes = {};  // "level=28,vip=yes"
};

// Adds n to a counter; nothing for 0.
void AddCounter(const SeriesName& name, int64_t second, uint64_t n, v1::PushRequest& push);
// One sample. A value beyond 32 bits counts as the largest one.
void AddGauge(const SeriesName& name, int64_t second, uint64_t value, v1::PushRequest& push);
// A distribution; several cards if it has more values than one may have.
void AddCard(const SeriesName& name, int64_t second, const Card& card, v1::PushRequest& push);

}  // namespace bellrock::metrics
