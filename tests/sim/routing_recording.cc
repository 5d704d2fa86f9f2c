// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing_recording.h"

#include <algorithm>
#include <cmath>

namespace bellrock::routing::sim {
namespace {

double Seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace

size_t Recording::Grow(Duration at) {
  const auto index = static_cast<size_t>(at / kStep);
  if (index >= steps_.size()) {
    steps_.resize(index + 1);
    parts_.resize(steps_.size() * callees_);
  }
  return index;
}

Recording::Step& Recording::step(Duration at) {
  return steps_[Grow(at)];
}

Recording::Part& Recording::part(Duration at, size_t callee) {
  return parts_[Grow(at) * callees_ + callee];
}

size_t Recording::First(Span span) const {
  return std::min(static_cast<size_t>(span.from / kStep), steps_.size());
}

size_t Recording::Last(Span span) const {
  return std::min(static_cast<size_t>(span.to / kStep), steps_.size());
}

Recording::Step Recording::Sum(Span span) const {
  Step sum;
  for (size_t k = First(span); k < Last(span); ++k) {
    sum.offered += steps_[k].offered;
    sum.ok += steps_[k].ok;
    sum.failed += steps_[k].failed;
    sum.refused += steps_[k].refused;
  }
  return sum;
}

double Recording::FailedShare(Span span) const {
  const Step sum = Sum(span);
  const uint32_t ended = sum.ok + sum.failed + sum.refused;
  return ended == 0 ? 0 : static_cast<double>(sum.failed + sum.refused) / ended;
}

double Recording::LatencyMs(double quantile, Span span) const {
  std::vector<double> took;
  for (const Call& call : ended_) {
    if (call.at >= span.from && call.at < span.to) took.push_back(Seconds(call.took) * 1000);
  }
  if (took.empty()) return 0;
  const auto at = static_cast<size_t>(quantile * static_cast<double>(took.size() - 1));
  std::nth_element(took.begin(), took.begin() + static_cast<std::ptrdiff_t>(at), took.end());
  return took[at];
}

uint64_t Recording::Sent(size_t callee, Span span) const {
  uint64_t sum = 0;
  for (size_t k = First(span); k < Last(span); ++k) sum += part_at(k, callee).sent;
  return sum;
}

uint64_t Recording::Served(Span span) const {
  uint64_t sum = 0;
  for (size_t k = First(span) * callees_; k < Last(span) * callees_; ++k) sum += parts_[k].served;
  return sum;
}

uint64_t Recording::Capacity(Span span) const {
  double sum = 0;
  for (size_t k = First(span) * callees_; k < Last(span) * callees_; ++k) {
    sum += parts_[k].capacity * Seconds(kStep);
  }
  return static_cast<uint64_t>(sum);
}

uint32_t Recording::LongestQueue(size_t callee, Span span) const {
  uint32_t longest = 0;
  for (size_t k = First(span); k < Last(span); ++k) {
    longest = std::max<uint32_t>(longest, part_at(k, callee).waiting);
  }
  return longest;
}

double Recording::Suspected(std::span<const size_t> callees, size_t callers, Span span) const {
  uint64_t sum = 0;
  for (size_t k = First(span); k < Last(span); ++k) {
    for (size_t callee : callees) sum += part_at(k, callee).suspects;
  }
  const size_t of = callees.size() * callers * (Last(span) - First(span));
  return of == 0 ? 0 : static_cast<double>(sum) / static_cast<double>(of);
}

double Recording::LoadOf(std::span<const size_t> callees, Span span) const {
  double capacity = 0;
  double sent = 0;
  for (size_t callee : callees) {
    sent += static_cast<double>(Sent(callee, span));
    for (size_t k = First(span); k < Last(span); ++k) capacity += part_at(k, callee).capacity;
  }
  double all_sent = 0;
  double all_capacity = 0;
  for (size_t k = First(span) * callees_; k < Last(span) * callees_; ++k) {
    all_sent += parts_[k].sent;
    all_capacity += parts_[k].capacity;
  }
  if (capacity <= 0 || all_sent <= 0) return 0;
  return sent / all_sent / (capacity / all_capacity);
}

double Recording::LoadOf(size_t callee, Span span) const {
  return LoadOf(std::span(&callee, 1), span);
}

double Recording::LoadError(Span span) const {
  double largest = 0;
  for (size_t callee = 0; callee < callees_; ++callee) {
    const double load = LoadOf(callee, span);
    if (load > 0) largest = std::max(largest, std::abs(load - 1));
  }
  return largest;
}

double Recording::MeanLoadError(Span span) const {
  double sum = 0;
  for (size_t callee = 0; callee < callees_; ++callee) {
    sum += std::abs(LoadOf(callee, span) - 1);
  }
  return sum / static_cast<double>(callees_);
}

double Recording::Swing(Span span, bool of_one_caller) const {
  double largest = 0;
  for (size_t callee = 0; callee < callees_; ++callee) {
    double low = 1;
    double high = 0;
    double sum = 0;
    for (size_t k = First(span); k < Last(span); ++k) {
      const Part& part = part_at(k, callee);
      const double share = of_one_caller ? part.share_of_one : part.share;
      low = std::min(low, share);
      high = std::max(high, share);
      sum += share;
    }
    const double mean = sum / static_cast<double>(Last(span) - First(span));
    if (mean > 0) largest = std::max(largest, (high - low) / mean);
  }
  return largest;
}

}  // namespace bellrock::routing::sim
