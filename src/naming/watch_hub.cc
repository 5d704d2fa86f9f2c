// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/watch_hub.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace bellrock::naming {

void Coalesce(std::vector<EventPtr>& events) {
  if (events.size() < 2) return;
  std::unordered_set<std::string_view> seen;
  size_t kept = events.size();
  for (size_t i = events.size(); i-- > 0;) {
    if (!seen.insert(events[i]->path()).second) continue;
    // Views point into events that stay alive: a kept one only moves between slots, a dropped one
    // is no key.
    if (--kept != i) std::swap(events[kept], events[i]);
  }
  events.erase(events.begin(), events.begin() + static_cast<std::ptrdiff_t>(kept));
}

Watcher::Watcher(WatchHub& hub, Target target, std::function<void()> wake)
    : hub_(hub), target_(std::move(target)), wake_(std::move(wake)) {
  hub_.Add(*this);
}

Watcher::~Watcher() {
  hub_.Remove(*this);
}

Watcher::Batch Watcher::Take() {
  Batch batch;
  batch.overflowed = std::exchange(overflowed_, false);
  batch.events.swap(events_);
  Coalesce(batch.events);
  return batch;
}

void Watcher::Push(const EventPtr& event) {
  if (overflowed_) return;
  const bool was_ready = ready();
  if (events_.size() >= kQueueMax) {
    Coalesce(events_);
    // Half, so that the price of coalescing is spread over as many events as it saves.
    if (events_.size() > kQueueMax / 2) {
      events_.clear();
      overflowed_ = true;
    }
  }
  if (!overflowed_) events_.push_back(event);
  if (!was_ready) wake_();
}

void WatchHub::Add(Watcher& watcher) {
  auto& list = lists_[watcher.target_.key];
  watcher.place_ = list.size();
  list.push_back(&watcher);
  ++count_;
}

void WatchHub::Remove(Watcher& watcher) {
  auto at = lists_.find(watcher.target_.key);
  auto& list = at->second;
  list.back()->place_ = watcher.place_;
  list[watcher.place_] = list.back();
  list.pop_back();
  if (list.empty()) lists_.erase(at);
  --count_;
}

void WatchHub::Offer(std::string_view key, const EventPtr& event) {
  auto at = lists_.find(key);
  if (at == lists_.end()) return;
  for (Watcher* watcher : at->second) watcher->Push(event);
}

void WatchHub::Publish(const EventPtr& event) {
  if (count_ == 0) return;
  const std::string_view path = event->path();
  for (std::string_view at = path; !at.empty(); at = at.substr(0, at.rfind('/'))) Offer(at, event);
  Offer("/", event);
  Offer(ShortNameOf(path), event);
}

}  // namespace bellrock::naming
