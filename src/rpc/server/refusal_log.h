// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "bellrock/time.h"

namespace bellrock::rpc {

// Why a server closed a connection on its own.
enum class Refusal {
  kUnknownProtocol,
  kBadFrame,
  kBadHttp,
  kHalfOpen,
  kIdle,
  kSlowReader,
  kTooMany,
  kBadTls,
  kPlainText,
  kFlood
};
inline constexpr int kRefusalCount = 10;

std::string_view RefusalName(Refusal reason);

// Logs refusals, at most one line a second and reason, with the number of those not shown, so that
// a flood of bad connections does not become a flood of log lines. Thread-safe.
class RefusalLog {
 public:
  void Note(Refusal reason, std::string_view peer, std::string_view detail, Time now);
  uint64_t count(Refusal reason) const;

  // The line to log now, or nothing. Pure part of Note().
  std::optional<std::string> Line(Refusal reason, std::string_view peer, std::string_view detail,
                                  Time now);

 private:
  struct Entry {
    uint64_t count = 0;
    uint64_t unshown = 0;
    std::optional<Time> shown_at;
  };
  mutable std::mutex mutex_;
  std::array<Entry, kRefusalCount> entries_;
};

}  // namespace bellrock::rpc
