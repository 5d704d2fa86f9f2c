// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "bellrock/routing/v1/settings.pb.h"
#include "bellrock/time.h"

namespace bellrock::routing {

// Overload protection at the caller (ZY-039..042): which share of a service's calls is refused
// before it is sent, so that the callee gets only what it can carry. It ends by itself when the
// callee serves again. Calls to shielded instances must not be added: a shield acts per instance,
// this on the service as a whole. Pure; one per service.
//
// Begins, and is cut, by the callee's answers: adaptive throttling ("Handling Overload", Site
// Reliability Engineering, ch. 21), down to K times what was served. That alone does not help a
// callee that queues: at K > 1 its queue never empties, and all it serves is too late. So the limit
// is then led as a congestion window: halved each second while nothing comes back ("Congestion
// Avoidance and Control", Jacobson 1988), grown slowly near what was last served and ever faster
// beyond (CUBIC, RFC 9438), and held back as soon as the delay tells of a queue, before anything
// fails (Vegas, Brakmo 1994). A callee that has become slower looks like one with a queue: what a
// smaller limit does not shorten is no queue, and becomes the usual delay, unless calls run out of
// time.
class Overload {
 public:
  Overload() { Configure({}); }
  void Configure(const v1::OverloadSettings& settings);
  // Since the last time: calls that were sent and ended, well or not, and those refused here.
  struct Counts {
    uint64_t served = 0;
    uint64_t failed = 0;
    uint64_t refused = 0;
    uint64_t latency_us = 0;  // sum over the served ones; 0: not known
  };
  void Add(const Counts& counts, Time now);
  // Each tick. 0..1.
  double RefusedShare(Time now);
  // "" while nothing is refused.
  std::string reason() const;

 private:
  struct Bucket : Counts {
    int64_t index = -1;
  };
  // Of the newest buckets, per second.
  struct Rates {
    double asked = 0;
    double served = 0;
    uint64_t sent = 0;  // calls
    uint64_t failed = 0;
    double failure_rate() const {
      return sent > 0 ? static_cast<double>(failed) / static_cast<double>(sent) : 0;
    }
  };
  static constexpr size_t kBuckets = 50;

  Bucket Sum(Time now, Duration span) const;
  Rates Recent(Time now) const;
  double BestServed(Time now) const;
  bool Failing(const Rates& rates, double limit) const;
  void WatchDelay(Time now, double seconds);
  void Begin(const Rates& rates, Time now);
  void Steer(const Rates& rates, Time now, double seconds);
  void Cut(const Rates& rates, Time now);
  bool Late(const Rates& rates) const;
  void Drain(const Rates& rates, Time now);
  bool DrainHelped(Time now);
  void Grow(const Rates& rates, Time now, double seconds);

  bool off_ = false;
  double sent_per_served_ = 0;
  double failure_rate_ = 0;
  double tolerated_ = 0;  // failure rate at which the limit still grows
  double share_max_ = 0;

  std::array<Bucket, kBuckets> buckets_;
  Time began_{};  // the first counts
  Time stepped_{};

  double usual_us_ = 0;  // delay without a queue; 0 = not known
  double delay_us_ = 0;  // of the last calls
  bool queueing_ = false;
  Time queue_at_{};        // the last step down because of it
  double drained_us_ = 0;  // delay at that moment; 0 = it is the first
  bool deep_ = false;      // that step was one to tell whether there is a queue at all
  // As long as nothing is limited; 0 = not known.
  double calm_us_ = 0;
  double calm_failure_rate_ = 0;

  bool limiting_ = false;
  double limit_ = 0;  // calls/s that are sent
  double known_ = 0;  // calls/s that were served lately
  Time cut_at_{};
  Time trouble_at_{};    // the last cut, or queue
  Time unlimited_at_{};  // since then the limit is above what is asked
  double share_ = 0;
  double seen_failure_rate_ = 0;  // for the reason
};

}  // namespace bellrock::routing
