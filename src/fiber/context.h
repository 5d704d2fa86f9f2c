// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/context/detail/fcontext.hpp>
#include <cstddef>
#include <span>

#include "fiber/sanitizers.h"

#if defined(BELLROCK_ASAN)
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(BELLROCK_TSAN)
#include <sanitizer/tsan_interface.h>
#endif

namespace bellrock::fiber {

// What the C++ ABI keeps per thread of the exceptions being thrown and handled there
// (__cxa_eh_globals): a fiber that blocks in a catch block takes its own along.
struct ExceptionState {
  void* caught = nullptr;
  unsigned uncaught = 0;
};

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
  // back, perhaps in another thread. `of_thread` are this thread's exceptions. `from_rests`: no
  // frame of `from` holds anything alive (a pooled fiber between two bodies). In the header because
  // each call that returns on the other side of a switch is a mispredicted return: inlined, the
  // round trip costs half.
  static void Switch(Context& from, Context& to, ExceptionState& of_thread,
                     bool from_rests = false);

 private:
  static void Enter(boost::context::detail::transfer_t transfer);
  // The first thing to do on the side arrived at.
  static void Arrive(Context& from, void* own_fake_stack, void* from_continuation);

  void* continuation_ = nullptr;  // fcontext_t
  Entry entry_ = nullptr;
  Context* going_to_ = nullptr;  // of the last switch away
  ExceptionState exceptions_;    // while suspended
  // For the sanitizers; unused otherwise.
  void* fake_stack_ = nullptr;
  const void* stack_bottom_ = nullptr;
  size_t stack_size_ = 0;
  void* tsan_fiber_ = nullptr;
  bool tsan_owned_ = false;
};

inline void Context::Arrive(Context& from, [[maybe_unused]] void* own_fake_stack,
                            void* from_continuation) {
  from.continuation_ = from_continuation;
#if defined(BELLROCK_ASAN)
  __sanitizer_finish_switch_fiber(own_fake_stack, &from.stack_bottom_, &from.stack_size_);
#endif
}

inline void Context::Switch(Context& from, Context& to, ExceptionState& of_thread,
                            [[maybe_unused]] bool from_rests) {
  from.exceptions_ = of_thread;
  of_thread = to.exceptions_;
  // Not in a local of this frame: ASan may keep locals in a stack of its own, which ends with a
  // side that rests.
  from.going_to_ = &to;
#if defined(BELLROCK_ASAN)
  from.fake_stack_ = nullptr;
  __sanitizer_start_switch_fiber(from_rests ? nullptr : &from.fake_stack_, to.stack_bottom_,
                                 to.stack_size_);
#endif
#if defined(BELLROCK_TSAN)
  if (from.tsan_fiber_ == nullptr) from.tsan_fiber_ = __tsan_get_current_fiber();
  __tsan_switch_to_fiber(to.tsan_fiber_, 0);
#endif
  const auto transfer = boost::context::detail::jump_fcontext(to.continuation_, &from);
  Arrive(*static_cast<Context*>(transfer.data), from.fake_stack_, transfer.fctx);
}

}  // namespace bellrock::fiber
