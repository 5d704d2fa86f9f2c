// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "fiber/fiber.h"
#include "fiber/sync.h"
#include "registry_client.h"
#include "timed_run.h"

namespace bellrock::bench {

// Watchers of the first so many services, shared out among them, a fiber each. Lives on the
// client's loop; one waits at a time.
class Audience {
 public:
  // Blocks while watches are opened.
  Audience(RegistryClient& client, int watchers, int64_t services);

  // Blocks until everybody knows so many instances; ends the program when that takes too long.
  void Await(size_t instances);
  // When each watcher was told of what it knows.
  const std::vector<Instant>& told() const { return told_; }

 private:
  void Take(size_t watcher, size_t instances);

  std::vector<size_t> known_;
  std::vector<Instant> told_;
  size_t opened_ = 0;   // watchers that were told something
  size_t awaited_ = 0;  // instances
  size_t knowing_ = 0;  // watchers that know them
  fiber::WaitQueue came_;
  std::vector<fiber::JoinHandle> fibers_;
};

}  // namespace bellrock::bench
