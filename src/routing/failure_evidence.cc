// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/failure_evidence.h"

#include <algorithm>
#include <cmath>

namespace bellrock::routing {
namespace {

constexpr double kWilsonZ = 1.96;

}  // namespace

double WilsonLowerBound(uint64_t failed, uint64_t calls) {
  if (calls == 0) return 0;
  const auto n = static_cast<double>(calls);
  const double rate = static_cast<double>(failed) / n;
  const double z2 = kWilsonZ * kWilsonZ;
  const double middle = rate + z2 / (2 * n);
  const double half = kWilsonZ * std::sqrt(rate * (1 - rate) / n + z2 / (4 * n * n));
  return std::max(0.0, (middle - half) / (1 + z2 / n));
}

void FailureEvidence::Add(uint64_t ok, uint64_t failed, Duration run_age_max, Time now) {
  const int64_t index = now.time_since_epoch() / kBucketSpan;
  Bucket& bucket = window_[static_cast<size_t>(index) % kBuckets];
  if (bucket.index != index) bucket = Bucket{.index = index};
  bucket.ok += static_cast<uint32_t>(ok);
  bucket.failed += static_cast<uint32_t>(failed);
  // The counters tell sums, not an order: any success between two readings ends the run.
  if (ok > 0) {
    run_ = 0;
    return;
  }
  if (run_ == 0 || now - run_began_ > run_age_max) {
    run_ = 0;
    run_began_ = now;
  }
  run_ += static_cast<uint32_t>(std::min<uint64_t>(failed, 1'000'000));
}

void FailureEvidence::Forget() {
  window_.fill(Bucket{});
  run_ = 0;
}

FailureEvidence::Sums FailureEvidence::Lately(Time now) const {
  const int64_t oldest = now.time_since_epoch() / kBucketSpan - static_cast<int64_t>(kBuckets) + 1;
  Sums sums;
  for (const Bucket& bucket : window_) {
    if (bucket.index < oldest) continue;
    sums.ok += bucket.ok;
    sums.failed += bucket.failed;
  }
  return sums;
}

}  // namespace bellrock::routing
