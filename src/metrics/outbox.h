// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

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
  // Calls that were counted but never reached a buffer.
  void Lose(uint64_t calls);

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

  std::string source_;
  uint64_t epoch_;
  OutboxBounds bounds_;
  std::deque<Entry> pushes_;
  size_t bytes_ = 0;
  uint64_t sequence_ = 0;
  uint64_t calls_total_ = 0;
  uint64_t calls_dropped_ = 0;
};

}  // namespace bellrock::metrics
