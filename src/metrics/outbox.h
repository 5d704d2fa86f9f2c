// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "bellrock/metrics/v1/metrics.pb.h"
#include "metrics/bounds.h"

namespace bellrock::metrics {

struct OutboxBounds {
  size_t pushes_max = kUnsentPushesMax;
  size_t bytes_max = kUnsentBytesMax;
};

// A source's pushes that nobody has acknowledged yet, oldest first. Numbers them, and never changes
// one that was tried, for the receiver may have it. When the queue is long, cards join the newest
// push if it was never tried; when it is also heavy, they are dropped and counted. calls_total of a
// push always includes what was dropped. Not thread-safe.
class Outbox {
 public:
  Outbox(std::string source, uint64_t epoch, OutboxBounds bounds = {});

  // Takes the cards of a fold; `push.source`, epoch, sequence and calls_total are filled in here.
  void Add(v1::PushRequest push);

  bool empty() const { return pushes_.empty(); }
  size_t size() const { return pushes_.size(); }
  // The oldest push, about to be sent.
  const v1::PushRequest& Try();
  // The one last tried is acknowledged.
  void Acknowledge();
  // The one last tried was refused for good: its calls count as dropped.
  void Refuse();
  // Calls of `second` that were counted but never reached a buffer.
  void Lose(uint64_t calls, int64_t second);
  // Over how many partitions services are spread, for the pushes from now on.
  void SetSpreads(std::vector<v1::ServiceSpread> spreads) { spreads_ = std::move(spreads); }

  uint64_t calls_total() const { return calls_total_; }
  uint64_t calls_dropped() const { return calls_dropped_; }

 private:
  struct Entry {
    v1::PushRequest push;
    size_t bytes = 0;
    uint64_t calls = 0;
    bool tried = false;
  };
  void Pop();
  void Drop(const v1::PushRequest& push, uint64_t calls);
  void Lose(const std::string& callee, int64_t second, uint64_t calls);
  void TellLost(v1::PushRequest& push);

  std::string source_;
  uint64_t epoch_;
  OutboxBounds bounds_;
  std::deque<Entry> pushes_;
  size_t bytes_ = 0;
  uint64_t sequence_ = 0;
  uint64_t calls_total_ = 0;
  uint64_t calls_dropped_ = 0;
  std::vector<v1::ServiceSpread> spreads_;
  std::map<std::pair<std::string, int64_t>, uint64_t> lost_;  // (callee, second), untold
};

}  // namespace bellrock::metrics
