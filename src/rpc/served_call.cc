// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/served_call.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "fiber/user_section.h"
#include "rpc/compression.h"
#include "rpc/error_catalog.h"
#include "rpc/metadata.h"
#include "rpc/server/server_loop.h"

namespace bellrock::rpc {

ServedCall::ServedCall(fiber::Loop& loop, fiber::Clock& clock, CallStart&& start)
    : loop_(loop), clock_(clock), start_(std::move(start)) {
  context_.trace = start_.trace;
  context_.dye = start_.dye;
  context_.lane = start_.lane;
  context_.qos = start_.qos;
  const Method& method = *start_.method;
  if (!method.streams_requests()) request_ = server_loop().messages.TakeRequest(method);
  if (!method.streams_replies()) reply_ = server_loop().messages.TakeReply(method);
}

ServedCall::~ServedCall() {
  MessagePool& messages = server_loop().messages;
  messages.KeepRequest(method(), std::move(request_), request_bytes_known_);
  messages.KeepReply(method(), std::move(reply_), reply_bytes_known_);
}

void ServedCall::Run() {
  if (Status asked = AskToBegin(); !asked.ok()) return Finish(std::move(asked));
  if (Status chosen = ChooseHome(); !chosen.ok()) return Finish(std::move(chosen));
  if (IsRemote()) return RunRemote();
  Status spawned = loop_.SpawnNow([this] { Finish(Handle(local_)); });
  if (!spawned.ok()) Finish(spawned);
}

// Whom the server refuses costs it no fiber.
Status ServedCall::AskToBegin() {
  const Method& method = *start_.method;
  if (method.gate == nullptr || !method.gate->active()) return Status::Ok();
  // A name that was proved counts for more than one that is said.
  const std::string_view consumer = start_.identity.empty() ? start_.caller : start_.identity;
  // What this turn of the loop found readable has waited since it began, whenever it was read.
  return pass_.Ask(*method.gate, {.method = method.id,
                                  .consumer = consumer,
                                  .qos = start_.qos,
                                  .stream = !method.unary(),
                                  .arrived = std::min(start_.received, loop_.turn_time()),
                                  .deadline = start_.deadline});
}

Status ServedCall::ChooseHome() {
  home_ = start_.method->home;
  if (start_.method->workers == nullptr) return Status::Ok();
  BELLROCK_ASSIGN(worker_place_, start_.method->workers->Enter(clock_.Now()));
  home_ = worker_place_.loop;
  return Status::Ok();
}

// In the handler's fiber, before the handler.
Status ServedCall::AwaitTurn() {
  if (worker_place_.loop != nullptr) {
    BELLROCK_TRY(start_.method->workers->Begin(worker_place_, clock_.Now()));
  }
  return pass_.Await();
}

void ServedCall::RunRemote() {
  remote_ = std::make_shared<Running>();
  const bool posted = home_->Post([this, running = remote_] {
    Status status = Handle(*running);
    // If the connection's loop has stopped, its connections are gone with it and nobody waits.
    loop_.Post([this, status] { Finish(status); });
  });
  if (!posted)
    Finish(UnavailableError(Numbered(ErrorNumber::kShutDownBeforeTaken,
                                     "the server is stopping; try another instance")));
}

Status ServedCall::Handle(Running& running) {
  if (running.cancelled) {
    return CancelledError(
        Numbered(ErrorNumber::kCancelled, "the caller cancelled before the handler began"));
  }
  fiber::ScopedDeadline deadline(start_.deadline);
  fiber::ScopedLocal local(&context_);
  running.fiber = fiber::CurrentFiber();
  Status status = AwaitTurn();
  if (status.ok()) status = Intercept();
  running.fiber = nullptr;
  return status;
}

Status ServedCall::Intercept() {
  const Method& method = *start_.method;
  if (method.interceptors == nullptr || method.interceptors->empty()) return Invoke();
  Status status;
  size_t passed = 0;
  for (ServerInterceptor* interceptor : *method.interceptors) {
    status = interceptor->Before(*this, method.service_name, method.name);
    if (!status.ok()) break;
    ++passed;
  }
  if (status.ok()) status = Invoke();
  while (passed > 0) {
    (*method.interceptors)[--passed]->After(*this, method.service_name, method.name, status);
  }
  return status;
}

// What a handler's own libraries throw must not end the process: it fails this call.
Status ServedCall::Invoke() {
  const Method& method = *start_.method;
  const MethodDescriptor& descriptor = *method.descriptor;
  origin_ = Origin::kHandler;
  try {
    const fiber::UserSection user(method.hand_off);
    if (descriptor.unary != nullptr) {
      return descriptor.unary(*method.service, *this, *request_, *reply_);
    }
    if (descriptor.server_streaming != nullptr) {
      return descriptor.server_streaming(*method.service, *this, *request_, *this);
    }
    if (descriptor.client_streaming != nullptr) {
      return descriptor.client_streaming(*method.service, *this, *this, *reply_);
    }
    return descriptor.bidi_streaming(*method.service, *this, *this, *this);
  } catch (const std::exception& exception) {
    return InternalError(Numbered(ErrorNumber::kHandlerThrew,
                                  fmt::format("the handler of {}/{} threw: {}", method.service_name,
                                              method.name, exception.what())));
  }
}

// Less than the handler gave is no reply.
Status ServedCall::UnsentAttachment() const {
  return FailedPreconditionError(Numbered(
      ErrorNumber::kNoAttachments,
      fmt::format("{}/{} set a reply attachment of {} bytes, and only unary calls by the native "
                  "protocol carry one; call it so, or put the bytes into the reply where "
                  "ServerContext::takes_reply_attachment() is false",
                  start_.method->service_name, start_.method->name, reply_attachment_.size())));
}

void ServedCall::Finish(Status status) {
  status_ = std::move(status);
  if (!reply_attachment_.empty() && status_.ok() && !takes_reply_attachment()) {
    status_ = UnsentAttachment();
  }
  if (origin_ == Origin::kHandler && context_.downstream != StatusCode::kOk &&
      status_.code() == context_.downstream) {
    origin_ = Origin::kDownstream;
  }
  pass_.Leave(status_.code());
  if (worker_place_.loop != nullptr) start_.method->workers->Leave(worker_place_);
  finished_ = true;
  OnFinished();
}

void ServedCall::Cancel() {
  if (finished_ || cancelled_.exchange(true)) return;
  OnCancelled();
  request_waiters_.WakeAll();
  const auto cancel = [](Running& running) {
    running.cancelled = true;
    if (running.fiber != nullptr) fiber::CancelFiber(*running.fiber);
  };
  if (!IsRemote()) return cancel(local_);
  home_->Post([running = remote_, cancel] { cancel(*running); });
}

Status ServedCall::Write(const Message& message) {
  const fiber::FrameworkSection framework;
  if (cancelled()) return CancelledError(Numbered(ErrorNumber::kCancelled, "the caller has gone"));
  if (!IsRemote()) return SendItem(message);
  Status sent;
  BELLROCK_TRY(fiber::RunOn(loop_, [this, &message, &sent] { sent = SendItem(message); }));
  return sent;
}

Result<size_t> ServedCall::WriteShared(const SharedMessage& message) {
  const fiber::FrameworkSection framework;
  if (cancelled()) return CancelledError(Numbered(ErrorNumber::kCancelled, "the caller has gone"));
  if (!IsRemote()) return SendShared(message);
  Result<size_t> sent = size_t{0};
  BELLROCK_TRY(fiber::RunOn(loop_, [this, &message, &sent] { sent = SendShared(message); }));
  return sent;
}

void ServedCall::PushRequest(std::string bytes, uint32_t compression) {
  if (requests_ended_ || finished_) return;
  request_bytes_ += bytes.size();
  requests_.push_back({std::move(bytes), compression});
  request_waiters_.WakeAll();
}

void ServedCall::EndRequests() {
  requests_ended_ = true;
  request_waiters_.WakeAll();
}

Result<bool> ServedCall::Read(Message& message) {
  const fiber::FrameworkSection framework;
  if (!IsRemote()) return TakeRequest(message);
  Result<bool> taken = false;
  BELLROCK_TRY(fiber::RunOn(loop_, [this, &message, &taken] { taken = TakeRequest(message); }));
  return taken;
}

Result<bool> ServedCall::TakeRequest(Message& message) {
  while (requests_.empty() && !requests_ended_ && !cancelled()) {
    BELLROCK_TRY(request_waiters_.Wait(start_.deadline));
  }
  if (cancelled()) return CancelledError(Numbered(ErrorNumber::kCancelled, "the caller has gone"));
  if (requests_.empty()) return false;
  const StreamItem item = std::move(requests_.front());
  requests_.pop_front();
  request_bytes_ -= item.bytes.size();
  OnRequestTaken(item.bytes.size());
  BELLROCK_TRY(
      UnpackMessage(item.compression, item.bytes, start_.message_bytes_max, "request", message));
  return true;
}

std::optional<std::string_view> ServedCall::metadata(std::string_view key) const {
  for (const auto& [name, value] : start_.metadata) {
    if (name == key) return value;
  }
  return std::nullopt;
}

Status ServedCall::AddReplyMetadata(std::string_view key, std::string_view value) {
  BELLROCK_TRY(CheckMetadata(key, value));
  reply_metadata_bytes_ += key.size() + value.size();
  if (reply_metadata_bytes_ > kMetadataBytesMax) {
    return ResourceExhaustedError(Numbered(
        ErrorNumber::kMetadataTooLarge,
        fmt::format("reply metadata {}: more than {} bytes in all", key, kMetadataBytesMax)));
  }
  reply_metadata_.emplace_back(key, value);
  return Status::Ok();
}

CallRecord ServedCall::Record(std::string_view callee, std::string_view instance, Time now) const {
  return {.caller = start_.caller,
          .callee = callee,
          .service = start_.method->service_name,
          .method = start_.method->name,
          .instance = instance,
          .code = status_.code(),
          .latency = now - start_.received,
          .error = status_.message(),
          .peer = start_.peer,
          .trace = context_.trace,
          .error_type = status_.error_type()};
}

}  // namespace bellrock::rpc
