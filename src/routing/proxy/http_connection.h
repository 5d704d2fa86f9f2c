// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "routing/proxy/http_exchange.h"
#include "routing/proxy/shard.h"
#include "routing/proxy/tcp_connection.h"
#include "rpc/byte_buffer.h"

namespace bellrock::routing::proxy {

// A client's HTTP connection: one request after the other, in order, each to an instance of its
// own choice. A client that begins with HTTP/2's preface is carried to one instance as a whole.
class HttpConnection final : public Connection {
 public:
  HttpConnection(Shard& shard, const ListenSpec& spec, fiber::Stream& client);

  void Run() override;
  void Expire() override;
  void BeginDrain() override;

 private:
  // False when the client has ended its side or the connection is to end.
  bool WaitForRequest();
  bool ReadSome();

  Shard& shard_;
  const ListenSpec& spec_;
  ClientSide client_;
  HttpExchange* exchange_ = nullptr;  // while there is one
  TcpConnection* tunnel_ = nullptr;
};

}  // namespace bellrock::routing::proxy
