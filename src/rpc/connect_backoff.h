// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>

#include "bellrock/time.h"

namespace bellrock::rpc {

// Remembers failed connects to one address, so that a dead instance does not cost every call a
// connect timeout: after a failure no connect is tried for 50 ms, doubling to 1 s. Pure.
class ConnectBackoff {
 public:
  static constexpr Duration kFirst = std::chrono::milliseconds(50);
  static constexpr Duration kLast = std::chrono::seconds(1);

  bool MayConnect(Time now) const { return now >= retry_at_; }
  Time retry_at() const { return retry_at_; }
  void OnFailure(Time now) {
    retry_at_ = now + next_;
    next_ = std::min(next_ * 2, kLast);
  }
  void OnSuccess() { *this = ConnectBackoff(); }

 private:
  Duration next_ = kFirst;
  Time retry_at_ = Time::min();
};

}  // namespace bellrock::rpc
