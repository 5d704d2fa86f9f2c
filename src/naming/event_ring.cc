// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/event_ring.h"

#include <algorithm>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace bellrock::naming {

std::optional<Notice> NoticeOf(const WatchFilter& filter, const EventPtr& event) {
  if (event->kind == Event::Kind::kDocument) return std::nullopt;
  const bool removal = event->kind == Event::Kind::kRemove;
  if (filter.empty()) return Notice{event, removal};
  if (!filter.WantsPath(event->path())) return std::nullopt;
  return Notice{event, removal || !filter.WantsTraits(*event->instance.spec.traits)};
}

void Coalesce(std::vector<Notice>& notices) {
  if (notices.size() < 2) return;
  std::unordered_set<std::string_view> seen;
  size_t kept = notices.size();
  for (size_t i = notices.size(); i-- > 0;) {
    if (!seen.insert(notices[i].event->path()).second) continue;
    // Views point into events that stay alive: a kept one only moves between slots, a dropped one
    // is no key.
    if (--kept != i) std::swap(notices[kept], notices[i]);
  }
  notices.erase(notices.begin(), notices.begin() + static_cast<std::ptrdiff_t>(kept));
}

void EventRing::Push(EventPtr event) {
  last_ = event->revision;
  events_.push_back(std::move(event));
  if (events_.size() <= events_max_) return;
  floor_ = events_.front()->revision;
  events_.pop_front();
}

void EventRing::Restart(uint64_t revision) {
  events_.clear();
  floor_ = last_ = revision;
}

std::deque<EventPtr>::const_iterator EventRing::After(uint64_t since) const {
  return std::upper_bound(events_.begin(), events_.end(), since,
                          [](uint64_t r, const EventPtr& event) { return r < event->revision; });
}

std::optional<std::vector<Notice>> EventRing::Since(const Target& target, const WatchFilter& filter,
                                                    uint64_t since) const {
  if (!Reaches(since)) return std::nullopt;
  std::vector<Notice> found;
  for (auto at = After(since); at != events_.end(); ++at) {
    if (!Covers(target, (*at)->path())) continue;
    if (auto notice = NoticeOf(filter, *at)) found.push_back(std::move(*notice));
  }
  Coalesce(found);
  return found;
}

std::vector<EventPtr> EventRing::Before(const Target& target, uint64_t revision,
                                        size_t events_max) const {
  std::vector<EventPtr> found;
  for (auto at = events_.rbegin(); at != events_.rend() && found.size() < events_max; ++at) {
    const bool asked = revision == 0 || (*at)->revision < revision;
    if (asked && Covers(target, (*at)->path())) found.push_back(*at);
  }
  return found;
}

bool EventRing::ChangedSince(const Target& target, uint64_t since,
                             const WatchFilter& filter) const {
  if (!Reaches(since)) return true;
  return std::any_of(After(since), events_.end(), [&](const EventPtr& event) {
    return Covers(target, event->path()) && NoticeOf(filter, event).has_value();
  });
}

}  // namespace bellrock::naming
