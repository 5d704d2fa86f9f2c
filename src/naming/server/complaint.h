// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bellrock/time.h"

namespace bellrock::naming::server {

// Whether to log again what may happen at any rate: at most once in kInterval.
class Complaint {
 public:
  static constexpr Duration kInterval = std::chrono::minutes(1);

  bool Due(Time now) {
    if (now < next_) return false;
    next_ = now + kInterval;
    return true;
  }

 private:
  Time next_{};
};

}  // namespace bellrock::naming::server
