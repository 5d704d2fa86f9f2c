// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "message_network.h"

#include <algorithm>
#include <utility>

namespace bellrock {
namespace {

// What a lost segment costs a connection.
constexpr Duration kResendAfter = std::chrono::milliseconds(200);
constexpr int kResendsMax = 3;
constexpr uint64_t kDelayMinNs = 50'000;

}  // namespace

MessageNetwork::MessageNetwork(uint64_t seed, int endpoints)
    : endpoints_(endpoints),
      random_(seed),
      cut_(static_cast<size_t>(endpoints) * static_cast<size_t>(endpoints), false) {}

void MessageNetwork::At(Time when, Work work) {
  events_.push_back({std::max(when, now_), ++order_, std::move(work)});
  std::push_heap(events_.begin(), events_.end());
}

void MessageNetwork::RunUntil(Time when) {
  while (!events_.empty() && events_.front().at <= when) {
    std::pop_heap(events_.begin(), events_.end());
    Event event = std::move(events_.back());
    events_.pop_back();
    now_ = event.at;
    event.work();
  }
  now_ = std::max(now_, when);
}

bool MessageNetwork::Chance(double probability) {
  constexpr uint64_t kParts = 1'000'000;
  return random_.Between(0, kParts - 1) < static_cast<uint64_t>(probability * kParts);
}

Duration MessageNetwork::Delay() {
  const auto max = std::max<uint64_t>(kDelayMinNs, static_cast<uint64_t>(wire_.delay_max.count()));
  return Duration(static_cast<int64_t>(random_.Between(kDelayMinNs, max)));
}

Duration MessageNetwork::ConnectionDelay() {
  Duration delay = Delay();
  for (int i = 0; i < kResendsMax && Chance(wire_.loss); ++i) delay += kResendAfter;
  return delay;
}

MessageNetwork::Work MessageNetwork::IfPassing(int from, int to, Work arrive) {
  return [this, from, to, arrive = std::move(arrive)] {
    if (Passes(from, to)) arrive();
  };
}

void MessageNetwork::Datagram(int from, int to, Work arrive) {
  if (!Passes(from, to) || Chance(wire_.loss)) return;
  Work work = IfPassing(from, to, std::move(arrive));
  if (Chance(wire_.duplicates)) After(wire_.duplicates_later * Delay(), work);
  After(Delay(), std::move(work));
}

Time MessageNetwork::Stream(int from, int to, Time earliest, Work arrive) {
  const Time at = std::max(earliest, now_ + ConnectionDelay());
  if (Passes(from, to)) At(at, IfPassing(from, to, std::move(arrive)));
  return at;
}

void MessageNetwork::CallPart(int from, int to, const Work& arrive) {
  if (Chance(wire_.duplicates)) Stream(from, to, now_, arrive);
  Stream(from, to, now_, arrive);
}

void MessageNetwork::Cut(int a, int b) {
  CutOneWay(a, b);
  CutOneWay(b, a);
}

void MessageNetwork::HealAll() {
  cut_.assign(cut_.size(), false);
}

}  // namespace bellrock
