// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/served_call.h"

#include <fmt/format.h>

#include <exception>
#include <utility>

namespace bellrock::rpc {

ServedCall::ServedCall(fiber::Loop& loop, fiber::Clock& clock, CallStart start)
    : loop_(loop),
      clock_(clock),
      start_(std::move(start)),
      request_(start_.method->descriptor->new_request()) {
  if (!start_.method->streaming()) reply_ = start_.method->descriptor->new_reply();
}

bool ServedCall::IsRemote() const {
  return start_.method->home != nullptr && start_.method->home != &loop_;
}

void ServedCall::Run() {
  if (IsRemote()) return RunRemote();
  Status spawned = loop_.SpawnNow([this] { Finish(Handle(local_)); });
  if (!spawned.ok()) Finish(spawned);
}

void ServedCall::RunRemote() {
  remote_ = std::make_shared<Running>();
  const bool posted = start_.method->home->Post([this, running = remote_] {
    Status status = Handle(*running);
    // If the connection's loop has stopped, its connections are gone with it and nobody waits.
    loop_.Post([this, status] { Finish(status); });
  });
  if (!posted) Finish(UnavailableError("the server is stopping; try another instance"));
}

Status ServedCall::Handle(Running& running) {
  if (running.cancelled) return CancelledError("the caller cancelled before the handler began");
  fiber::ScopedDeadline deadline(start_.deadline);
  running.fiber = fiber::CurrentFiber();
  Status status = Invoke();
  running.fiber = nullptr;
  return status;
}

// What a handler's own libraries throw must not end the process: it fails this call.
Status ServedCall::Invoke() {
  const Method& method = *start_.method;
  try {
    if (method.interceptor != nullptr) {
      BELLROCK_TRY(method.interceptor->Before(*this, method.service_name, method.name));
    }
    return method.streaming()
               ? method.descriptor->server_streaming(*method.service, *this, *request_, *this)
               : method.descriptor->unary(*method.service, *this, *request_, *reply_);
  } catch (const std::exception& exception) {
    return InternalError(fmt::format("the handler of {}/{} threw: {}", method.service_name,
                                     method.name, exception.what()));
  }
}

void ServedCall::Finish(Status status) {
  status_ = std::move(status);
  finished_ = true;
  OnFinished();
}

void ServedCall::Cancel() {
  if (finished_ || cancelled_.exchange(true)) return;
  OnCancelled();
  const auto cancel = [](Running& running) {
    running.cancelled = true;
    if (running.fiber != nullptr) fiber::CancelFiber(*running.fiber);
  };
  if (!IsRemote()) return cancel(local_);
  start_.method->home->Post([running = remote_, cancel] { cancel(*running); });
}

Status ServedCall::Write(const Message& message) {
  if (cancelled()) return CancelledError("the caller has gone");
  if (!IsRemote()) return SendItem(message);
  Status sent;
  BELLROCK_TRY(fiber::RunOn(loop_, [this, &message, &sent] { sent = SendItem(message); }));
  return sent;
}

CallRecord ServedCall::Record(std::string_view callee, std::string_view instance, Time now) const {
  return {.caller = start_.caller,
          .callee = callee,
          .service = start_.method->service_name,
          .method = start_.method->name,
          .instance = instance,
          .code = status_.code(),
          .latency = now - start_.received};
}

}  // namespace bellrock::rpc
