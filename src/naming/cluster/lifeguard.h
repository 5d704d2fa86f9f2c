// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>

#include "bellrock/time.h"

// The two timers of Lifeguard (Dadgar et al. 2018): a node that is slow itself doubts others less,
// and a suspicion that many share ends sooner.
namespace bellrock::naming::cluster {

// How well this node itself keeps up: 0 is well. Its probes wait longer the worse it does.
class LocalHealth {
 public:
  static constexpr int kScoreMax = 8;

  void Add(int change) { score_ = std::clamp(score_ + change, 0, kScoreMax); }
  Duration Scale(Duration healthy) const { return healthy * (score_ + 1); }
  int score() const { return score_; }

 private:
  int score_ = 0;
};

// One member under suspicion. Its time runs from a long one down to a short one as independent
// accusers agree.
class Suspicion {
 public:
  static constexpr int kConfirmationsWanted = 2;
  static constexpr int kTimeoutFactor = 4;     // shortest: this * log10(members) probe intervals
  static constexpr int kTimeoutFactorMax = 6;  // longest: this times the shortest

  Suspicion(const std::string& accuser, size_t members, Duration probe_interval, Time now);

  // True if this accuser is new and still counts: worth telling on.
  bool Confirm(const std::string& accuser);
  Time deadline() const;
  // This node did not run for a while; that must not count against the suspect.
  void Postpone(Duration pause) { since_ += pause; }

 private:
  std::set<std::string> accusers_;
  Time since_;
  Duration shortest_;
  Duration longest_;
  int wanted_;  // confirmations beyond the first accuser
};

}  // namespace bellrock::naming::cluster
