// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/event_ring.h"

#include <algorithm>
#include <utility>

namespace bellrock::naming {

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

std::optional<std::vector<EventPtr>> EventRing::Since(const Target& target, uint64_t since) const {
  if (!Reaches(since)) return std::nullopt;
  std::vector<EventPtr> found;
  for (auto at = After(since); at != events_.end(); ++at) {
    if (Covers(target, (*at)->path())) found.push_back(*at);
  }
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

bool EventRing::ChangedSince(const Target& target, uint64_t since) const {
  if (!Reaches(since)) return true;
  return std::any_of(After(since), events_.end(),
                     [&](const EventPtr& event) { return Covers(target, event->path()); });
}

}  // namespace bellrock::naming
