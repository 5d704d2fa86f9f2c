// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

#include "bellrock/time.h"

namespace bellrock::rpc::http2 {

// When a client may ping. A stock gRPC server ends a connection ("too_many_pings") whose client
// pings more than twice within five minutes between two frames of data that it sends (gRFC A8). So
// two pings are free after each frame the callee sent, and further ones come rarely. Pure.
class PingPolicy {
 public:
  static constexpr int kPingsFree = 2;
  static constexpr Duration kPingsApart = std::chrono::minutes(5);

  // Headers or data came.
  void OnData() { free_ = kPingsFree; }
  // True: send one now.
  bool TryTake(Time now) {
    if (free_ > 0) {
      --free_;
    } else if (now - last_ < kPingsApart) {
      return false;
    }
    last_ = now;
    return true;
  }

 private:
  int free_ = kPingsFree;
  Time last_{};
};

}  // namespace bellrock::rpc::http2
