// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "timed_run.h"

#include <algorithm>

#include "fiber/fiber.h"

namespace bellrock::bench {
namespace {

Instant::duration Seconds(double seconds) {
  return std::chrono::duration_cast<Instant::duration>(std::chrono::duration<double>(seconds));
}

}  // namespace

void InFibers(int fibers, const std::function<void(int fiber)>& body) {
  std::vector<fiber::JoinHandle> running;
  for (int f = 0; f < fibers; ++f) {
    running.push_back(fiber::Start([&body, f] { body(f); }));
  }
  for (fiber::JoinHandle& one : running) one.Join();
}

TimedRun::TimedRun(const LoadOptions& options)
    : from_(Now() + Seconds(options.warmup)),
      end_(from_ + Seconds(options.seconds)),
      last_(from_) {}

void TimedRun::Add(Instant begun, int64_t count) {
  const Instant now = Now();
  if (now < from_ || now >= end_) return;
  last_ = now;
  count_ += count;
  ms_.push_back(SecondsBetween(begun, now) * 1e3);
}

void TimedRun::Report(const std::string& name, Figures& figures) {
  const double seconds = std::max(SecondsBetween(from_, last_), 1e-3);
  figures.Add(name + "_per_s", static_cast<double>(count_) / seconds);
  figures.AddLatencies(name, ms_);
}

}  // namespace bellrock::bench
