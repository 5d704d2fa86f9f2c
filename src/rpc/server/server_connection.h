// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rpc/http/http_connection.h"
#include "rpc/http2/http2_connection.h"
#include "rpc/link.h"
#include "rpc/native/native_connection.h"
#include "rpc/pages/snapshot.h"
#include "rpc/server/server_state.h"
#include "rpc/server/sniff.h"

namespace bellrock::rpc {

class TlsStream;

// One accepted connection from its first byte to its end: tells the protocol and serves it. Lives
// in a fiber of its own.
class ServerConnection {
 public:
  ServerConnection(ServerState& state, fiber::Loop& loop, std::unique_ptr<fiber::Stream> stream);

  // Serves to the end, which is when nothing started here runs any more.
  void Serve();
  // Closes it if it was idle for too long, or if the server drains and nothing is in flight.
  void Sweep(Time now);
  // The server shuts down: no new calls, please.
  void Drain();
  // For the pages: this connection's row, and those of its calls.
  ConnectionRow Row(Time now) const;
  size_t calls_in_flight() const;
  std::vector<const ServedCall*> Calls() const;
  void Close(Status why);
  const std::string& peer_host() const { return link_.stream().peer().host(); }

 private:
  // Tells the protocol, inside TLS if the peer begins that.
  Protocol ReadPreface();
  Protocol ReadProtocol();
  Status BeginTls(Time deadline);
  // kUnknown, and the reason is noted, if the protocol must not be served here.
  Protocol Admitted(Protocol protocol);
  void Refuse(Refusal reason, std::string_view detail);
  bool Busy() const;

  ServerState& state_;
  Link link_;
  const std::string peer_;
  TlsStream* tls_ = nullptr;  // the link's stream, if that is one
  std::string identity_;      // the name the peer has proved by its certificate, or ""
  std::unique_ptr<NativeConnection> native_;
  std::unique_ptr<HttpConnection> http_;
  std::unique_ptr<http2::Http2Connection> grpc_;
  const Time opened_;
  bool draining_ = false;
  Time drained_at_{};
};

}  // namespace bellrock::rpc
