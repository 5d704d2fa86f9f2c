// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "naming/instance.h"
#include "naming/path.h"
#include "naming/replica/record.h"
#include "naming/watch_filter.h"

namespace bellrock::naming {

// One change of one instance (VIN-031, VIN-099), or of a document, of which no watcher of instances
// is told. Made once, shared by the ring and all watchers, never changed.
struct Event {
  enum class Kind : uint8_t { kPut, kRemove, kDocument };
  Kind kind = Kind::kPut;
  uint64_t revision = 0;
  replica::RecordChange change = replica::RecordChange::kNew;  // of a put
  InstanceView instance;  // of a removal or document only spec.path and stamp
  std::string why;        // of a document, or of an operator's word that was taken back

  const std::string& path() const { return instance.spec.path; }
};
using EventPtr = std::shared_ptr<const Event>;

// An event as one watcher is told of it: what stops to match its filter is removed for it.
struct Notice {
  EventPtr event;
  bool removal = false;

  friend bool operator==(const Notice&, const Notice&) = default;
};
// Nothing if the filter's owner is not concerned. A put that does not match by its labels is a
// removal, for it may have matched before: naming what the watcher never had does no harm.
std::optional<Notice> NoticeOf(const WatchFilter& filter, const EventPtr& event);

// Keeps only the last notice of each path, in order of revision.
void Coalesce(std::vector<Notice>& notices);

// The last events in order of revision, so that a watcher that was away for a moment need not be
// told everything.
class EventRing {
 public:
  explicit EventRing(size_t events_max) : events_max_(events_max) {}

  void Push(EventPtr event);
  // Forgets all; what happened up to `revision` can no longer be told.
  void Restart(uint64_t revision);

  // What is told of the target after `since`, the last of each path, or nothing if the ring does
  // not reach back so far (or `since` is from the future).
  std::optional<std::vector<Notice>> Since(const Target& target, const WatchFilter& filter,
                                           uint64_t since) const;
  // The last events under the target before that revision (0: all), the latest first.
  std::vector<EventPtr> Before(const Target& target, uint64_t revision, size_t events_max) const;
  // True also when it cannot be known.
  bool ChangedSince(const Target& target, uint64_t since, const WatchFilter& filter = {}) const;
  bool Reaches(uint64_t since) const { return since >= floor_ && since <= last_; }
  uint64_t floor() const { return floor_; }

 private:
  std::deque<EventPtr>::const_iterator After(uint64_t since) const;

  size_t events_max_;
  uint64_t floor_ = 0;  // events with a revision at or below it are gone
  uint64_t last_ = 0;
  std::deque<EventPtr> events_;
};

}  // namespace bellrock::naming
