// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/call/pacer.h"

namespace bellrock::cli {

Pacer::Pacer(const LoadPlan& plan, Time start)
    : plan_(plan),
      start_(start),
      end_(plan.duration > Duration(0) ? start + plan.duration : kNever) {}

std::optional<Time> Pacer::Next(Time now) {
  if (stopped_ || (plan_.count > 0 && started_ == plan_.count)) return std::nullopt;
  Time when = now;
  if (plan_.qps > 0) {
    const double nanoseconds = static_cast<double>(started_) * 1e9 / plan_.qps;
    when = start_ + Duration(static_cast<Duration::rep>(nanoseconds));
  }
  // A load that has fallen behind ends on time too.
  if (when >= end_ || now >= end_) return std::nullopt;
  ++started_;
  return when;
}

}  // namespace bellrock::cli
