// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "fiber/context.h"

#include <boost/context/detail/fcontext.hpp>

#include "fiber/sanitizers.h"

#if defined(BELLROCK_ASAN)
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(BELLROCK_TSAN)
#include <sanitizer/tsan_interface.h>
#endif

namespace bellrock::fiber {

namespace fcontext = boost::context::detail;

// The first thing to do on the side arrived at.
struct Context::Arrival {
  static void Complete(Context& from, [[maybe_unused]] void* own_fake_stack,
                       void* from_continuation) {
    from.continuation_ = from_continuation;
#if defined(BELLROCK_ASAN)
    __sanitizer_finish_switch_fiber(own_fake_stack, &from.stack_bottom_, &from.stack_size_);
#endif
  }

  static void Enter(fcontext::transfer_t transfer) {
    auto& from = *static_cast<Context*>(transfer.data);
    Context& self = *from.going_to_;
    Complete(from, nullptr, transfer.fctx);
    self.entry_(self);
    __builtin_trap();  // an entry that returns has no one to return to
  }
};

Context::~Context() {
  Reset();
}

void Context::Reset() {
#if defined(BELLROCK_TSAN)
  if (tsan_owned_) __tsan_destroy_fiber(tsan_fiber_);
#endif
  tsan_owned_ = false;
  tsan_fiber_ = nullptr;
  continuation_ = nullptr;
}

void Context::Prepare(std::span<std::byte> stack, Entry entry) {
  entry_ = entry;
  stack_bottom_ = stack.data();
  stack_size_ = stack.size();
  continuation_ =
      fcontext::make_fcontext(stack.data() + stack.size(), stack.size(), &Arrival::Enter);
#if defined(BELLROCK_TSAN)
  tsan_fiber_ = __tsan_create_fiber(0);
  tsan_owned_ = true;
#endif
}

void Context::Switch(Context& from, Context& to, [[maybe_unused]] bool from_rests) {
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
  const fcontext::transfer_t transfer = fcontext::jump_fcontext(to.continuation_, &from);
  Arrival::Complete(*static_cast<Context*>(transfer.data), from.fake_stack_, transfer.fctx);
}

}  // namespace bellrock::fiber
