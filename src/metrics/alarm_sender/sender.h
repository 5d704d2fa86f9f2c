// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

#include "bellrock/status.h"
#include "bellrock/time.h"
#include "metrics/alarm/dispatcher.h"
#include "metrics/alarm_sender/dialer.h"

namespace bellrock::metrics::alarm_sender {

// Whoever brings messages to receivers. Blocks the fiber; several fibers at once.
class Messenger {
 public:
  virtual ~Messenger() = default;
  // OK: the receiver has it. Other codes as alarm::Dispatcher::OnSent() takes them.
  virtual Status Send(const alarm::Notification& notification) = 0;
};

struct SenderOptions {
  Duration try_timeout = std::chrono::seconds(10);
  int tries = 3;
  // Before the second try, doubled before each further one; half of it is left to chance, so that
  // many messages do not come back at once.
  Duration backoff = std::chrono::seconds(1);
};

// By HTTP or SMTP, each message on a connection of its own. Lives on one loop.
class Sender final : public Messenger {
 public:
  Sender(fiber::Environment environment, fiber::Resolver& resolver, rpc::TlsOptions trust,
         SenderOptions options = {});

  Status Send(const alarm::Notification& notification) override;

 private:
  Status SendOnce(const alarm::Notification& notification);
  Duration Pause(int tries_done);

  fiber::Environment environment_;
  Dialer dialer_;
  const SenderOptions options_;
};

}  // namespace bellrock::metrics::alarm_sender
