// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

namespace bellrock::rpc {

// Keeps retries from multiplying the load on a callee that fails: a bucket of tokens; each retry
// takes one, each success gives `ratio` of one back, and at or below half of the bucket nobody
// retries (gRFC A6). Pure; belongs to one client.
class RetryBudget {
 public:
  RetryBudget(double tokens_max, double ratio)
      : tokens_max_(std::max(0.0, tokens_max)),
        ratio_(std::max(0.0, ratio)),
        tokens_(tokens_max_) {}

  // True if a retry may be made now; it is then paid for.
  bool TryTake() {
    if (tokens_ <= tokens_max_ / 2) return false;
    tokens_ = std::max(0.0, tokens_ - 1);
    return true;
  }
  void OnSuccess() { tokens_ = std::min(tokens_max_, tokens_ + ratio_); }
  double tokens() const { return tokens_; }

 private:
  double tokens_max_;
  double ratio_;
  double tokens_;
};

}  // namespace bellrock::rpc
