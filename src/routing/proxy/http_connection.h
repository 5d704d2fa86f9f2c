// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "routing/proxy/http2_connection.h"
#include "routing/proxy/http_exchange.h"
#include "routing/proxy/shard.h"
#include "rpc/byte_buffer.h"

namespace bellrock::routing::proxy {

// A client's HTTP connection: one request after the other, in order, each to an instance of its
// own choice; side by side once the client has begun with HTTP/2's preface.
class HttpConnection final : public Connection {
 public:
  HttpConnection(Shard& shard, const ListenSpec& spec, std::unique_ptr<fiber::Stream> client);

  void Run() override;
  void Expire() override;
  void BeginDrain() override;

 private:
  // False when the client has ended its side or the connection is to end.
  bool WaitForRequest();
  bool ReadSome();
  void ServeHttp2();

  Shard& shard_;
  const ListenSpec& spec_;
  std::unique_ptr<fiber::Stream> stream_;  // until it is HTTP/2's
  ClientSide client_;
  HttpExchange* exchange_ = nullptr;  // while there is one
  Http2Connection* http2_ = nullptr;  // once it is that
};

}  // namespace bellrock::routing::proxy
