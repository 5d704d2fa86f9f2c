// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "counting_network.h"
#include "fiber/fiber.h"
#include "fiber/sync.h"
#include "load_options.h"
#include "naming_stubs.h"
#include "timed_run.h"

namespace bellrock::bench {

// Watchers that know of each instance of their service whether it works. Lives on one loop; one
// waits at a time.
class StormAudience {
 public:
  // Blocks while watches are opened. The first `dying` instances are those that may stop to work.
  StormAudience(const LoadOptions& options, int64_t dying);

  // Blocks until each watcher knows that so many instances of its service work.
  void Await(int64_t working);
  Instant last_told() const { return last_told_; }
  uint64_t received_bytes() const { return network_.received_bytes(); }
  // Times a watcher was told that an instance that lives does not work.
  uint64_t falsely_told() const { return falsely_told_; }
  uint64_t events() const { return events_; }

 private:
  struct Watcher {
    std::vector<bool> working;  // by number within the service
    int64_t count = 0;
  };

  void Watch(size_t watcher);
  void Take(Watcher& watcher, const naming::v1::Event& event);
  void Forget(Watcher& watcher);
  void Set(Watcher& watcher, size_t index, bool working);

  const Fleet fleet_;
  const int64_t dying_;
  CountingNetwork network_;
  NamingStubs stubs_;
  std::vector<Watcher> watchers_;
  size_t opened_ = 0;  // watchers that have had the full state
  int64_t awaited_ = 0;
  int64_t knowing_ = 0;  // watchers with `awaited_` working instances
  uint64_t falsely_told_ = 0;
  uint64_t events_ = 0;
  Instant last_told_;
  fiber::WaitQueue came_;
  std::vector<fiber::JoinHandle> fibers_;
};

}  // namespace bellrock::bench
