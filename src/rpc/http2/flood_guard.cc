// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/http2/flood_guard.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "rpc/error_catalog.h"

namespace bellrock::rpc::http2 {
namespace {

constexpr std::array<std::string_view, kControlCount> kNames = {
    "resets of streams", "SETTINGS frames", "PING frames", "empty DATA frames", "PRIORITY frames"};

constexpr double kResetBurstMin = 1000;
constexpr double kResetsPerSecond = 1000;
constexpr double kSettingsBurst = 100;
constexpr double kSettingsPerSecond = 10;
// gRPC clients probe the bandwidth with a ping per round trip, thousands a second on loopback.
constexpr double kPingBurst = 20'000;
constexpr double kPingsPerSecond = 10'000;
// A stream that is half-closed late ends with an empty frame, so they come as often as calls; they
// count here only when they end nothing.
constexpr double kEmptyBurst = 1000;
constexpr double kEmptyPerSecond = 1000;
constexpr double kPriorityBurst = 1000;
constexpr double kPrioritiesPerSecond = 100;

}  // namespace

FloodGuard::FloodGuard(size_t calls_max) {
  const double resets = std::max(static_cast<double>(calls_max), kResetBurstMin);
  buckets_ = {{{resets, kResetsPerSecond, resets, {}},
               {kSettingsBurst, kSettingsPerSecond, kSettingsBurst, {}},
               {kPingBurst, kPingsPerSecond, kPingBurst, {}},
               {kEmptyBurst, kEmptyPerSecond, kEmptyBurst, {}},
               {kPriorityBurst, kPrioritiesPerSecond, kPriorityBurst, {}}}};
}

Status FloodGuard::Note(Control control, Time now) {
  const auto kind = static_cast<size_t>(control);
  Bucket& bucket = buckets_[kind];
  if (now > bucket.filled) {
    const double seconds = std::chrono::duration<double>(now - bucket.filled).count();
    bucket.tokens = std::min(bucket.burst, bucket.tokens + seconds * bucket.per_second);
    bucket.filled = now;
  }
  if (bucket.tokens < 1) {
    return ResourceExhaustedError(Numbered(
        ErrorNumber::kHttp2Broken, fmt::format("a flood of {}: more than {} and {} a second",
                                               kNames[kind], bucket.burst, bucket.per_second)));
  }
  bucket.tokens -= 1;
  return Status::Ok();
}

}  // namespace bellrock::rpc::http2
