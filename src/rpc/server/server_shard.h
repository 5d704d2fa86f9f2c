// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <unordered_set>

#include "fiber/loop.h"
#include "fiber/sync.h"
#include "rpc/server/server_connection.h"
#include "rpc/server/server_state.h"

namespace bellrock::rpc {

// The part of a server that lives on one loop: a listener, the connections it took, and a fiber
// that sweeps idle ones. All members are for that loop unless marked; shared by its fibers, so that
// it lives until the last has ended.
class ServerShard : public std::enable_shared_from_this<ServerShard> {
 public:
  ServerShard(std::shared_ptr<ServerState> state, fiber::Loop& loop);

  Status Listen(const Address& address, bool reuse_port);
  const Address& address() const { return listener_->address(); }
  fiber::Loop& loop() { return loop_; }
  // Ends the listener and asks clients to leave.
  void Drain();
  // Drains, waits for what is in flight until `deadline`, then closes. Blocks until nothing of the
  // shard runs.
  void Shutdown(Time deadline);
  // Ends everything without waiting.
  void CloseAll();
  size_t CallsInFlight() const;
  // Adds what this loop knows.
  void Describe(ServerSnapshot* snapshot) const;
  // Any thread: nothing of it runs.
  bool ended() const { return fibers_.load() == 0; }

 private:
  // Starts a fiber that counts as this shard's.
  Status Spawn(std::function<void()> body);
  void AcceptLoop();
  void TakeConnection(std::unique_ptr<fiber::Stream> stream);
  void SweepLoop();
  Duration SweepInterval() const;

  const std::shared_ptr<ServerState> state_;
  fiber::Loop& loop_;
  ServerLoop* kept_ = nullptr;  // the state's
  std::unique_ptr<fiber::Listener> listener_;
  std::unordered_set<ServerConnection*> connections_;
  bool draining_ = false;
  std::atomic<int> fibers_ = 0;
  fiber::Event stop_sweep_;
  fiber::WaitQueue connection_ended_;
  fiber::WaitQueue fiber_ended_;
};

}  // namespace bellrock::rpc
