// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "rpc/http_parser.h"
#include "rpc/link.h"
#include "rpc/served_call.h"
#include "rpc/server_state.h"
#include "rpc/span_ids.h"

namespace bellrock::rpc {

class HttpCall;

// Server side of one HTTP/1.1 connection: one request after the other, each a service call or a
// plain page. Lives in its connection's fiber, on one loop. While a call runs it keeps reading, to
// see the peer go.
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
  struct Answer {
    HttpReply reply;
    bool head_only = false;
    bool keep_alive = true;
  };

  // False when the connection is to end.
  bool ServeOne();
  // Reads until the request is complete; an error was answered and logged.
  Status ReadRequest(HttpParser& parser);
  Status ReadMore(HttpParser& parser, Time until);
  void Refuse(Status why, int http_status);

  void Dispatch(const HttpParser& parser, Answer& answer, bool* answered);
  // Runs a service call; true if it has answered by itself (event stream).
  bool RunMethod(const HttpParser& parser, const Method& method, std::string_view query,
                 HttpReply* reply);
  Status FillRequest(const HttpParser& parser, std::string_view query, Message& request);
  void WaitWatchingPeer(HttpCall& call);
  void Page(const HttpParser& parser, const std::string& path, const std::string& query,
            HttpReply* reply);
  HttpReply NotFound(const std::string& path) const;
  void WriteAnswer(const Answer& answer);

  ServerState& state_;
  Link& link_;
  const std::string peer_;
  const std::string identity_;
  SpanIds span_ids_;
  bool closing_ = false;
  bool busy_ = false;
};

}  // namespace bellrock::rpc
