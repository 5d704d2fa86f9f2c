// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pthread.h>

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "bellrock/time.h"

namespace bellrock::fiber {

// Logs where a thread is stuck in user code: sends it a signal, whose handler writes down the
// stack, and has a thread of its own turn that into text, for the names of functions take a while
// to read. One report at a time. Used by the monitor's thread only;
// the handler is process-wide and answers only a thread that is still in the asked slice.
class StackReporter {
 public:
  struct Question {
    pthread_t thread{};
    std::string thread_name;
    uint64_t slice = 0;
    Time since{};
    Time asked{};
  };

  // Installs the handler.
  StackReporter();
  ~StackReporter() { Finish(); }

  bool busy() const { return asked_ || writing_.load(std::memory_order_acquire); }
  // The thread must exist.
  void Ask(Question question);
  // Logs the answer if it has come, or that none came.
  void Look(Time now);
  // Waits for the report that is being written.
  void Finish();

 private:
  void Report(std::vector<void*> frames, Duration held);
  void Write(const std::vector<void*>& frames, Duration held) const;

  Question question_;
  bool asked_ = false;
  std::atomic<bool> writing_{false};
  std::thread writer_;
};

}  // namespace bellrock::fiber
