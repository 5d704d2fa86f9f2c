// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "fiber/sync.h"
#include "rpc/link.h"
#include "rpc/served_call.h"

namespace bellrock::rpc {

// One service call that came by HTTP. A streaming method's items are written as server-sent events
// as they come; a unary reply is left to the connection. Owned by its connection's fiber, which
// waits for it to finish.
class HttpCall final : public ServedCall {
 public:
  HttpCall(Link& link, CallStart start)
      : ServedCall(link.loop(), link.clock(), start), link_(link) {}

  // Blocks until finished, not cancellable.
  void WaitFinished();
  // True if finished by then.
  bool WaitFinishedUntil(Time until);
  // Writes the head of the event stream unless it is out.
  void BeginEvents();
  bool events_begun() const { return events_begun_; }
  // Writes the last event: "end", or "error" with the status.
  void EndEvents();

  using ServedCall::reply;
  using ServedCall::status;

 private:
  Status SendItem(const Message& message) override;
  void OnFinished() override { finished_event_.Set(); }
  void OnCancelled() override {}

  Link& link_;
  bool events_begun_ = false;
  fiber::Event finished_event_;
};

}  // namespace bellrock::rpc
