// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/cluster/lifeguard.h"

#include <cmath>

namespace bellrock::naming::cluster {

Suspicion::Suspicion(const std::string& accuser, size_t members, Duration probe_interval, Time now)
    : accusers_{accuser}, since_(now) {
  const double scale = std::max(1.0, std::log10(static_cast<double>(std::max<size_t>(members, 1))));
  shortest_ = Duration(static_cast<Duration::rep>(scale * kTimeoutFactor *
                                                  static_cast<double>(probe_interval.count())));
  longest_ = shortest_ * kTimeoutFactorMax;
  // Besides the suspect and the first accuser there must be enough others to agree.
  const bool enough = members >= static_cast<size_t>(kConfirmationsWanted) + 2;
  wanted_ = enough ? kConfirmationsWanted : 0;
}

bool Suspicion::Confirm(const std::string& accuser) {
  if (static_cast<int>(accusers_.size()) > wanted_) return false;
  return accusers_.insert(accuser).second;
}

Time Suspicion::deadline() const {
  if (wanted_ == 0) return since_ + shortest_;
  const double agreed = static_cast<double>(accusers_.size() - 1);
  const double share = std::log(agreed + 1) / std::log(static_cast<double>(wanted_) + 1);
  const auto cut = static_cast<double>((longest_ - shortest_).count()) * share;
  return since_ + std::max(shortest_, longest_ - Duration(static_cast<Duration::rep>(cut)));
}

}  // namespace bellrock::naming::cluster
