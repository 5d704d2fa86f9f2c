// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "fiber/loop_load.h"

#include "fiber/scheduler.h"

namespace bellrock::fiber {

LoopLoad LoadOfThisLoop() {
  const Scheduler& scheduler = Scheduler::InFiberOrCrash("LoadOfThisLoop");
  return {.live = scheduler.live() - 1, .ready = scheduler.ReadyFibers().size()};
}

}  // namespace bellrock::fiber
