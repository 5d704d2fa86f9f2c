// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "fiber/environment.h"
#include "fiber/sync.h"
#include "routing/proxy/http2_exchange.h"
#include "routing/proxy/options.h"
#include "rpc/http2/field_block.h"
#include "rpc/http2/flood_guard.h"
#include "rpc/http2/session.h"
#include "rpc/link.h"

namespace bellrock::routing::proxy {

class Shard;

// A client's connection of HTTP/2: its requests side by side, each to an instance of its own
// choice. Lives in the connection's fiber, and outlives its exchanges.
class Http2Connection final : public rpc::http2::SessionSink {
 public:
  // `first_bytes` were read already: the preface.
  Http2Connection(Shard& shard, const ListenSpec& spec, std::unique_ptr<fiber::Stream> stream,
                  std::string_view first_bytes);
  ~Http2Connection() override;

  // Until it ends.
  void Run();
  // Ends requests that waited too long, and the connection if it rests or is not read.
  void Sweep(Time now);
  // Asks the client to make its next requests elsewhere; those on their way are taken.
  void BeginDrain();

  // For its exchanges.
  Shard& shard() { return shard_; }
  const ListenSpec& spec() const { return spec_; }
  const std::string& client_host() const { return client_host_; }
  rpc::http2::Session& session() { return session_; }
  void Remove(Http2Exchange& exchange);

 private:
  void OnHeadersBegin() override { block_.Clear(); }
  void OnHeader(std::string_view name, std::string_view value) override { block_.Add(name, value); }
  void OnHeadersEnd(const rpc::http2::HeadersEnd& end) override;
  void OnPong(uint64_t opaque) override;
  Status OnControl(rpc::http2::Control control) override;

  void Start(const rpc::http2::HeadersEnd& end);
  void CloseIfDrained();

  Shard& shard_;
  const ListenSpec& spec_;
  const std::string client_host_;
  rpc::Link link_;
  rpc::http2::FloodGuard flood_guard_;
  rpc::http2::Session session_;
  rpc::http2::FieldBlock block_;        // being received
  Http2Exchange* exchanges_ = nullptr;  // list, owned
  bool draining_ = false;
  Time idle_since_;
  fiber::WaitQueue no_exchanges_;
};

}  // namespace bellrock::routing::proxy
