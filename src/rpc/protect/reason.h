// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "bellrock/service.h"

namespace bellrock::rpc::protect {

// The classes from the one served first to the one refused first (OCTO-027).
inline constexpr std::array<Qos, 3> kQosByRank = {Qos::kCritical, Qos::kNormal, Qos::kBackground};
inline constexpr size_t kQosCount = kQosByRank.size();
constexpr size_t RankOf(Qos qos) {
  return qos == Qos::kCritical ? 0 : qos == Qos::kNormal ? 1 : 2;
}

// What a protection does.
enum class Mode : uint8_t { kOff, kDryRun, kOn };

// Why a call was refused.
enum class Reason : uint8_t {
  kNone,
  kDeadline,           // passed before the call could begin
  kConcurrency,        // of the server, and there is no queue
  kMethodConcurrency,  // of the method
  kQueueFull,          // as many wait as may
  kQueueAge,           // waited longer than it may
  kDisplaced,          // gave its place in the queue to a call that matters more
  kRateQuota,          // the consumer's calls per second
  kConcurrencyQuota,   // the consumer's calls at once
};
inline constexpr size_t kReasonCount = 9;

// "queue_age", "critical": as they stand in status, metrics and refusals.
std::string_view ReasonName(Reason reason);
std::string_view QosName(Qos qos);

// A served method, as Protection numbers them from 0.
using MethodId = uint32_t;

}  // namespace bellrock::rpc::protect
