// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where code of a loop's user begins and ends, for loops with LoopOptions::handoff. While a fiber
// runs user code its thread may lose the loop, if that code burns or blocks the thread; the fiber
// then goes on alone and comes back to the loop, in whatever thread runs it, where the user code
// ends. Both cost a few nanoseconds; on other loops, outside of fibers and in simulated loops they
// do nothing.
namespace bellrock::fiber {

class Fiber;

// The current fiber runs user code in this scope: nothing in it may touch the loop or what belongs
// to it but through functions that begin with a FrameworkSection. Nested, or with `wanted` false,
// it does nothing.
class UserSection {
 public:
  explicit UserSection(bool wanted = true) {
    if (wanted) Begin();
  }
  ~UserSection() {
    if (fiber_ != nullptr) End();
  }
  UserSection(const UserSection&) = delete;
  UserSection& operator=(const UserSection&) = delete;

 private:
  void Begin();
  void End();

  Fiber* fiber_ = nullptr;  // if this scope began something
};

// At the beginning of each function that user code may call: the current fiber owns its loop in
// this scope. Does nothing if no user code runs. Code of src/fiber reached without one ends the
// user code by itself, which is safe, but what follows it up to the next FrameworkSection's end
// then holds up the loop.
class FrameworkSection {
 public:
  FrameworkSection();
  ~FrameworkSection() {
    if (fiber_ != nullptr) End();
  }
  FrameworkSection(const FrameworkSection&) = delete;
  FrameworkSection& operator=(const FrameworkSection&) = delete;

 private:
  void End();

  Fiber* fiber_ = nullptr;  // if this scope began something
};

// For destructors, whose members die after every scope in them: the fiber owns its loop until the
// next FrameworkSection ends.
void LeaveUserCode();

}  // namespace bellrock::fiber
