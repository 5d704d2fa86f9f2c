// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/client_core.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "fiber/fiber.h"
#include "rpc/client_stream.h"

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
      budget_(options_.retry_tokens_max, options_.retry_ratio) {}

CallProgress ClientCore::Begin(std::string_view service, std::string_view method,
                               const CallOptions& options, bool stream) {
  CallProgress progress{.service = service, .method = method, .begun = clock().Now()};
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

Status ClientCore::Call(CallProgress& progress, const Message& request, Message& reply) {
  fiber::ScopedDeadline deadline(progress.deadline);
  for (;;) {
    Try next;
    if (Status picked = Pick(progress, &next); !picked.ok()) return FinalError(progress, picked);
    progress.replied = false;
    Status status = Connect(next);
    if (status.ok()) {
      status = next.connection->Call({.service = progress.service,
                                      .method = progress.method,
                                      .request = &request,
                                      .deadline = progress.deadline,
                                      .attempt = static_cast<int>(progress.attempts.size())},
                                     reply, &progress.replied);
    }
    Note(progress, next, status);
    if (status.ok()) {
      budget_.OnSuccess();
      return status;
    }
    if (!MayRetry(progress, status)) return FinalError(progress, status);
  }
}

Result<std::unique_ptr<StreamReader>> ClientCore::OpenStream(CallProgress& progress,
                                                             const Message& request) {
  fiber::ScopedDeadline deadline(progress.deadline);
  for (;;) {
    Try next;
    if (Status picked = Pick(progress, &next); !picked.ok()) return FinalError(progress, picked);
    Status status = Connect(next);
    if (status.ok()) {
      auto stream = std::make_unique<ClientStream>(shared_from_this(), next.connection,
                                                   next.endpoint, progress);
      status = stream->Open(request);
      if (status.ok()) return std::unique_ptr<StreamReader>(std::move(stream));
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

Status ClientCore::Connect(Try& next) {
  BELLROCK_ASSIGN(Peer * peer, PeerOf(next.endpoint.address));
  if (peer->connection == nullptr || !peer->connection->usable()) {
    const Time now = clock().Now();
    if (!peer->backoff.MayConnect(now)) {
      return UnavailableError(fmt::format("{}; next connect in {}", peer->last_failure,
                                          DurationText(peer->backoff.retry_at() - now)));
    }
    auto connection = std::make_shared<ClientConnection>(environment_, *fiber::Loop::Current(),
                                                         next.endpoint.address, options_);
    peer->connection = connection;
    BELLROCK_TRY(connection->Start());
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
  Report(done.endpoint, progress.service, progress.method, status.code(), latency);
  if (!status.ok())
    progress.attempts.push_back({done.endpoint.address.ToString(), status, latency});
}

void ClientCore::Report(const Endpoint& endpoint, std::string_view service, std::string_view method,
                        StatusCode code, Duration latency) {
  endpoints_.Report(endpoint, code, latency);
  if (observer_ == nullptr) return;
  observer_->OnCall({.caller = options_.caller,
                     .callee = options_.callee,
                     .service = service,
                     .method = method,
                     .instance = endpoint.instance == nullptr
                                     ? std::string_view()
                                     : std::string_view(*endpoint.instance),
                     .code = code,
                     .latency = latency});
}

bool ClientCore::MayRetry(const CallProgress& progress, const Status& status) {
  if (status.code() != StatusCode::kUnavailable) return false;
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
  if (progress.replied) return last.WithCause(Status(last.code(), tries));
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
