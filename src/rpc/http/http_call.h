// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <utility>

#include "fiber/sync.h"
#include "rpc/http/http_answer.h"
#include "rpc/http/http_caller.h"
#include "rpc/http/http_outlet.h"
#include "rpc/http/http_rule.h"
#include "rpc/served_call.h"

namespace bellrock::rpc {

// How a stream of items is written over HTTP.
struct StreamStyle {
  enum class Form {
    kEvents,  // server-sent events
    kLines,   // newline-delimited JSON
  };
  Form form = Form::kEvents;
  HttpHeaders headers{};  // besides its own
};

// One service call that came by HTTP. A streaming method's items are written as they come; a unary
// reply is left to the connection. Owned by its exchange's fiber, which waits for it to finish.
class HttpCall final : public ServedCall, public HttpCaller {
 public:
  // `target` is the request's and outlives the call.
  HttpCall(HttpOutlet& outlet, CallStart&& start, std::string_view target, StreamStyle style)
      : ServedCall(outlet.loop(), outlet.clock(), std::move(start)),
        outlet_(outlet),
        target_(target),
        style_(std::move(style)) {}

  std::string_view target() const override { return target_; }
  void SetAnswer(int status, Metadata headers) override;

  // Blocks until finished, not cancellable.
  void WaitFinished();
  // True if finished by then.
  bool WaitFinishedUntil(Time until);

  // Writes the head of the stream unless it is out.
  void BeginStream();
  bool stream_begun() const { return begun_; }
  // Writes a comment if events were silent for so long that something on the way could take the
  // connection for dead. Returns when to call again.
  Time SignOfLife();
  // Writes the end, or the error.
  void EndStream();
  // The answer of a call that is no stream; `rule` may be null.
  HttpReply Answer(const HttpRule* rule) const;

  using ServedCall::status;

 private:
  Status SendItem(const Message& message) override;
  Result<size_t> SendShared(const SharedMessage& message) override;
  void OnFinished() override { finished_event_.Set(); }
  void OnCancelled() override {}
  Status SendJson(std::string_view json);
  void Append(std::string_view text);

  HttpOutlet& outlet_;
  const std::string_view target_;
  const StreamStyle style_;
  int http_status_ = 200;  // of the answer, as the handler wants it
  HttpHeaders http_headers_;
  bool begun_ = false;
  Time last_written_{};
  fiber::Event finished_event_;
};

}  // namespace bellrock::rpc
