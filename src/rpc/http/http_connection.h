// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "rpc/http/http_answer.h"
#include "rpc/http/http_exchange.h"
#include "rpc/http/http_parser.h"
#include "rpc/link.h"
#include "rpc/server/server_state.h"
#include "rpc/span_ids.h"

namespace bellrock::rpc {

// Server side of one HTTP/1.1 connection: one request after the other, each a service call or a
// plain page (HttpExchange). Lives in its connection's fiber, on one loop.
class HttpConnection {
 public:
  // `identity` is the name the peer has proved, or "".
  HttpConnection(ServerState& state, Link& link, std::string peer, std::string identity);

  // Serves until the link ends or a request asks to close.
  void Serve();
  // Ends after the request under way.
  void CloseWhenIdle() { closing_ = true; }
  bool busy() const { return busy_; }

 private:
  // False when the connection is to end.
  bool ServeOne();
  // Reads until the request is complete; an error was answered and logged.
  Status ReadRequest(HttpParser& parser);
  Status ReadMore(HttpParser& parser, Time until);
  void Refuse(Status why, int http_status);
  void WriteAnswer(HttpAnswer answer);

  ServerState& state_;
  Link& link_;
  const HttpPeer peer_;
  SpanIds span_ids_;
  bool closing_ = false;
  bool busy_ = false;
};

}  // namespace bellrock::rpc
