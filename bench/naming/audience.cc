// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "audience.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "figures.h"

namespace bellrock::bench {
namespace {

constexpr Duration kPatience = std::chrono::seconds(60);
constexpr size_t kOpeningMax = 500;  // at once: a burst of thousands is another test
constexpr size_t kUntold = std::numeric_limits<size_t>::max();

}  // namespace

Audience::Audience(RegistryClient& client, int watchers, int64_t services)
    : known_(static_cast<size_t>(watchers), kUntold), told_(static_cast<size_t>(watchers)) {
  for (size_t w = 0; w < known_.size(); ++w) {
    while (w - opened_ >= kOpeningMax)
      Check(came_.Wait(fiber::RealEnvironment().clock.Now() + kPatience));
    fibers_.push_back(
        fiber::Start([this, &client, w, service = static_cast<int64_t>(w) % services] {
          const Status end =
              client.Watch(w, service, [this, w](size_t instances) { Take(w, instances); });
          if (end.code() != StatusCode::kCancelled) Fail("a watch ended: " + end.ToString());
        }));
  }
}

void Audience::Take(size_t watcher, size_t instances) {
  if (known_[watcher] == instances) return;  // a sign of life
  if (known_[watcher] == awaited_) --knowing_;
  if (known_[watcher] == kUntold) {
    ++opened_;
    came_.WakeAll();
  }
  known_[watcher] = instances;
  told_[watcher] = Now();
  if (instances != awaited_) return;
  if (++knowing_ == known_.size()) came_.WakeAll();
}

void Audience::Await(size_t instances) {
  awaited_ = instances;
  knowing_ = static_cast<size_t>(std::count(known_.begin(), known_.end(), instances));
  const Time until = fiber::RealEnvironment().clock.Now() + kPatience;
  while (knowing_ < known_.size()) {
    if (came_.Wait(until).ok()) continue;
    Fail(fmt::format("only {} of {} watchers were told of {} instances within a minute", knowing_,
                     known_.size(), instances));
  }
}

}  // namespace bellrock::bench
