// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

#include "fiber/context.h"

// Inside of the runtime, like scheduler.h.
namespace bellrock::fiber {

class Crew;
class Fiber;
class Scheduler;

// What a thread that runs a loop knows of itself. One per such thread, on its own stack. Touched by
// that thread only, whatever fiber it runs; the loop it names belongs to the thread too, unless the
// thread runs user code and the loop was taken from it meanwhile (see Crew).
struct Station {
  Scheduler* scheduler = nullptr;
  Crew* crew = nullptr;     // nullptr: the loop never leaves this thread
  Context home;             // the thread's own stack
  Fiber* user = nullptr;    // the fiber, while the thread runs user code inside a UserSection
  Fiber* adrift = nullptr;  // a fiber that came back from user code after the loop had gone

  // Names the stretch of user code that runs, 0 if none does. Atomic for this thread's own signal
  // handler.
  std::atomic<uint64_t> slice{0};

  // Of the calling thread, or nullptr. Not inlined: a compiler may keep the address of a thread's
  // variable across a switch, which would be wrong for a fiber that goes on in another thread.
  [[gnu::noinline]] static Station* Current();
  [[gnu::noinline]] static void SetCurrent(Station* station);

  // The fiber this thread runs, or nullptr in scheduler context.
  Fiber* CurrentFiber() const;
};

// If this thread runs user code, ends that: when it returns, the fiber owns its loop again, perhaps
// in another thread. Framework code that user code reached without a FrameworkSection begins with
// it.
void LeaveUserCode();

// The exceptions in flight on this thread, which the C++ ABI keeps per thread.
[[gnu::noinline]] ExceptionState& ThreadExceptions();

// errno, read where it is. The C library lets a compiler keep errno's address, so a function that
// looks at it before and after it blocked would look at the thread it came from.
[[gnu::noinline]] int LastError();

}  // namespace bellrock::fiber
