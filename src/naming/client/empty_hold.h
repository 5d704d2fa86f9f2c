// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "bellrock/naming/v1/naming.pb.h"
#include "bellrock/time.h"

namespace bellrock::naming::client {

// How long a server of another history has to say that nothing is usable before it is believed by
// somebody who had usable instances: as long as servers themselves wait (protect/empty_guard.h).
inline constexpr Duration kEmptyGrace = std::chrono::seconds(60);

// Never an empty list to a caller who had one (DESIGN 3.3): keeps a watcher's list when the state
// of another server, or of one that came back with another history, leaves nothing usable of it.
// Ends when something is usable again, when an operator disabled all there is, or after
// kEmptyGrace. Pure.
class EmptyHold {
 public:
  // The list is to go from `before` to `after`.
  void Consider(std::vector<v1::Instance> before, const std::vector<v1::Instance>& after, Time now);
  // The state goes on, held back or not. True if the hold has ended by it.
  bool Release(const std::vector<v1::Instance>& list);
  bool Tick(Time now);
  // No server speaks: time that passes proves nothing.
  void OnDisconnected() { until_ = kNever; }
  void OnReply(Time now) {
    if (active_ && until_ == kNever) until_ = now + kEmptyGrace;
  }

  bool active() const { return active_; }
  Time due() const { return until_; }
  // What is shown meanwhile.
  const std::vector<v1::Instance>& list() const { return list_; }

 private:
  void End();

  bool active_ = false;
  Time until_ = kNever;
  std::vector<v1::Instance> list_;
};

}  // namespace bellrock::naming::client
