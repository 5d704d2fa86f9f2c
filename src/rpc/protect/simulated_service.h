// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <functional>
#include <queue>
#include <random>
#include <vector>

#include "bellrock/time.h"

namespace bellrock::rpc::protect {

// For tests: a service of so many servers behind one queue, and callers who do not slow down when
// it does (open loop, Poisson). Time moves from event to event; the seed decides all.
class SimulatedService {
 public:
  SimulatedService(uint64_t seed, int servers, Duration service)
      : random_(seed), servers_(servers), service_(service) {}

  Time now() const { return now_; }
  int in_flight() const { return in_service_ + static_cast<int>(backlog_.size()); }
  double capacity() const { return servers_ * 1e9 / static_cast<double>(service_.count()); }
  void set_service(Duration service) { service_ = service; }
  void set_servers(int servers) { servers_ = servers; }
  void set_exponential(bool exponential) { exponential_ = exponential; }
  std::mt19937_64& random() { return random_; }

  // Calls `arrive` `rate` times a second until `duration` has passed.
  void Offer(double rate, Duration duration, const std::function<void()>& arrive) {
    const Time end = now_ + duration;
    std::exponential_distribution<double> gap(rate);
    for (Time next = now_ + Seconds(gap(random_)); next < end; next += Seconds(gap(random_))) {
      RunUntil(next);
      arrive();
    }
    RunUntil(end);
  }
  // Work begins when a server is free, first come, first served; nobody can stop it.
  void Serve(std::function<void()> done) {
    backlog_.push(std::move(done));
    Begin();
  }
  void At(Time when, std::function<void()> action) {
    events_.push({when, ++sequence_, std::move(action)});
  }
  void RunUntil(Time until) {
    while (!events_.empty() && events_.top().when <= until) {
      Event event = events_.top();
      events_.pop();
      now_ = event.when;
      event.action();
    }
    now_ = until;
  }

 private:
  struct Event {
    Time when;
    uint64_t sequence;
    std::function<void()> action;
    bool operator<(const Event& other) const {
      return when != other.when ? when > other.when : sequence > other.sequence;
    }
  };

  static Duration Seconds(double seconds) { return Duration(std::llround(seconds * 1e9)); }
  Duration Draw() {
    if (!exponential_) return service_;
    return Seconds(std::exponential_distribution<double>(1.0)(random_) *
                   static_cast<double>(service_.count()) / 1e9);
  }
  void Begin() {
    while (in_service_ < servers_ && !backlog_.empty()) {
      ++in_service_;
      At(now_ + Draw(), [this, done = std::move(backlog_.front())] {
        --in_service_;
        done();
        Begin();
      });
      backlog_.pop();
    }
  }

  std::mt19937_64 random_;
  int servers_;
  Duration service_;
  bool exponential_ = false;
  Time now_{std::chrono::seconds(1000)};
  uint64_t sequence_ = 0;
  int in_service_ = 0;
  std::queue<std::function<void()>> backlog_;
  std::priority_queue<Event> events_;
};

}  // namespace bellrock::rpc::protect
