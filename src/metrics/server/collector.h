// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "bellrock/metrics/v1/compute.pb.h"
#include "bellrock/metrics/v1/metrics.pb.h"
#include "bellrock/status.h"
#include "fiber/environment.h"
#include "fiber/fiber.h"
#include "fiber/sync.h"
#include "metrics/bounds.h"
#include "metrics/queue/queue.h"
#include "metrics/spread_plan.h"

namespace bellrock::metrics::server {

struct CollectorOptions {
  std::string name;  // of this run of this process
  uint32_t partitions = kPartitionsDefault;
  size_t pending_bytes_max = kCollectorBytesMax;
  // Told each second instead of the queue while nothing comes for a partition: all that this
  // collector appended to it lies before offset `next`, and `marker` holds behind that.
  std::function<void(uint32_t partition, uint64_t next, const v1::Marker& marker)> on_quiet = {};
};

// Brings pushes into the queue: splits each by partition, puts together what comes within a moment,
// and answers when it is durable. Says in each partition, once a second, up to when it is complete;
// every few seconds where nothing comes, since each word is a write to the disk. Knows nothing that
// the next collector would miss. Lives on one loop; all members are for fibers of that loop.
class Collector {
 public:
  struct Counts {
    uint64_t pushes = 0;
    uint64_t calls = 0;
    uint64_t bytes = 0;    // appended
    uint64_t records = 0;  // appended
    uint64_t refused = 0;  // for want of room
  };

  // The queue is borrowed.
  Collector(fiber::Environment environment, queue::Queue& queue, CollectorOptions options);
  ~Collector();  // Stop() first

  void Start();
  void Stop();

  // Blocks until the push is durable. kInvalidArgument: it never will be; kResourceExhausted and
  // kUnavailable: to be sent again, unchanged.
  Status Take(const v1::PushRequest& push);

  // What sources should spread, for the reply to a push.
  const std::map<std::string, uint32_t>& spreads() const { return spreads_.spreads(); }
  const Counts& counts() const { return counts_; }

 private:
  struct Lane;  // to one partition
  struct Ticket;

  void RunLane(uint32_t partition, Lane& lane);
  Status Append(uint32_t partition, Lane& lane);
  void RunMarkers();
  void Mark(uint32_t partition, Lane& lane, const v1::Marker& marker);
  v1::Marker MakeMarker(int64_t now) const;
  void Forget(int64_t now);

  fiber::Environment environment_;
  queue::Queue& queue_;
  const CollectorOptions options_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  size_t pending_bytes_ = 0;
  std::unordered_map<std::string, int64_t> heard_;  // source -> newest second it told of
  SpreadPlan spreads_;
  Counts counts_;
  bool stopping_ = false;
  fiber::JoinHandle markers_;
};

}  // namespace bellrock::metrics::server
