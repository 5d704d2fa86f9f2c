// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "bellrock/service.h"
#include "bellrock/trace.h"
#include "fiber/fiber.h"

namespace bellrock::rpc {

// What the calls made from a handler inherit from the call it serves. Lives in the served call; the
// handler's fiber points to it (fiber::CurrentLocal). The deadline is the fiber's own.
struct CallContext {
  TraceContext trace;
  std::string_view dye;
  std::string_view lane;
  Qos qos = Qos::kNormal;
  // A call made from this handler found its callee unavailable: if the handler then says so too, it
  // speaks of its callee and not of itself.
  bool downstream_unavailable = false;

  // That of the running fiber, or nullptr.
  static CallContext* Current() { return static_cast<CallContext*>(fiber::CurrentLocal()); }
};

}  // namespace bellrock::rpc
