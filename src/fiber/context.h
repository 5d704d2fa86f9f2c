// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>

namespace bellrock::fiber {

// A place where execution can go on: a stack and what of the registers must survive. A default-made
// Context stands for the thread's own stack and is filled by the first switch away from it;
// Prepare() makes one for a stack of ours. Tells the sanitizers about every switch, so that ASan
// knows which stack is live and TSan which happens-before edges exist.
class Context {
 public:
  using Entry = void (*)(Context& self);

  Context() = default;
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  // The first switch to it calls `entry` on `stack`; entry must never return. The stack must
  // outlive the context.
  void Prepare(std::span<std::byte> stack, Entry entry);
  // Forgets the thread it stood for; for a loop that is run again, maybe by another thread.
  void Reset();

  // Suspends `from`, which is the running one, and goes on in `to`. Returns when somebody switches
  // back. `from_rests`: no frame of `from` holds anything alive (a pooled fiber between two
  // bodies).
  static void Switch(Context& from, Context& to, bool from_rests = false);

 private:
  struct Arrival;

  void* continuation_ = nullptr;  // fcontext_t
  Entry entry_ = nullptr;
  Context* going_to_ = nullptr;  // of the last switch away
  // For the sanitizers; unused otherwise.
  void* fake_stack_ = nullptr;
  const void* stack_bottom_ = nullptr;
  size_t stack_size_ = 0;
  void* tsan_fiber_ = nullptr;
  bool tsan_owned_ = false;
};

}  // namespace bellrock::fiber
