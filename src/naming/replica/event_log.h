// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "naming/replica/record.h"

namespace bellrock::naming::replica {

// One word as its origin accepted it; the other word of the record is empty. Applying it is merging
// it, so that twice is as good as once.
struct ReplicaEvent {
  Dot dot;
  std::string path;
  Record word;
};
using ReplicaEventPtr = std::shared_ptr<const ReplicaEvent>;

// The last events of each origin, own and foreign, in memory bounded by bytes, so that a peer which
// was away pulls what it lacks from anybody (VIN-063, VIN-074). Of each origin the log holds an
// unbroken run that ends at the last one seen. Beyond the bound the events that came first go
// first, and who needs them is told to repair. Events are kept as they travel (EncodeEvent()): a
// third of their size in memory, and encoded once for all who pull them.
class EventLog {
 public:
  explicit EventLog(size_t bytes_max) : bytes_max_(bytes_max) {}

  // What an event counts: its bytes and what it takes to keep them.
  static size_t SizeOf(const std::string& event) { return 96 + event.size(); }

  // `event` follows the last of its origin.
  void Append(const Dot& dot, std::string event);
  // Everything up to the dot was seen another way (repair, disk); the run begins after it.
  void Restart(const Dot& dot);
  void Forget(const Origin& origin);

  struct Lack {
    std::vector<std::string> events;  // per origin in order, ready to be applied
    bool more = false;                // the batch was full: ask again
    bool out_of_reach = false;        // some of what is lacking is no longer here: repair
  };
  // What a peer that has seen `seen` lacks, at most `bytes_max` of it but at least one event.
  Lack Lacking(const VersionVector& seen, size_t bytes_max) const;

  size_t bytes() const { return bytes_; }
  size_t events() const { return events_; }

 private:
  struct Run {
    uint64_t floor = 0;  // events up to it are not here
    std::deque<std::string> events;
    uint64_t last() const { return floor + events.size(); }
  };
  bool Holds(const Dot& dot) const;
  void DropOldest();
  void Drop(Run& run);

  const size_t bytes_max_;
  size_t bytes_ = 0;
  std::map<Origin, Run> runs_;
  size_t events_ = 0;
  // Dots in order of arrival. Those that a Restart() or Forget() dropped are skipped, and swept
  // when they are the most.
  std::deque<Dot> order_;
};

}  // namespace bellrock::naming::replica
