// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "bellrock/time.h"
#include "fiber/environment.h"
#include "fiber/loop.h"

namespace bellrock::testing {

// A simulated world from one seed: one loop, a clock that jumps to the next timer when nothing is
// ready, hosts joined by a network with delay, loss and partitions, and a disk per host with faults
// and crashes. Single-threaded, deterministic: the same seed gives the same run.
//
//   World world(seed);
//   fiber::Environment a = world.Host("a"), b = world.Host("b");
//   world.Run([&] { ... fibers, blocking calls ... });     // returns when the body returned
class World {
 public:
  explicit World(uint64_t seed);
  ~World();

  // The environment of a host; made on first use. The name is its host address: listen on
  // Address::Tcp("a", 7600).
  fiber::Environment Host(const std::string& name);
  fiber::Loop& loop();

  // Runs `body` as a fiber until it returns; other fibers started meanwhile are then cancelled.
  // Crashes with the seed printed if nothing can ever happen again (deadlock).
  void Run(std::function<void()> body);

  // Network. Defaults: 100 us delay, no loss. Streams between cut hosts stall (no error), new
  // connects time out.
  void SetDelay(Duration min, Duration max);
  void Cut(const std::string& a, const std::string& b);
  void Heal(const std::string& a, const std::string& b);
  // Breaks every stream, listener and datagram socket of the host at once, as kill -9 does; peers
  // see resets.
  void CrashNetwork(const std::string& host);

  // Disk. After CrashDisk, what was not synced is lost except a random prefix of it (torn tail).
  void CrashDisk(const std::string& host);
  // Bytes the host's disk may still take; further appends fail with kResourceExhausted. Default
  // unlimited.
  void SetDiskSpace(const std::string& host, uint64_t bytes);
  // Each sync takes this long.
  void SetSyncDelay(const std::string& host, Duration delay);

 private:
  struct Core;
  std::unique_ptr<Core> core_;
};

}  // namespace bellrock::testing
