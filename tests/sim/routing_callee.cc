// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing_callee.h"

#include <algorithm>
#include <cmath>

namespace bellrock::routing::sim {

Callee::Answer Callee::Arrive(uint32_t attempt) {
  switch (model_.reach) {
    case Reach::kRefuses:
      return Answer::kUnreachable;
    case Reach::kHangs:
    case Reach::kLost:
      return Answer::kNone;
    case Reach::kUp:
      break;
  }
  if (serving_.size() < model_.workers) {
    serving_.push_back(attempt);
    return Answer::kBegun;
  }
  if (queue_.size() < model_.queue_max) {
    queue_.push_back(attempt);
    return Answer::kWaits;
  }
  return model_.refuses_when_full ? Answer::kRefused : Answer::kNone;
}

void Callee::Finish(uint32_t attempt) {
  std::erase(serving_, attempt);
  ++served_;
}

bool Callee::Next(uint32_t& attempt) {
  if (queue_.empty() || serving_.size() >= model_.workers) return false;
  attempt = queue_.front();
  queue_.pop_front();
  serving_.push_back(attempt);
  return true;
}

Callee::Work Callee::Draw(Time now, std::mt19937_64& random) const {
  constexpr double kFixed = 0.25;
  double factor = model_.SlowAt(now);
  if (model_.spread > 0) {
    const double log_mean = -model_.spread * model_.spread / 2;
    factor *= std::lognormal_distribution<double>(log_mean, model_.spread)(random);
  } else {
    factor *= kFixed + (1 - kFixed) * std::exponential_distribution<double>(1.0)(random);
  }
  Work work;
  if (model_.failing > 0 && std::uniform_real_distribution<double>(0, 1)(random) < model_.failing) {
    work.code = StatusCode::kInternal;
    factor /= 5;
  }
  work.takes = Duration(std::llround(static_cast<double>(model_.service.count()) * factor));
  return work;
}

std::vector<uint32_t> Callee::Die() {
  ++life_;
  Renew();
  std::vector<uint32_t> left = std::move(serving_);
  left.insert(left.end(), queue_.begin(), queue_.end());
  serving_.clear();
  queue_.clear();
  return left;
}

}  // namespace bellrock::routing::sim
