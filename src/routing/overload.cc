// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/overload.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "routing/failure_evidence.h"

namespace bellrock::routing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kBucketSpan = milliseconds(100);
// Rates are of a second; of five if it had too few calls to tell.
constexpr Duration kShort = seconds(1);
constexpr Duration kLong = seconds(5);
constexpr uint64_t kEnoughCalls = 20;
// Time for a cut to show in the results before it is judged.
constexpr Duration kCutInterval = seconds(1);
// An episode without a cut for so long is over: the next cut measures anew what is served.
constexpr Duration kEpisode = seconds(5);
// A cut takes at most half, as of a congestion window.
constexpr double kCutMost = 0.5;
// A service is always sent so many calls per second, so that its return is noticed.
constexpr double kProbesPerSecond = 1;

// Growth, e-fold per second: fast up to what was served lately; from there slow, and twice as fast
// with each second without trouble.
constexpr double kGrowthFast = 1.1;
constexpr double kKnownShare = 0.9;
constexpr double kGrowthSlow = 0.05;

// A queue: this many times the usual delay...
constexpr double kQueueBegins = 3;
constexpr double kQueueEnds = 2;
// ...and so much more, for delays that are short anyway.
constexpr double kQueueUs = 1000;
// Delays are means of the last calls, of so many and so long ago at most: those of single calls
// differ by more than a queue makes.
constexpr uint64_t kDelayCalls = 12;
constexpr uint64_t kDelayCallsLeast = 5;
constexpr Duration kDelaySpan = seconds(2);
// The usual delay follows a shorter one at once, a longer one slowly, and a queue more slowly yet;
// so a callee that has become slower for good ends up with another usual delay. Seconds per e-fold.
constexpr double kUsualFalls = 1;
constexpr double kUsualRises = 10;
constexpr double kUsualRisesInQueue = 30;
// While there is one, less than is served is sent, but not much less than the callee can do: the
// delay may have another cause.
constexpr double kDrain = 0.95;
constexpr double kDrainLeast = 0.7;
constexpr double kDrainForgets = 0.9;
constexpr Duration kDrainInterval = seconds(1);
// It helps if the delay is shorter by a tenth after an interval, or by this much, for a long queue
// takes its time. If it does not help, so much less is sent for an interval as to tell.
constexpr double kDrainHelps = 0.1;
constexpr double kDrainHelpsUs = 15'000;
constexpr double kDrainDeep = 0.87;
// If that does not help either, the callee itself is slower than it was. Believed up to this many
// times the delay from before the trouble.
constexpr double kSlowerMost = 2;
// Of the calls, more than before the trouble: time-outs, if there is a queue.
constexpr double kLateRate = 0.02;
// What is usual before the trouble follows in so many seconds.
constexpr double kCalmFollows = 10;

double Seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace

void Overload::Configure(const v1::OverloadSettings& settings) {
  off_ = settings.off();
  sent_per_served_ =
      settings.sent_per_served() > 0 ? std::max(1.0, settings.sent_per_served()) : 1.5;
  failure_rate_ = settings.failure_rate() > 0 ? std::min(1.0, settings.failure_rate()) : 0.1;
  // At K = 1.5 a third of what is sent may fail.
  tolerated_ = std::max(failure_rate_, 1 - 1 / sent_per_served_);
  share_max_ =
      settings.refused_share_max() > 0 ? std::min(1.0, settings.refused_share_max()) : 0.95;
}

void Overload::Add(const Counts& counts, Time now) {
  if (began_ == Time{}) began_ = now;
  const int64_t index = now.time_since_epoch() / kBucketSpan;
  Bucket& bucket = buckets_[static_cast<size_t>(index) % kBuckets];
  if (bucket.index != index) {
    bucket = Bucket{};
    bucket.index = index;
  }
  bucket.served += counts.served;
  bucket.failed += counts.failed;
  bucket.refused += counts.refused;
  bucket.latency_us += counts.latency_us;
}

Overload::Bucket Overload::Sum(Time now, Duration span) const {
  const int64_t newest = now.time_since_epoch() / kBucketSpan;
  const int64_t oldest = newest - span / kBucketSpan + 1;
  Bucket sum;
  for (int64_t index = oldest; index <= newest; ++index) {
    const Bucket& bucket = buckets_[static_cast<size_t>(index) % kBuckets];
    if (bucket.index != index) continue;
    sum.served += bucket.served;
    sum.failed += bucket.failed;
    sum.refused += bucket.refused;
    sum.latency_us += bucket.latency_us;
  }
  return sum;
}

Overload::Rates Overload::Recent(Time now) const {
  Duration span = kShort;
  Bucket sum = Sum(now, span);
  if (sum.served + sum.failed < kEnoughCalls) {
    span = kLong;
    sum = Sum(now, span);
  }
  // One that has just begun must not look busy.
  const double length = Seconds(std::min(span, std::max(kShort, now - began_)));
  Rates rates;
  rates.served = static_cast<double>(sum.served) / length;
  rates.asked = static_cast<double>(sum.served + sum.failed + sum.refused) / length;
  // What failed before the last cut says nothing against the limit since.
  if (limiting_ && now - cut_at_ < span) sum = Sum(now, now - cut_at_);
  rates.sent = sum.served + sum.failed;
  rates.failed = sum.failed;
  return rates;
}

// The best second of the last five; the better half of them if a second had too few calls to tell.
double Overload::BestServed(Time now) const {
  const Duration span = Sum(now, kLong).served < kEnoughCalls * 5 ? kLong / 2 : kShort;
  double best = 0;
  for (Duration ago{0}; ago + span <= kLong; ago += span) {
    best = std::max(best, static_cast<double>(Sum(now - ago, span).served) / Seconds(span));
  }
  return best;
}

bool Overload::Failing(const Rates& rates, double limit) const {
  return limit > sent_per_served_ * rates.served &&
         WilsonLowerBound(rates.failed, rates.sent) > failure_rate_;
}

void Overload::WatchDelay(Time now, double seconds) {
  Bucket sum;
  for (Duration span = kBucketSpan; span <= kDelaySpan && sum.served < kDelayCalls;
       span += kBucketSpan) {
    sum = Sum(now, span);
  }
  if (sum.served < kDelayCallsLeast || sum.latency_us == 0) {
    queueing_ = false;
    return;
  }
  const double delay_us = static_cast<double>(sum.latency_us) / static_cast<double>(sum.served);
  if (usual_us_ <= 0) usual_us_ = delay_us;
  const double apart = std::min(std::log(delay_us / usual_us_), 1.0);
  const double rises = queueing_ ? kUsualRisesInQueue : kUsualRises;
  delay_us_ = delay_us;
  usual_us_ *= std::exp(apart * std::min(1.0, seconds / (apart < 0 ? kUsualFalls : rises)));
  queueing_ = delay_us > usual_us_ * (queueing_ ? kQueueEnds : kQueueBegins) + kQueueUs;
}

double Overload::RefusedShare(Time now) {
  const double passed = stepped_ == Time{} ? 0 : std::clamp(Seconds(now - stepped_), 0.0, 1.0);
  stepped_ = now;
  share_ = 0;
  if (off_) {
    limiting_ = false;
    return 0;
  }
  WatchDelay(now, passed);
  const Rates rates = Recent(now);
  seen_failure_rate_ = rates.failure_rate();
  if (!limiting_) {
    if (now - began_ >= kEpisode) calm_us_ = usual_us_;
    calm_failure_rate_ +=
        (rates.failure_rate() - calm_failure_rate_) * std::min(1.0, passed / kCalmFollows);
    if (Failing(rates, rates.asked)) Begin(rates, now);
  } else {
    Steer(rates, now, passed);
  }
  if (!limiting_ || rates.asked <= 0) return 0;
  limit_ = std::max({limit_, kProbesPerSecond, rates.asked * (1 - share_max_)});
  share_ = std::clamp(1 - limit_ / rates.asked, 0.0, share_max_);
  return share_;
}

void Overload::Begin(const Rates& rates, Time now) {
  limiting_ = true;
  limit_ = rates.asked;
  cut_at_ = Time{};
  unlimited_at_ = now;
  Cut(rates, now);
}

void Overload::Cut(const Rates& rates, Time now) {
  if (cut_at_ == Time{} || now - cut_at_ > kEpisode) known_ = BestServed(now);
  limit_ = std::min(limit_, std::max(sent_per_served_ * rates.served, limit_ * kCutMost));
  cut_at_ = now;
  trouble_at_ = now;
}

void Overload::Steer(const Rates& rates, Time now, double seconds) {
  if (Failing(rates, limit_)) {
    if (now - cut_at_ >= kCutInterval) Cut(rates, now);
  } else if (queueing_ || Late(rates)) {
    Drain(rates, now);
  } else if (now - cut_at_ >= kCutInterval && rates.failure_rate() <= tolerated_) {
    Grow(rates, now, seconds);
  }
  if (limit_ < rates.asked) unlimited_at_ = now;
  if (now - unlimited_at_ >= kEpisode) limiting_ = false;
}

// A queue so long that calls run out of time in it, whatever delay is taken for usual.
bool Overload::Late(const Rates& rates) const {
  return calm_us_ > 0 && delay_us_ > kQueueBegins * calm_us_ &&
         WilsonLowerBound(rates.failed, rates.sent) > calm_failure_rate_ + kLateRate;
}

void Overload::Drain(const Rates& rates, Time now) {
  trouble_at_ = now;
  if (now - queue_at_ < kDrainInterval) return;
  const bool late = Late(rates);
  if (late) usual_us_ = std::min(usual_us_, delay_us_ / kQueueBegins);
  const bool helped = late || DrainHelped(now);
  queue_at_ = now;
  // A callee with a queue is at work all the time: what it serves is what it can. Unless there is
  // none, and it serves less because it is sent less.
  known_ = std::max(BestServed(now), known_ * kDrainForgets);
  if (!helped && deep_ && rates.failure_rate() < kLateRate) {
    usual_us_ = std::max(usual_us_, std::min(drained_us_ / kQueueEnds, kSlowerMost * calm_us_));
    limit_ = std::max(limit_, kDrain * known_);
    deep_ = false;
    drained_us_ = 0;
    return;
  }
  deep_ = !helped;
  double drain = deep_ ? kDrainDeep : kDrain;
  if (late) drain = std::clamp(1 - rates.failure_rate(), kDrainLeast, kDrain);
  limit_ = std::min(limit_, std::max(drain * std::min(known_, limit_), kDrainLeast * known_));
}

// Whether the delay is shorter than at the last step down, if that was just now.
bool Overload::DrainHelped(Time now) {
  if (now - queue_at_ > 2 * kDrainInterval) {
    drained_us_ = 0;
    deep_ = false;
  }
  const Bucket lately = Sum(now, kDrainInterval);
  const double before = drained_us_;
  drained_us_ = lately.served > 0
                    ? static_cast<double>(lately.latency_us) / static_cast<double>(lately.served)
                    : 0;
  return before <= 0 || drained_us_ < before - std::min(kDrainHelps * before, kDrainHelpsUs);
}

void Overload::Grow(const Rates& rates, Time now, double seconds) {
  known_ = std::max(known_, rates.served);
  double growth = kGrowthFast;
  if (limit_ >= known_ * kKnownShare) {
    growth = std::min(kGrowthFast, kGrowthSlow * std::exp2(Seconds(now - trouble_at_)));
  }
  // No farther than what is asked for could need.
  limit_ = std::min(limit_ * std::exp(growth * seconds), std::max(2 * rates.asked, known_));
}

std::string Overload::reason() const {
  if (share_ <= 0) return "";
  return fmt::format(
      "overload: about {:.0f} calls/s are sent, the callee served {:.0f} calls/s lately; {:.0f} % "
      "of those sent failed",
      limit_, known_, seen_failure_rate_ * 100);
}

}  // namespace bellrock::routing
