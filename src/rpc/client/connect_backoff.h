// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "bellrock/time.h"

namespace bellrock::rpc {

// Remembers failed connects to one address, so that a dead instance does not cost every call a
// connect timeout: after a failure no connect is tried for 50 ms, doubling to 1 s, less up to a
// quarter so that the callers of a restarted instance do not come back all at once. Pure.
class ConnectBackoff {
 public:
  static constexpr Duration kFirst = std::chrono::milliseconds(50);
  static constexpr Duration kLast = std::chrono::seconds(1);

  bool MayConnect(Time now) const { return now >= retry_at_; }
  Time retry_at() const { return retry_at_; }
  // `random` is any number.
  void OnFailure(Time now, uint64_t random) {
    retry_at_ = now + next_ - next_ / 4 * static_cast<int64_t>(random % 1024) / 1023;
    next_ = std::min(next_ * 2, kLast);
  }
  void OnSuccess() { *this = ConnectBackoff(); }

 private:
  Duration next_ = kFirst;
  Time retry_at_ = Time::min();
};

}  // namespace bellrock::rpc
