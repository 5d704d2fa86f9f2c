// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pthread.h>

#include <cstdint>
#include <string>

#include "bellrock/time.h"

namespace bellrock::fiber {

// Logs where a thread is stuck in user code: sends it a signal, whose handler writes down the
// stack, and turns that into text here. One report at a time. Used by the monitor's thread only;
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

  bool busy() const { return busy_; }
  // The thread must exist.
  void Ask(Question question);
  // Logs the answer if it has come, or that none came.
  void Look(Time now);

 private:
  Question question_;
  bool busy_ = false;
};

}  // namespace bellrock::fiber
