// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "bellrock/naming/v1/naming.pb.h"
#include "bellrock/service.h"
#include "fiber/loop.h"
#include "fiber/sync.h"

namespace bellrock::naming::server {

// Keeps what a watch was told, for tests.
class Told final : public StreamWriter {
 public:
  Status Write(const Message& message) override {
    replies.push_back(static_cast<const v1::WatchReply&>(message));
    times.push_back(fiber::Loop::Current()->Now());
    came.WakeAll();
    return Status::Ok();
  }
  // Blocks until so many replies have come; false after 60 s.
  bool WaitFor(size_t count) {
    const Time until = fiber::Loop::Current()->Now() + std::chrono::seconds(60);
    while (replies.size() < count) {
      if (!came.Wait(until).ok()) return false;
    }
    return true;
  }

  std::vector<v1::WatchReply> replies;
  std::vector<Time> times;
  fiber::WaitQueue came;
};

}  // namespace bellrock::naming::server
