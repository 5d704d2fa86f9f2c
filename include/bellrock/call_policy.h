// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "bellrock/service.h"

namespace bellrock {

// Tries of one call, the first included.
inline constexpr int kAttemptsMax = 5;

// How the calls of a channel share connections.
enum class Connections : uint8_t {
  kSingle = 0,  // a few per endpoint, each carries many calls at once
  kPooled = 1,  // each call in flight has one of its own; idle ones are kept
  kShort = 2,   // each call makes one and closes it
};

// Whether a call may run twice. What is tried again in each case: docs/calls.md.
enum class Idempotent : uint8_t {
  kDefault = 0,  // tried again if the connection broke; two runs are rare but possible
  kYes = 1,
  kNo = 2,  // tried again only if it surely did not run; never hedged
};

// How the calls of one method are made where CallOptions says nothing. Zeros leave it to the
// channel.
struct MethodOptions {
  Duration timeout{0};  // also bounds streams
  int attempts = 0;     // maximum kAttemptsMax
  Duration hedge_after{0};
  Compression compression = Compression::kDefault;
  Idempotent idempotent = Idempotent::kDefault;
};

}  // namespace bellrock
