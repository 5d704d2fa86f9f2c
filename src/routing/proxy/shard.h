// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/splitmix.h"
#include "bellrock/status.h"
#include "fiber/environment.h"
#include "fiber/fiber.h"
#include "fiber/sync.h"
#include "routing/proxy/http2_pool.h"
#include "routing/proxy/lender.h"
#include "routing/proxy/options.h"
#include "routing/proxy/service_cache.h"
#include "routing/proxy/upstream_pool.h"

namespace bellrock::routing::proxy {

// One accepted connection, in its own fiber, under its shard's watch.
class Connection {
 public:
  virtual ~Connection() = default;
  // Until it ends.
  virtual void Run() = 0;
  // Patience is over: closes what it waits for. On the loop, from another fiber.
  virtual void Expire() = 0;
  // Ends at the next pause.
  virtual void BeginDrain() = 0;

  Time expires = kNever;
  size_t place = 0;  // in the shard's list
};

// The part of a proxy that lives on one loop: its listeners, its connections, and what these share.
// Timeouts are looked after by one fiber for all connections, so that a step of a connection costs
// no timer. Made, used and destroyed in fibers of its loop.
class Shard {
 public:
  // The observer may be null; borrowed.
  Shard(fiber::Environment environment, const Limits& limits, ServiceDirectory& directory,
        rpc::CallObserver* observer = nullptr);
  ~Shard();
  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;

  // kAlreadyExists if the address is in use. The real address.
  Result<Address> Listen(const ListenSpec& spec, bool reuse_port);
  // No new connections; those at rest end, those at work may finish until `deadline`. Blocks.
  void Drain(Time deadline);

  // What connections use.
  const Limits& limits() const { return limits_; }
  fiber::Clock& clock() { return environment_.clock; }
  Time now() const { return loop_.turn_time(); }
  UpstreamPool& upstreams() { return upstreams_; }
  Http2Pool& http2_upstreams() { return http2_upstreams_; }
  // Bytes that streams of HTTP/2 hold for slow readers.
  size_t held() const { return held_; }
  void AddHeld(ptrdiff_t change) { held_ += static_cast<size_t>(change); }
  // Empty; for one block of header fields, until the next is asked for.
  std::vector<rpc::http2::HeaderField>& fields() {
    fields_.clear();
    return fields_;
  }
  rpc::CallObserver* observer() { return observer_; }
  ServiceCache& services() { return services_; }
  Lender& lender() { return lender_; }
  SplitMix64& numbers() { return numbers_; }
  bool draining() const { return draining_; }
  // A connection of the pool, or a new one. kUnavailable with the reason.
  Result<std::unique_ptr<Upstream>> Connect(const Address& address, bool fresh);

  std::vector<NamedCounts> Counts() const { return services_.Counts(); }
  size_t connections() const { return connections_.size(); }
  uint64_t refused() const { return refused_; }

 private:
  struct Port {
    ListenSpec spec;
    std::unique_ptr<fiber::Listener> listener;
    fiber::JoinHandle fiber;
  };
  struct Watched {
    Connection* connection;
    fiber::Fiber* fiber;
  };

  void AcceptLoop(Port& port);
  void Serve(const ListenSpec& spec, std::unique_ptr<fiber::Stream> stream);
  std::unique_ptr<Connection> Make(const ListenSpec& spec, std::unique_ptr<fiber::Stream> stream);
  void Forget(const Connection& connection);
  void SweepLoop();

  fiber::Environment environment_;
  const Limits limits_;
  fiber::Loop& loop_;
  rpc::CallObserver* const observer_;
  ServiceCache services_;
  UpstreamPool upstreams_;
  Http2Pool http2_upstreams_;
  size_t held_ = 0;
  std::vector<rpc::http2::HeaderField> fields_;
  Lender lender_;
  SplitMix64 numbers_;
  std::vector<std::unique_ptr<Port>> ports_;
  std::vector<Watched> connections_;
  fiber::WaitGroup running_;
  uint64_t refused_ = 0;
  bool draining_ = false;
  fiber::JoinHandle sweeper_;
};

}  // namespace bellrock::routing::proxy
