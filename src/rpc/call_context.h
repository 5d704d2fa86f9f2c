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
  // How a call made from this handler failed, if it says nothing of this service: its callee was
  // unavailable, or the call was refused before it was sent (ZY-040). If the handler then ends the
  // same way, it speaks of its callee and not of itself.
  StatusCode downstream = StatusCode::kOk;

  // That of the running fiber, or nullptr.
  static CallContext* Current() { return static_cast<CallContext*>(fiber::CurrentLocal()); }
};

}  // namespace bellrock::rpc
