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
#include "rpc/http2/grpc_transport.h"
#include "rpc/metadata.h"
#include "rpc/native_transport.h"

namespace bellrock::rpc {
namespace {
constexpr int kAttemptsMax = 5;
// Addresses remembered per client; beyond it those without a connection are forgotten.
constexpr size_t kPeersMax = 4096;
}  // namespace

ClientCore::ClientCore(fiber::Environment environment, EndpointSource& endpoints,
                       CallObserver* observer, ClientOptions options)
    : environment_(environment),
      endpoints_(endpoints),
      observer_(observer),
      options_(std::move(options)),
      budget_(options_.retry_tokens_max, options_.retry_ratio),
      span_ids_(environment.random) {}

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

OutgoingCall ClientCore::Outgoing(const CallProgress& progress, const Message* request) const {
  return {.service = progress.service,
          .method = progress.method,
          .request = request,
          .deadline = progress.deadline,
          .attempt = static_cast<int>(progress.attempts.size()),
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
  for (;;) {
    Try next;
    progress.reply = {.message = &reply};
    if (Status picked = Pick(progress, &next); !picked.ok()) return FinalError(progress, picked);
    Status status = Connect(next);
    if (status.ok()) status = next.connection->Call(Outgoing(progress, &request), progress.reply);
    Note(progress, next, status);
    if (status.ok()) {
      budget_.OnSuccess();
      return status;
    }
    if (!MayRetry(progress, status)) return FinalError(progress, status);
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
    if (Status picked = Pick(progress, &next); !picked.ok()) return FinalError(progress, picked);
    Status status = Connect(next);
    if (status.ok()) {
      Result<std::unique_ptr<TransportStream>> stream =
          next.connection->Open(Outgoing(progress, request));
      status = stream.status();
      if (status.ok()) {
        return std::unique_ptr<StreamCall>(std::make_unique<ClientStream>(
            shared_from_this(), std::move(*stream), next.endpoint, progress));
      }
    }
    Note(progress, next, status);
    if (!MayRetry(progress, status)) return FinalError(progress, status);
  }
}

Status ClientCore::Pick(CallProgress& progress, Try* next) {
  BELLROCK_ASSIGN(next->endpoint, endpoints_.Pick(progress.tried));
  progress.tried.push_back(next->endpoint.slot);
  next->begun = clock().Now();
  return Status::Ok();
}

Result<ClientCore::Peer*> ClientCore::PeerOf(const Address& address) {
  const auto found = peers_.find(address);
  if (found != peers_.end()) return &found->second;
  if (peers_.size() >= kPeersMax) {
    std::erase_if(peers_, [](const auto& entry) {
      const auto& connection = entry.second.connection;
      return connection == nullptr || !connection->usable();
    });
  }
  if (peers_.size() >= kPeersMax) {
    return ResourceExhaustedError(
        fmt::format("this client has {} connections, the limit", peers_.size()));
  }
  return &peers_[address];
}

std::shared_ptr<ClientTransport> ClientCore::MakeTransport(const Endpoint& endpoint) const {
  fiber::Loop& loop = *fiber::Loop::Current();
  if (endpoint.protocol.value_or(options_.protocol) == Protocol::kGrpc) {
    return std::make_shared<http2::GrpcTransport>(environment_, loop, endpoint.address, options_);
  }
  return std::make_shared<NativeTransport>(environment_, loop, endpoint.address, options_);
}

Status ClientCore::Connect(Try& next) {
  BELLROCK_ASSIGN(Peer * peer, PeerOf(next.endpoint.address));
  if (peer->connection == nullptr || !peer->connection->usable()) {
    const Time now = clock().Now();
    if (!peer->backoff.MayConnect(now)) {
      return UnavailableError(fmt::format("{}; next connect in {}", peer->last_failure,
                                          DurationText(peer->backoff.retry_at() - now)));
    }
    peer->connection = MakeTransport(next.endpoint);
    BELLROCK_TRY(peer->connection->Start());
  }
  next.connection = peer->connection;
  const Status status = next.connection->WaitConnected();
  // Others may have waited for the same attempt, or replaced it; one of them takes the note.
  const auto found = peers_.find(next.endpoint.address);
  if (found == peers_.end() || found->second.connection != next.connection) return status;
  if (status.ok()) {
    found->second.backoff.OnSuccess();
  } else if (next.connection->TakeConnectFailure()) {
    found->second.backoff.OnFailure(clock().Now());
    found->second.last_failure = status.message();
  }
  return status;
}

void ClientCore::Note(CallProgress& progress, const Try& done, const Status& status) {
  const Duration latency = clock().Now() - done.begun;
  Report(done.endpoint, progress.service, progress.method, progress.trace, status, progress.reply,
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

bool ClientCore::MayRetry(const CallProgress& progress, const Status& status) {
  // What was refused before the handler ran may be asked of another instance. What a handler passes
  // on from its own callee was retried there.
  const IncomingReply& reply = progress.reply;
  const bool refused = reply.replied && reply.origin == Origin::kServer &&
                       status.code() == StatusCode::kResourceExhausted;
  if (status.code() != StatusCode::kUnavailable && !refused) return false;
  if (reply.replied && reply.origin == Origin::kDownstream) return false;
  if (static_cast<int>(progress.attempts.size()) >= progress.attempts_max) return false;
  if (fiber::CurrentCancelled() || clock().Now() >= progress.deadline) return false;
  return budget_.TryTake();
}

Status ClientCore::FinalError(const CallProgress& progress, const Status& last) const {
  const std::string name = fmt::format("{}/{}", progress.service, progress.method);
  if (progress.attempts.empty()) {
    // No endpoint could be picked, so nothing was tried.
    return last.WithContext(
        fmt::format("{}{}{}", name, options_.callee.empty() ? "" : " to ", options_.callee));
  }
  const std::string tries = AttemptsText(name, options_.callee, progress.attempts);
  // What the callee itself answered is kept word for word; how it came about is its cause.
  if (progress.reply.replied) return last.WithCause(Status(last.code(), tries));
  return Status(progress.attempts.back().status.code(), tries);
}

void ClientCore::CloseAll() {
  for (auto& [address, peer] : peers_) {
    if (peer.connection != nullptr)
      peer.connection->Close(UnavailableError("the client was closed"));
  }
  peers_.clear();
}

}  // namespace bellrock::rpc
