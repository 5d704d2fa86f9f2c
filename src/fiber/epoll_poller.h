// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>

#include "fiber/loop.h"
#include "fiber/sync.h"

namespace bellrock::fiber {

// The fibers that wait for one file descriptor. Lives inside its socket; must stay in place while
// registered.
struct IoWatch {
  WaitQueue readable;
  WaitQueue writable;
  // The kernel may hold something to read: true until a read has shown otherwise, and again from
  // the next event on.
  bool may_read = true;
  // The peer has ended its side: the end is still to be read, and no further event will tell.
  bool ended = false;
};

// Waits in epoll, edge-triggered: a socket is registered once and a fiber waits only after the
// kernel had nothing more for it, so no edge is lost and no system call is spent on interest. Owned
// by its loop.
class EpollPoller final : public Poller {
 public:
  EpollPoller();
  ~EpollPoller() override;

  void Poll(Loop& loop, Time until) override;
  void Interrupt() override;

  // Registers a non-blocking descriptor; closing the descriptor ends it.
  Status Watch(int descriptor, IoWatch& watch);

  // The poller of the current loop; kFailedPrecondition on a plain thread or in a simulated loop.
  static Result<EpollPoller*> Current();

 private:
  int epoll_ = -1;
  int interrupt_ = -1;  // an eventfd; edge-triggered, so never read
};

}  // namespace bellrock::fiber
