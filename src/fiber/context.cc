// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "fiber/context.h"

namespace bellrock::fiber {

void Context::Enter(boost::context::detail::transfer_t transfer) {
  auto& from = *static_cast<Context*>(transfer.data);
  Context& self = *from.going_to_;
  Arrive(from, nullptr, transfer.fctx);
  self.entry_(self);
  __builtin_trap();  // an entry that returns has no one to return to
}

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
  exceptions_ = {};
}

void Context::Prepare(std::span<std::byte> stack, Entry entry) {
  entry_ = entry;
  stack_bottom_ = stack.data();
  stack_size_ = stack.size();
  continuation_ =
      boost::context::detail::make_fcontext(stack.data() + stack.size(), stack.size(), &Enter);
#if defined(BELLROCK_TSAN)
  tsan_fiber_ = __tsan_create_fiber(0);
  tsan_owned_ = true;
#endif
}

}  // namespace bellrock::fiber
