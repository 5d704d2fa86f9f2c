// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <unordered_map>

#include "bellrock/metrics/v1/metrics.pb.h"
#include "bellrock/status.h"
#include "metrics/bounds.h"
#include "metrics/name_session.h"
#include "metrics/session_table.h"

namespace bellrock::metrics {

struct SessionBounds {
  size_t sessions_max = kSourcesMax;
  size_t bytes_max = kSessionsBytesMax;
};

// The sessions of those who send tables to this process, by their numbers. At a bound the one that
// was silent for longest is forgotten, and its sender begins anew. Nothing of it outlives the
// process. Not thread-safe.
class SessionBook {
 public:
  explicit SessionBook(SessionBounds bounds = {}) : bounds_(bounds) {}

  // The push with its table as cards. kFailedPrecondition if it counts on keys or names that are
  // not known here: nothing was taken, and the sender begins a new session. kInvalidArgument says
  // what is wrong with it.
  Result<v1::PushRequest> Open(const v1::PushRequest& push);

  size_t sessions() const { return sessions_.size(); }
  size_t bytes() const { return bytes_; }

 private:
  struct Session {
    uint64_t number = 0;
    SessionReader tables;
  };
  using Order = std::list<Session>;  // silent for longest first

  void Keep(Order::iterator session, size_t bytes_before);
  void Forget();

  SessionBounds bounds_;
  Order sessions_;
  std::unordered_map<uint64_t, Order::iterator> by_number_;
  size_t bytes_ = 0;
};

}  // namespace bellrock::metrics
