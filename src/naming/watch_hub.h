// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "naming/event_ring.h"
#include "naming/path.h"

namespace bellrock::naming {

class WatchHub;

// One subscriber's queue of events (VIN-100, VIN-101). Bounded: events of one path coalesce to the
// last of them, and when that is not enough the queue is dropped and the subscriber must be given
// the full state. What its filter does not want never enters. Owned by the subscriber, which
// outlives neither the hub nor its own registration: the destructor unregisters.
class Watcher {
 public:
  static constexpr size_t kQueueMax = 1024;

  // `wake` is called when an empty queue gets its first event; it must not block.
  Watcher(WatchHub& hub, Target target, std::function<void()> wake, WatchFilter filter = {});
  ~Watcher();
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  bool ready() const { return overflowed_ || !notices_.empty(); }
  // What waits takes a usable instance away, or may do so.
  bool loses() const { return overflowed_ || loses_; }
  const Target& target() const { return target_; }
  const WatchFilter& filter() const { return filter_; }

  struct Batch {
    bool overflowed = false;  // events were lost: tell the full state instead
    std::vector<Notice> notices;
  };
  Batch Take();

 private:
  friend class WatchHub;
  void Push(const EventPtr& event);

  WatchHub& hub_;
  const Target target_;
  const WatchFilter filter_;
  const std::function<void()> wake_;
  size_t place_ = 0;  // in the hub's list
  bool overflowed_ = false;
  bool loses_ = false;
  std::vector<Notice> notices_;
};

// All watchers, merged into one list per watched path or short name (VIN-100). A change is offered
// at its own path and at every path above it (VIN-102), so its price is the watchers that want it
// and nothing else. Pure.
class WatchHub {
 public:
  void Publish(const EventPtr& event);
  size_t watchers() const { return count_; }

 private:
  friend class Watcher;
  void Add(Watcher& watcher);
  void Remove(Watcher& watcher);
  void Offer(std::string_view key, const EventPtr& event);

  struct KeyHash {
    using is_transparent = void;
    size_t operator()(std::string_view key) const { return std::hash<std::string_view>()(key); }
  };
  size_t count_ = 0;
  std::unordered_map<std::string, std::vector<Watcher*>, KeyHash, std::equal_to<>> lists_;
};

}  // namespace bellrock::naming
