// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

#include "bellrock/time.h"
#include "fiber/stack_reporter.h"

namespace bellrock::fiber {

class Crew;

// The thread that watches all loops of the process which may be handed over. It lives while there
// are any, looks at each once a tick, and sleeps while none of them runs user code. Inside of the
// runtime.
class Monitor {
 public:
  static Monitor& Get();

  Monitor();
  ~Monitor();
  Monitor(const Monitor&) = delete;
  Monitor& operator=(const Monitor&) = delete;

  // Any thread. After Remove() the monitor does not touch the crew.
  void Add(Crew& crew);
  void Remove(Crew& crew);

  // User code begins: wakes the monitor if it sleeps.
  static void OnUserCode() {
    if (sleeping.load(std::memory_order_relaxed)) [[unlikely]]
      Get().Wake();
  }

 private:
  inline static std::atomic<bool> sleeping{false};

  void Main();
  void Wake();
  void Signal();
  // Looks at all; false once the monitor is to end.
  bool Look(Duration& tick, bool& active);
  void Wait(Duration longest);

  std::mutex membership_;  // held through Add() and Remove(), to start and to join the thread
  std::thread thread_;     // guarded by membership_
  std::mutex mutex_;
  std::vector<Crew*> crews_;  // guarded by mutex_
  bool ended_ = false;        // guarded by mutex_
  int wake_ = -1;             // an eventfd
  StackReporter reporter_;    // the thread's
};

}  // namespace bellrock::fiber
