// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "agents.h"

#include <algorithm>
#include <numeric>
#include <random>
#include <utility>

#include "figures.h"

namespace bellrock::bench {

Agents::Agents(const LoadOptions& options)
    : options_(options),
      fleet_(options.fleet()),
      stubs_(fiber::RealEnvironment(), options.server(), kConnections),
      last_reply_(Now()) {
  for (int64_t n = 0; n < fleet_.count; ++n) {
    if (n % kInstancesPerHost == 0) hosts_.emplace_back();
    hosts_.back().instances.push_back(n);
  }
  order_.resize(hosts_.size());
  std::iota(order_.begin(), order_.end(), 0);
  std::shuffle(order_.begin(), order_.end(), std::mt19937_64(1));
  schedule_ = fiber::Start([this] { RunSchedule(); });
}

Agents::~Agents() {
  ending_ = true;
  schedule_.Cancel();
  schedule_.Join();
  while (under_way_ > 0) (void)fiber::SleepFor(std::chrono::milliseconds(1));
}

void Agents::RunSchedule() {
  fiber::Loop& loop = *fiber::Loop::Current();
  const Time begin = loop.Now();
  const auto interval = options_.heartbeat() / static_cast<int64_t>(hosts_.size());
  for (int64_t beat = 0; fiber::SleepUntil(begin + interval * beat).ok(); ++beat) {
    const double late_s =
        std::chrono::duration<double>(loop.Now() - begin - interval * beat).count();
    seen_.longest_late_s = std::max(seen_.longest_late_s, late_s);
    const size_t host = order_[static_cast<size_t>(beat) % hosts_.size()];
    if (!hosts_[host].silent) Check(loop.SpawnNow([this, host] { Beat(host); }));
  }
}

void Agents::Beat(size_t host) {
  ++under_way_;
  const auto request = HeartbeatOf(fleet_, hosts_[host].instances);
  const Instant begun = Now();
  const auto reply = stubs_[host].Heartbeat(request);
  --under_way_;
  if (ending_) return;
  Check(reply.status());
  Note(hosts_[host], *reply, begun);
}

void Agents::Note(const Host& host, const naming::v1::HeartbeatReply& reply, Instant begun) {
  const Instant now = Now();
  seen_.longest_gap_s = std::max(seen_.longest_gap_s, SecondsBetween(last_reply_, now));
  seen_.longest_wait_s = std::max(seen_.longest_wait_s, SecondsBetween(begun, now));
  seen_.renewed += host.instances.size();
  last_reply_ = now;
  for (const std::string& path : reply.unknown()) {
    // One that was replaced while the message was on its way is rightly unknown.
    const int64_t n = NumberOf(path);
    if (std::find(host.instances.begin(), host.instances.end(), n) != host.instances.end()) {
      ++seen_.unknown;
    }
  }
}

Instant Agents::Silence(int64_t hosts) {
  Instant sent = Now();
  InFibers(static_cast<int>(hosts), [&](int host) {
    hosts_[static_cast<size_t>(host)].silent = true;
    sent = Now();
    Beat(static_cast<size_t>(host));
  });
  return sent;
}

int64_t Agents::Replace(size_t host, size_t place, int64_t instance) {
  return std::exchange(hosts_[host].instances[place], instance);
}

Agents::Seen Agents::Take() {
  return std::exchange(seen_, {});
}

}  // namespace bellrock::bench
