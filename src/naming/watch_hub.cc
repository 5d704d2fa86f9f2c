// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/watch_hub.h"

#include <optional>
#include <utility>

namespace bellrock::naming {

Watcher::Watcher(WatchHub& hub, Target target, std::function<void()> wake, WatchFilter filter)
    : hub_(hub), target_(std::move(target)), filter_(std::move(filter)), wake_(std::move(wake)) {
  hub_.Add(*this);
}

Watcher::~Watcher() {
  hub_.Remove(*this);
}

Watcher::Batch Watcher::Take() {
  Batch batch;
  batch.overflowed = std::exchange(overflowed_, false);
  loses_ = false;
  batch.notices.swap(notices_);
  Coalesce(batch.notices);
  return batch;
}

void Watcher::Push(const EventPtr& event) {
  if (overflowed_) return;
  std::optional<Notice> notice = NoticeOf(filter_, event);
  if (!notice) return;
  const bool was_ready = ready();
  if (notices_.size() >= kQueueMax) {
    Coalesce(notices_);
    // Half, so that the price of coalescing is spread over as many events as it saves.
    if (notices_.size() > kQueueMax / 2) {
      notices_.clear();
      overflowed_ = true;
    }
  }
  if (!overflowed_) {
    loses_ |= notice->removal || !event->instance.usable();
    notices_.push_back(std::move(*notice));
  }
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
