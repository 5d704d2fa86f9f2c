// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/proxy/shard.h"

#include <algorithm>

#include "base/log.h"
#include "fiber/loop.h"
#include "routing/proxy/http_connection.h"
#include "routing/proxy/tcp_connection.h"

namespace bellrock::routing::proxy {

Shard::Shard(fiber::Environment environment, const Limits& limits, ServiceDirectory& directory,
             rpc::CallObserver* observer)
    : environment_(environment),
      limits_(limits),
      loop_(*fiber::Loop::Current()),
      observer_(observer),
      services_(environment.clock, directory, limits.services_max, limits.first_table),
      upstreams_(limits.idle_upstreams_max, limits.idle_upstreams_per_address_max),
      http2_upstreams_(environment, limits_),
      numbers_(environment.random.Next()),
      sweeper_(fiber::Start([this] { SweepLoop(); })) {}

Shard::~Shard() {
  Drain(Time{});
  sweeper_ = fiber::JoinHandle();
}

Result<Address> Shard::Listen(const ListenSpec& spec, bool reuse_port) {
  auto port = std::make_unique<Port>();
  port->spec = spec;
  BELLROCK_ASSIGN(port->listener,
                  environment_.network.Listen(spec.address, {.reuse_port = reuse_port}));
  Port& kept = *ports_.emplace_back(std::move(port));
  kept.fiber = fiber::Start([this, &kept] { AcceptLoop(kept); });
  return kept.listener->address();
}

void Shard::AcceptLoop(Port& port) {
  for (;;) {
    Result<std::unique_ptr<fiber::Stream>> accepted = port.listener->Accept();
    if (!accepted.ok()) return;
    if (connections_.size() >= limits_.connections_max) {
      if (refused_++ == 0) {
        log::Warning("routing/proxy", "{}: {} connections are open, the bound; more are closed",
                     port.listener->address().ToString(), limits_.connections_max);
      }
      continue;
    }
    auto stream = std::make_shared<std::unique_ptr<fiber::Stream>>(std::move(*accepted));
    // The spec lives as long as the shard.
    const Status spawned =
        loop_.Spawn([this, &port, stream] { Serve(port.spec, std::move(*stream)); });
    if (!spawned.ok()) ++refused_;
  }
}

std::unique_ptr<Connection> Shard::Make(const ListenSpec& spec,
                                        std::unique_ptr<fiber::Stream> stream) {
  if (spec.kind == Kind::kTcp) {
    return std::make_unique<TcpConnection>(*this, spec, std::move(stream));
  }
  return std::make_unique<HttpConnection>(*this, spec, std::move(stream));
}

void Shard::Serve(const ListenSpec& spec, std::unique_ptr<fiber::Stream> stream) {
  if (draining_) return;
  running_.Add();
  const std::unique_ptr<Connection> connection = Make(spec, std::move(stream));
  connection->place = connections_.size();
  connections_.push_back({connection.get(), fiber::CurrentFiber()});
  connection->Run();
  Forget(*connection);
  running_.Done();
}

void Shard::Forget(const Connection& connection) {
  connections_[connection.place] = connections_.back();
  connections_[connection.place].connection->place = connection.place;
  connections_.pop_back();
}

void Shard::SweepLoop() {
  while (fiber::SleepFor(limits_.sweep_every).ok()) {
    const Time now = environment_.clock.Now();
    for (const Watched& watched : connections_) {
      if (watched.connection->expires <= now) watched.connection->Expire();
    }
    http2_upstreams_.Sweep(now);
    upstreams_.DropIdleSince(now - limits_.upstream_idle_timeout);
  }
}

Result<std::unique_ptr<Upstream>> Shard::Connect(const Address& address, bool fresh) {
  if (!fresh) {
    if (auto upstream = upstreams_.Take(address)) return upstream;
  }
  fiber::ScopedDeadline deadline(environment_.clock.Now() + limits_.connect_timeout);
  auto stream = environment_.network.Connect(address);
  if (!stream.ok()) return stream.status();
  auto upstream = std::make_unique<Upstream>();
  upstream->stream = std::move(*stream);
  upstream->address = address;
  return upstream;
}

void Shard::Drain(Time deadline) {
  draining_ = true;
  for (const auto& port : ports_) {
    port->listener->Close();
    port->fiber.Cancel();
    port->fiber.Join();
  }
  for (const Watched& watched : connections_) watched.connection->BeginDrain();
  if (running_.Wait(deadline).ok()) return;
  for (const Watched& watched : connections_) fiber::CancelFiber(*watched.fiber);
  fiber::ScopedShield shield;
  (void)running_.Wait();
}

}  // namespace bellrock::routing::proxy
