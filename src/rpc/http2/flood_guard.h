// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>

#include "bellrock/status.h"
#include "bellrock/time.h"
#include "rpc/http2/session.h"

namespace bellrock::rpc::http2 {

// Tells a flood of frames that cost their sender little and us more (CVE-2019-9512, -9513, -9515,
// -9518, CVE-2023-44487) from ordinary use: a token bucket per kind of frame. Pure; belongs to one
// connection.
class FloodGuard {
 public:
  // All calls in flight may be cancelled at once, as when a client's deadline passes.
  explicit FloodGuard(size_t calls_max);

  // kResourceExhausted beyond the rate, saying which kind.
  Status Note(Control control, Time now);

 private:
  struct Bucket {
    double burst = 0;
    double per_second = 0;
    double tokens = 0;
    Time filled{};
  };

  std::array<Bucket, kControlCount> buckets_;
};

}  // namespace bellrock::rpc::http2
