// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "bellrock/status.h"

// What a call's code says of the instance that it was sent to. Pure.
namespace bellrock::routing::client {

enum class Verdict : uint8_t { kOk, kFailed, kUnreachable, kNeither };

// Only codes that speak of the instance count as its failure; an answer "not found" is a good
// answer.
constexpr Verdict Judge(StatusCode code) {
  switch (code) {
    case StatusCode::kUnavailable:
      return Verdict::kUnreachable;
    case StatusCode::kDeadlineExceeded:
    case StatusCode::kInternal:
    case StatusCode::kUnknown:
    case StatusCode::kDataLoss:
    case StatusCode::kResourceExhausted:
      return Verdict::kFailed;
    case StatusCode::kCancelled:
      return Verdict::kNeither;
    default:
      return Verdict::kOk;
  }
}

constexpr bool SpeaksAgainst(StatusCode code) {
  const Verdict verdict = Judge(code);
  return verdict == Verdict::kFailed || verdict == Verdict::kUnreachable;
}

}  // namespace bellrock::routing::client
