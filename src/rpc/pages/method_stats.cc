// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/pages/method_stats.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace bellrock::rpc {

void MethodStats::Add(Time now, StatusCode code, Duration latency) {
  if (window_begun_ == Time::min() || now >= window_begun_ + kWindow) Advance(now);
  if (window_begun_ == Time::min()) window_begun_ = covers_from_ = now;
  ++by_code_[static_cast<size_t>(code)];
  current_.Add(static_cast<uint64_t>(std::max<int64_t>(
      0, std::chrono::duration_cast<std::chrono::microseconds>(latency).count())));
}

void MethodStats::Advance(Time now) {
  if (window_begun_ == Time::min() || now < window_begun_ + kWindow) return;
  if (now >= window_begun_ + 2 * kWindow) {
    older_.Add(current_);
    older_.Add(previous_);
    current_.Clear();
    previous_.Clear();
    window_begun_ = Time::min();
    covers_from_ = Time::max();
    return;
  }
  older_.Add(previous_);
  std::swap(current_, previous_);
  current_.Clear();
  covers_from_ = window_begun_;
  window_begun_ += kWindow;
}

void MethodStats::Merge(const MethodStats& other) {
  for (size_t i = 0; i < by_code_.size(); ++i) by_code_[i] += other.by_code_[i];
  window_begun_ = std::max(window_begun_, other.window_begun_);
  covers_from_ = std::min(covers_from_, other.covers_from_);
  current_.Merge(other.current_);
  previous_.Merge(other.previous_);
  older_.Merge(other.older_);
}

uint64_t MethodStats::calls() const {
  return std::accumulate(by_code_.begin(), by_code_.end(), uint64_t{0});
}

LatencyCounts MethodStats::Recent() const {
  LatencyCounts recent;
  recent.Merge(previous_);
  recent.Merge(current_);
  return recent;
}

LatencyHistogram MethodStats::SinceStart() const {
  LatencyHistogram all = older_;
  all.Add(previous_);
  all.Add(current_);
  return all;
}

double MethodStats::Rate(Time now) const {
  const uint64_t calls = current_.total() + previous_.total();
  if (calls == 0 || now <= covers_from_) return 0;
  const double seconds = std::chrono::duration<double>(now - covers_from_).count();
  return static_cast<double>(calls) / std::max(1.0, seconds);
}

}  // namespace bellrock::rpc
