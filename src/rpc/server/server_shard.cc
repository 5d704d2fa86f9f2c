// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/server/server_shard.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "fiber/fiber.h"
#include "fiber/memory_trim.h"
#include "rpc/error_catalog.h"

namespace bellrock::rpc {
namespace {
constexpr Duration kSweepInterval = std::chrono::seconds(1);
constexpr Duration kDrainSweepInterval = std::chrono::milliseconds(50);
}  // namespace

ServerShard::ServerShard(std::shared_ptr<ServerState> state, fiber::Loop& loop)
    : state_(std::move(state)), loop_(loop) {}

Status ServerShard::Listen(const Address& address, bool reuse_port) {
  BELLROCK_ASSIGN(listener_,
                  state_->environment.network.Listen(address, {.reuse_port = reuse_port}));
  kept_ = &state_->LoopOf(loop_);
  BELLROCK_TRY(Spawn([this] { AcceptLoop(); }));
  return Spawn([this] { SweepLoop(); });
}

Status ServerShard::Spawn(std::function<void()> body) {
  ++fibers_;
  Status status = loop_.Spawn([self = shared_from_this(), body = std::move(body)] {
    body();
    --self->fibers_;
    self->fiber_ended_.WakeAll();
  });
  if (!status.ok()) --fibers_;
  return status;
}

void ServerShard::AcceptLoop() {
  for (;;) {
    Result<std::unique_ptr<fiber::Stream>> stream = listener_->Accept();
    if (stream.ok()) {
      TakeConnection(std::move(*stream));
      continue;
    }
    if (!draining_ && stream.status().code() != StatusCode::kCancelled) {
      log::Error("rpc", "{} accepts no more connections: {}", listener_->address().ToString(),
                 stream.status().ToString());
    }
    return;
  }
}

void ServerShard::TakeConnection(std::unique_ptr<fiber::Stream> stream) {
  const Address peer = stream->peer();
  const auto refuse = [&](const Status& why) {
    state_->refusals.Note(Refusal::kTooMany, peer.ToString(), why.message(),
                          state_->environment.clock.Now());
  };
  if (Status status = state_->census.Admit(peer.host()); !status.ok()) return refuse(status);
  auto connection = std::make_shared<ServerConnection>(*state_, loop_, std::move(stream));
  Status spawned = Spawn([this, connection, host = peer.host()] {
    connections_.insert(connection.get());
    connection->Serve();
    connections_.erase(connection.get());
    state_->census.Leave(host);
    connection_ended_.WakeAll();
  });
  if (spawned.ok()) return;
  state_->census.Leave(peer.host());
  refuse(spawned);
}

Duration ServerShard::SweepInterval() const {
  return std::min(kSweepInterval, state_->options.idle_timeout / 4);
}

void ServerShard::SweepLoop() {
  while (!stop_sweep_.is_set()) {
    const Status status = stop_sweep_.Wait(loop_.Now() + SweepInterval());
    if (status.code() == StatusCode::kCancelled) return;
    const Time now = loop_.Now();
    for (ServerConnection* connection : connections_) connection->Sweep(now);
    // The process is one: one loop of the server looks after its memory.
    if (kept_ == state_->loops.front().get()) fiber::TrimMemory();
  }
}

size_t ServerShard::CallsInFlight() const {
  size_t calls = 0;
  for (const ServerConnection* connection : connections_) calls += connection->calls_in_flight();
  return calls;
}

void ServerShard::Describe(ServerSnapshot* snapshot) const {
  const Time now = loop_.Now();
  for (size_t i = 0; i < kept_->methods.size(); ++i) {
    kept_->methods[i].Advance(now);
    snapshot->methods[i].Merge(kept_->methods[i]);
  }
  snapshot->journal.Merge(kept_->journal, now);
  for (const ServerConnection* connection : connections_) {
    ConnectionRow row = connection->Row(now);
    row.loop = snapshot->loops.size();
    ++snapshot->connection_count;
    snapshot->call_count += row.in_flight;
    if (snapshot->connections.size() < ServerSnapshot::kRowsMax) {
      snapshot->connections.push_back(std::move(row));
    }
    for (const ServedCall* call : connection->Calls()) {
      if (snapshot->calls.size() >= ServerSnapshot::kRowsMax) break;
      const Method& method = call->method();
      const Time deadline = call->deadline();
      snapshot->calls.push_back(
          {.method = method.service_name + "/" + method.name,
           .caller = std::string(call->caller()),
           .peer = std::string(call->peer()),
           .age = now - call->received(),
           .left = deadline == kNever ? Duration::max() : Duration(deadline - now),
           .trace = call->trace()});
    }
  }
  snapshot->loops.push_back({loop_.live_fibers(), loop_.switches(), loop_.handoffs(),
                             loop_.handoffs_refused(), loop_.long_runs()});
}

void ServerShard::Drain() {
  draining_ = true;
  if (listener_ != nullptr) listener_->Close();
  for (ServerConnection* connection : connections_) connection->Drain();
}

void ServerShard::Shutdown(Time deadline) {
  if (ended()) return;
  fiber::ScopedShield shield;
  Drain();
  while (!connections_.empty() && loop_.Now() < deadline) {
    (void)connection_ended_.Wait(std::min(deadline, loop_.Now() + kDrainSweepInterval));
    for (ServerConnection* connection : connections_) connection->Sweep(loop_.Now());
  }
  CloseAll();
  while (!ended()) (void)fiber_ended_.Wait();
}

void ServerShard::CloseAll() {
  draining_ = true;
  if (listener_ != nullptr) listener_->Close();
  stop_sweep_.Set();
  for (ServerConnection* connection : connections_) {
    connection->Close(UnavailableError(
        Numbered(ErrorNumber::kShutDownBeforeTaken, "the server is shutting down")));
  }
}

}  // namespace bellrock::rpc
