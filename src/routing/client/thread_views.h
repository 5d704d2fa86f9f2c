// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "base/splitmix.h"
#include "routing/client/view.h"
#include "routing/refuser.h"

namespace bellrock::routing::client {

// What one thread keeps of one router: the view it saw last, the elements of the sequence
// that it has taken, and its stripe of the counters.
struct ThreadView {
  uint64_t version = 0;
  Claim claim;  // of pool 0
  uint32_t stripe = 0;
  std::shared_ptr<const View> view;
  std::shared_ptr<shm::CounterWriter> leased_from;
  // For views that have a plan.
  Refuser refuser;
  SplitMix64 random{0};
  std::vector<Claim> claims;  // of pools beyond the first

  uint64_t NextRandom() { return random.Next(); }
  Claim& ClaimOf(uint32_t pool) {
    if (pool == 0) return claim;
    if (claims.size() < pool) claims.resize(pool);
    return claims[pool - 1];
  }
  ~ThreadView();
};

// A view that one thread replaces now and then and all threads read always. Reading is one load and
// a comparison: each thread keeps a reference of its own and renews it, under a lock, only when the
// version has changed. A thread that never reads again holds its last view until it ends.
class SharedView {
 public:
  explicit SharedView(std::shared_ptr<const View> first);
  ~SharedView();
  SharedView(const SharedView&) = delete;
  SharedView& operator=(const SharedView&) = delete;

  void Replace(std::shared_ptr<const View> view);
  // Valid until this thread calls Mine() again, on any router.
  ThreadView& Mine();

 private:
  ThreadView& Renew();

  const uint32_t index_;  // of this object among those alive; place in each thread's array
  std::atomic<uint64_t> version_;
  std::mutex mutex_;
  std::shared_ptr<const View> current_;  // under mutex_
};

}  // namespace bellrock::routing::client
