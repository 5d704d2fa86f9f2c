// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "bellrock/status.h"

namespace bellrock::naming {

inline constexpr size_t kHealthPathBytesMax = 255;
inline constexpr int32_t kProbeIntervalMsMin = 1'000;
inline constexpr int32_t kProbeIntervalMsMax = 1'800'000;  // half of the longest lease
inline constexpr int32_t kProbeIntervalMsDefault = 5'000;
inline constexpr int32_t kProbeTimeoutMsDefault = 1'000;

// How the registry itself finds out that an instance lives (OCTO-032, OCTO-033): for those that
// send no heartbeats (MSEC-082), or beside heartbeats.
struct HealthCheck {
  enum class Kind : uint8_t { kNone, kTcp, kHttp, kGrpc, kStatic };
  static constexpr uint8_t kKinds = 5;

  Kind kind = Kind::kNone;
  int32_t interval_ms = 0;
  int32_t timeout_ms = 0;
  std::string path{};  // kHttp: the request's; kGrpc: the service asked about, "" = the server

  bool probed() const { return IsProbed(kind); }
  static constexpr bool IsProbed(Kind kind) {
    return kind == Kind::kTcp || kind == Kind::kHttp || kind == Kind::kGrpc;
  }
  friend bool operator==(const HealthCheck&, const HealthCheck&) = default;
};

// Fills in defaults and refuses what cannot be done: kInvalidArgument with field, value and remedy.
Status CheckHealth(HealthCheck& health);

}  // namespace bellrock::naming
