// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/client/client_core.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "fiber/fiber.h"
#include "rpc/call_context.h"
#include "rpc/client/broadcast.h"
#include "rpc/client/client_stream.h"
#include "rpc/client/hedged_try.h"
#include "rpc/error_catalog.h"
#include "rpc/metadata.h"

namespace bellrock::rpc {
namespace {

// How often a call whose key's owner is away asks for it again.
constexpr Duration kOwnerAwaitedEvery = std::chrono::milliseconds(20);

void NoteDownstream(StatusCode code) {
  if (CallContext* context = CallContext::Current()) context->downstream = code;
}

}  // namespace

ClientCore::ClientCore(fiber::Environment environment, EndpointSource& endpoints,
                       CallObserver* observer, ClientOptions options)
    : environment_(environment),
      endpoints_(endpoints),
      observer_(observer),
      options_(std::move(options)),
      policy_(options_.retry_tokens_max, options_.retry_ratio),
      span_ids_(environment.random),
      pool_(environment, options_) {}

CallProgress ClientCore::Begin(std::string_view service, std::string_view method,
                               const CallOptions& options, bool stream) {
  CallProgress progress{.service = service, .method = method, .begun = clock().Now()};
  progress.options = &options;
  progress.stream = stream;
  const CallContext* context = CallContext::Current();
  progress.trace = span_ids_.Child(context == nullptr ? TraceContext() : context->trace);
  progress.qos = options.qos;
  progress.lane = options.lane;
  if (context != nullptr) {
    progress.dye = context->dye;
    if (options.lane.empty()) progress.lane = context->lane;
    if (options.qos == Qos::kNormal) progress.qos = context->qos;
  }
  const MethodOptions of_method =
      options_.methods == nullptr ? MethodOptions() : options_.methods->Find(service, method);
  progress.settings = ResolveSettings(options, of_method, options_);
  // A stream lives on beyond this fiber's call: only a timeout of its own bounds it.
  if (!stream) progress.deadline = fiber::CurrentDeadline();
  if (progress.settings.timeout > Duration::zero()) {
    progress.deadline = std::min(progress.deadline, progress.begun + progress.settings.timeout);
  } else if (!stream && progress.deadline == kNever) {
    progress.deadline = progress.begun + options_.timeout;
  }
  return progress;
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
          .lane = progress.lane,
          .qos = progress.qos,
          .compression = progress.settings.compression,
          .metadata = &progress.options->metadata,
          .attachment = &progress.options->attachment};
}

Status ClientCore::Call(CallProgress& progress, const Message& request, Message& reply) {
  fiber::ScopedDeadline deadline(progress.deadline);
  if (!progress.options->metadata.empty()) {
    BELLROCK_TRY(CheckMetadata(progress.options->metadata));
  }
  Try last;
  const Status status = progress.settings.mode == CallMode::kBroadcast
                            ? Broadcast(*this, progress, request, reply).Run(&last)
                            : TryUntilDone(progress, request, reply, &last);
  FillDetails(progress.trace, progress.tries, last.endpoint, last.reply, progress.options->details);
  return status;
}

Status ClientCore::TryUntilDone(CallProgress& progress, const Message& request, Message& reply,
                                Try* last) {
  Status status;
  for (;;) {
    if (Status picked = Pick(progress, last); !picked.ok()) {
      return FinalError(progress, *last, progress.attempts.empty() ? picked : status);
    }
    last->reply.message = &reply;
    const bool hedge = progress.settings.hedge_after > Duration::zero() && !progress.hedged;
    status =
        hedge ? HedgedTry(*this, progress, request).Run(last) : RunTry(progress, request, *last);
    if (status.ok()) {
      policy_.OnSuccess();
      return status;
    }
    if (!MayRetry(progress, *last, status)) return FinalError(progress, *last, status);
  }
}

Status ClientCore::RunTry(CallProgress& progress, const Message& request, Try& attempt) {
  Status status =
      fiber::CurrentCancelled()
          ? CancelledError(Numbered(ErrorNumber::kCancelled, "cancelled before it was sent"))
          : Connect(attempt);
  if (status.ok()) {
    status = attempt.connection->Call(Outgoing(progress, attempt, &request), attempt.reply);
  }
  attempt.connection.Release();
  Note(progress, attempt, status);
  return status;
}

Result<std::unique_ptr<StreamCall>> ClientCore::OpenStream(CallProgress& progress,
                                                           const Message* request) {
  fiber::ScopedDeadline deadline(progress.deadline);
  if (!progress.options->metadata.empty()) {
    BELLROCK_TRY(CheckMetadata(progress.options->metadata));
  }
  if (progress.settings.mode == CallMode::kBroadcast) {
    return InvalidArgumentError(
        Numbered(ErrorNumber::kBadCallOptions,
                 fmt::format("{}/{}: a stream cannot be broadcast; open one per instance",
                             progress.service, progress.method)));
  }
  Try last;
  Status status;
  for (;;) {
    if (Status picked = Pick(progress, &last); !picked.ok()) {
      return FinalError(progress, last, progress.attempts.empty() ? picked : status);
    }
    status = Connect(last);
    if (status.ok()) {
      Result<std::unique_ptr<TransportStream>> stream =
          last.connection->Open(Outgoing(progress, last, request));
      status = stream.status();
      if (status.ok()) {
        return std::unique_ptr<StreamCall>(
            std::make_unique<ClientStream>(shared_from_this(), std::move(last.connection),
                                           std::move(*stream), last.endpoint, progress));
      }
    }
    last.connection.Release();
    Note(progress, last, status);
    if (!MayRetry(progress, last, status)) return FinalError(progress, last, status);
  }
}

PickRequest ClientCore::Asking(const CallProgress& progress) const {
  return {.tried = progress.tried.all(),
          .service = progress.service,
          .method = progress.method,
          .caller = options_.caller,
          .key = progress.options->route_key,
          .lane = progress.lane,
          .metadata = &progress.options->metadata,
          .qos = progress.qos,
          .awaited = !progress.stream};
}

Status ClientCore::Pick(CallProgress& progress, Try* next) {
  Result<Endpoint> picked = endpoints_.PickFor(Asking(progress));
  while (picked.status().code() == StatusCode::kAborted) {
    // The key's owner is away, and the service's settings want it to be waited for.
    if (!fiber::SleepFor(kOwnerAwaitedEvery).ok()) {
      return UnavailableError(std::string(picked.status().message()));
    }
    picked = endpoints_.PickFor(Asking(progress));
  }
  if (!picked.ok()) {
    if (picked.status().code() == StatusCode::kResourceExhausted) {
      NoteDownstream(StatusCode::kResourceExhausted);
    }
    return picked.status();
  }
  if (progress.tries > 0) *next = Try();
  next->endpoint = std::move(*picked);
  progress.tried.Add(next->endpoint.slot);
  next->begun = progress.attempts.empty() ? progress.begun : clock().Now();
  next->number = progress.tries++;
  return Status::Ok();
}

bool ClientCore::PickBackup(CallProgress& progress, Try* backup) {
  progress.hedged = true;
  if (progress.tries >= progress.settings.attempts_max) return false;
  const std::span<const uint32_t> tried = progress.tried.all();
  Result<Endpoint> picked = endpoints_.PickFor(Asking(progress));
  if (!picked.ok()) return false;
  if (std::find(tried.begin(), tried.end(), picked->slot) != tried.end() ||
      !policy_.TakeForBackup()) {
    endpoints_.Unpick(*picked);
    return false;
  }
  backup->endpoint = std::move(*picked);
  backup->backup = true;
  backup->number = progress.tries++;
  backup->begun = clock().Now();
  progress.tried.Add(backup->endpoint.slot);
  return true;
}

Status ClientCore::Connect(Try& next) {
  BELLROCK_ASSIGN(next.connection, pool_.Acquire(next.endpoint));
  next.connected = true;
  return Status::Ok();
}

void ClientCore::Note(CallProgress& progress, const Try& done, const Status& status) {
  // A reply was there when it was read, however long its fiber waited for its turn after that.
  const Time received = done.reply.received;
  const Duration latency = (received > done.begun ? received : clock().Now()) - done.begun;
  Report(done.endpoint, progress.service, progress.method, progress.trace, status, done.reply,
         latency);
  if (status.ok()) return;
  progress.attempts.push_back({done.endpoint.address.ToString(), status, latency, done.backup});
}

void ClientCore::Report(const Endpoint& endpoint, std::string_view service, std::string_view method,
                        const TraceContext& trace, const Status& status, const IncomingReply& reply,
                        Duration latency) {
  // An instance that passes on what its own callee did to it is not at fault itself.
  const bool passes_on = reply.replied && reply.origin == Origin::kDownstream;
  endpoints_.Report(endpoint, passes_on ? StatusCode::kOk : status.code(), latency);
  if (passes_on || status.code() == StatusCode::kUnavailable) NoteDownstream(status.code());
  if (observer_ != nullptr) Observe(endpoint, service, method, trace, status, latency);
}

// A try that succeeded is told by its kind, which costs no look at names.
void ClientCore::Observe(const Endpoint& endpoint, std::string_view service,
                         std::string_view method, const TraceContext& trace, const Status& status,
                         Duration latency) {
  CallKind* kind = status.ok() ? kinds_.Of(service, method, endpoint.instance) : nullptr;
  if (kind != nullptr && observer_->OnCallOf(*kind, latency)) return;
  const CallRecord record = {.caller = options_.caller,
                             .callee = options_.callee,
                             .service = service,
                             .method = method,
                             .instance = endpoint.instance == nullptr
                                             ? std::string_view()
                                             : std::string_view(*endpoint.instance),
                             .code = status.code(),
                             .latency = latency,
                             .error = status.message(),
                             .trace = trace,
                             .error_type = status.error_type()};
  observer_->OnCall(record);
  if (kind != nullptr) *kind = observer_->KindOf(record);
}

bool ClientCore::MayRetry(CallProgress& progress, const Try& done, const Status& status) {
  if (fiber::CurrentCancelled()) return false;
  const RetryDecision next = policy_.OnFailure({.code = status.code(),
                                                .sent = done.connected,
                                                .replied = done.reply.replied,
                                                .origin = done.reply.origin,
                                                .retry_after = done.reply.retry_after,
                                                .tries = progress.tries},
                                               {.attempts_max = progress.settings.attempts_max,
                                                .deadline = progress.deadline,
                                                .idempotent = progress.settings.idempotent},
                                               clock().Now(), environment_.random.Next());
  progress.why_no_retry = next.why_not;
  if (!next.retry) return false;
  return next.wait == Duration::zero() || fiber::SleepFor(next.wait).ok();
}

Status ClientCore::FinalError(const CallProgress& progress, const Try& done,
                              const Status& last) const {
  const std::string name = fmt::format("{}/{}", progress.service, progress.method);
  if (progress.attempts.empty()) {
    // No endpoint could be picked, so nothing was tried.
    const ErrorNumber number = last.code() == StatusCode::kResourceExhausted
                                   ? ErrorNumber::kCallerOverloadProtection
                                   : ErrorNumber::kNoInstance;
    return Status(last.code(), Numbered(number, std::string(last.message())))
        .WithContext(
            fmt::format("{}{}{}", name, options_.callee.empty() ? "" : " to ", options_.callee));
  }
  std::string tries = AttemptsText(name, options_.callee, progress.attempts);
  if (!progress.why_no_retry.empty()) tries += fmt::format("; {}", progress.why_no_retry);
  // What the callee itself answered is kept word for word; how it came about is its cause.
  if (done.reply.replied) return last.WithCause(Status(last.code(), tries));
  return Status(last.code(), tries);
}

void ClientCore::CloseAll() {
  pool_.CloseAll(UnavailableError(Numbered(ErrorNumber::kClientClosed, "the client was closed")));
}

}  // namespace bellrock::rpc
