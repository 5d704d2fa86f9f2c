// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/client_core.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "fiber/fiber.h"
#include "rpc/call_context.h"
#include "rpc/client_stream.h"
#include "rpc/metadata.h"

namespace bellrock::rpc {
ClientCore::ClientCore(fiber::Environment environment, EndpointSource& endpoints,
                       CallObserver* observer, ClientOptions options)
    : environment_(environment),
      endpoints_(endpoints),
      observer_(observer),
      options_(std::move(options)),
      budget_(options_.retry_tokens_max, options_.retry_ratio),
      span_ids_(environment.random),
      pool_(environment, options_) {}

CallProgress ClientCore::Begin(std::string_view service, std::string_view method,
                               const CallOptions& options, bool stream) {
  CallProgress progress{.service = service, .method = method, .begun = clock().Now()};
  progress.options = &options;
  const CallContext* context = CallContext::Current();
  progress.trace = span_ids_.Child(context == nullptr ? TraceContext() : context->trace);
  progress.qos = options.qos;
  if (context != nullptr) {
    progress.dye = context->dye;
    if (options.qos == Qos::kNormal) progress.qos = context->qos;
  }
  const int attempts = options.attempts > 0 ? options.attempts : options_.attempts;
  progress.attempts_max = std::clamp(attempts, 1, kAttemptsMax);
  // A stream lives on beyond this fiber's call: only a timeout of its own bounds it.
  if (!stream) progress.deadline = fiber::CurrentDeadline();
  if (options.timeout > Duration::zero()) {
    progress.deadline = std::min(progress.deadline, progress.begun + options.timeout);
  } else if (!stream && progress.deadline == kNever) {
    progress.deadline = progress.begun + options_.timeout;
  }
  return progress;
}

void FillDetails(const TraceContext& trace, int tries, const Endpoint& endpoint,
                 const IncomingReply& reply, ReplyDetails* details) {
  if (details == nullptr) return;
  details->metadata = reply.metadata;
  details->attachment = reply.attachment;
  details->instance = endpoint.instance == nullptr ? std::string() : *endpoint.instance;
  details->address = tries == 0 ? std::string() : endpoint.address.ToString();
  details->attempts = tries;
  details->trace = trace;
}

OutgoingCall ClientCore::Outgoing(const CallProgress& progress, const Try& next,
                                  const Message* request) const {
  return {.service = progress.service,
          .method = progress.method,
          .request = request,
          .deadline = progress.deadline,
          .attempt = next.number,
          .caller = options_.caller,
          .trace = progress.trace,
          .dye = progress.dye,
          .qos = progress.qos,
          .compression = progress.options->compression,
          .metadata = &progress.options->metadata,
          .attachment = &progress.options->attachment};
}

Status ClientCore::Call(CallProgress& progress, const Message& request, Message& reply) {
  fiber::ScopedDeadline deadline(progress.deadline);
  if (!progress.options->metadata.empty()) {
    BELLROCK_TRY(CheckMetadata(progress.options->metadata));
  }
  Try last;
  const Status status = TryUntilDone(progress, request, reply, &last);
  FillDetails(progress.trace, progress.tries, last.endpoint, last.reply, progress.options->details);
  return status;
}

Status ClientCore::TryUntilDone(CallProgress& progress, const Message& request, Message& reply,
                                Try* last) {
  for (;;) {
    Try& next = *last;
    next.reply = {.message = &reply};
    Status status = Pick(progress, &next);
    if (!status.ok()) return FinalError(progress, next, status);
    status = Connect(next);
    if (status.ok()) status = next.connection->Call(Outgoing(progress, next, &request), next.reply);
    next.connection.Release();
    Note(progress, next, status);
    if (status.ok()) {
      budget_.OnSuccess();
      return status;
    }
    if (!MayRetry(progress, next, status)) return FinalError(progress, next, status);
  }
}

Result<std::unique_ptr<StreamCall>> ClientCore::OpenStream(CallProgress& progress,
                                                           const Message* request) {
  fiber::ScopedDeadline deadline(progress.deadline);
  if (!progress.options->metadata.empty()) {
    BELLROCK_TRY(CheckMetadata(progress.options->metadata));
  }
  for (;;) {
    Try next;
    Status status = Pick(progress, &next);
    if (!status.ok()) return FinalError(progress, next, status);
    status = Connect(next);
    if (status.ok()) {
      Result<std::unique_ptr<TransportStream>> stream =
          next.connection->Open(Outgoing(progress, next, request));
      status = stream.status();
      if (status.ok()) {
        return std::unique_ptr<StreamCall>(
            std::make_unique<ClientStream>(shared_from_this(), std::move(next.connection),
                                           std::move(*stream), next.endpoint, progress));
      }
    }
    Note(progress, next, status);
    if (!MayRetry(progress, next, status)) return FinalError(progress, next, status);
  }
}

Status ClientCore::Pick(CallProgress& progress, Try* next) {
  BELLROCK_ASSIGN(next->endpoint, endpoints_.Pick(progress.tried.all()));
  progress.tried.Add(next->endpoint.slot);
  next->number = progress.tries++;
  next->begun = next->number == 0 ? progress.begun : clock().Now();
  return Status::Ok();
}

Status ClientCore::Connect(Try& next) {
  BELLROCK_ASSIGN(next.connection, pool_.Acquire(next.endpoint));
  return Status::Ok();
}

void ClientCore::Note(CallProgress& progress, const Try& done, const Status& status) {
  const Duration latency = clock().Now() - done.begun;
  Report(done.endpoint, progress.service, progress.method, progress.trace, status, done.reply,
         latency);
  if (!status.ok())
    progress.attempts.push_back({done.endpoint.address.ToString(), status, latency});
}

void ClientCore::Report(const Endpoint& endpoint, std::string_view service, std::string_view method,
                        const TraceContext& trace, const Status& status, const IncomingReply& reply,
                        Duration latency) {
  // An instance that passes on what its own callee did to it is not at fault itself.
  const bool passes_on = reply.replied && reply.origin == Origin::kDownstream;
  endpoints_.Report(endpoint, passes_on ? StatusCode::kOk : status.code(), latency);
  if (status.code() == StatusCode::kUnavailable) {
    if (CallContext* context = CallContext::Current()) context->downstream_unavailable = true;
  }
  if (observer_ == nullptr) return;
  observer_->OnCall({.caller = options_.caller,
                     .callee = options_.callee,
                     .service = service,
                     .method = method,
                     .instance = endpoint.instance == nullptr
                                     ? std::string_view()
                                     : std::string_view(*endpoint.instance),
                     .code = status.code(),
                     .latency = latency,
                     .error = status.message(),
                     .trace = trace});
}

bool ClientCore::MayRetry(const CallProgress& progress, const Try& done, const Status& status) {
  // What was refused before the handler ran may be asked of another instance. What a handler passes
  // on from its own callee was retried there.
  const IncomingReply& reply = done.reply;
  const bool refused = reply.replied && reply.origin == Origin::kServer &&
                       status.code() == StatusCode::kResourceExhausted;
  if (status.code() != StatusCode::kUnavailable && !refused) return false;
  if (reply.replied && reply.origin == Origin::kDownstream) return false;
  if (static_cast<int>(progress.attempts.size()) >= progress.attempts_max) return false;
  if (fiber::CurrentCancelled() || clock().Now() >= progress.deadline) return false;
  return budget_.TryTake();
}

Status ClientCore::FinalError(const CallProgress& progress, const Try& done,
                              const Status& last) const {
  const std::string name = fmt::format("{}/{}", progress.service, progress.method);
  if (progress.attempts.empty()) {
    // No endpoint could be picked, so nothing was tried.
    return last.WithContext(
        fmt::format("{}{}{}", name, options_.callee.empty() ? "" : " to ", options_.callee));
  }
  const std::string tries = AttemptsText(name, options_.callee, progress.attempts);
  // What the callee itself answered is kept word for word; how it came about is its cause.
  if (done.reply.replied) return last.WithCause(Status(last.code(), tries));
  return Status(progress.attempts.back().status.code(), tries);
}

void ClientCore::CloseAll() {
  pool_.CloseAll(UnavailableError("the client was closed"));
}

}  // namespace bellrock::rpc
