// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace bellrock::fiber {

// SIGINT and SIGTERM as something to wait for. Make it on the main thread before other threads
// start: it blocks both there (threads inherit that) and ignores SIGPIPE. One per process.
class TerminationSignals {
 public:
  TerminationSignals();
  ~TerminationSignals();
  TerminationSignals(const TerminationSignals&) = delete;
  TerminationSignals& operator=(const TerminationSignals&) = delete;

  // Blocks the plain thread. The signal's number, or 0 after Interrupt().
  int Wait();
  // The signal's number if one has come, else 0; never blocks. Sticky.
  int Pending();
  // Any thread; sticky.
  void Interrupt();

 private:
  int Take();

  int pending_ = 0;
  int signal_fd_;
  int event_fd_;
};

}  // namespace bellrock::fiber
