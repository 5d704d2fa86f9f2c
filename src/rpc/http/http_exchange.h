// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "bellrock/status.h"
#include "bellrock/time.h"
#include "rpc/http/http_answer.h"
#include "rpc/http/http_call.h"
#include "rpc/http/http_parser.h"
#include "rpc/http/http_target.h"
#include "rpc/http/url.h"
#include "rpc/link.h"
#include "rpc/server/server_state.h"
#include "rpc/span_ids.h"

namespace bellrock::rpc {

// The other end of a connection.
struct HttpPeer {
  std::string address;
  std::string identity;  // the name it has proved, or ""
};

// One request of an HTTP connection from its last byte to its answer: finds what it asks for, runs
// the service call or the page. Lives in the connection's fiber; borrows all it is given.
class HttpExchange {
 public:
  HttpExchange(ServerState& state, Link& link, const HttpPeer& peer, const HttpParser& parser,
               SpanIds& span_ids);

  // Fills the answer; false if it was written by itself (a stream), after which the connection
  // closes. Blocks while the call runs, and meanwhile reads on to see the peer go.
  bool Run(HttpAnswer& answer);

 private:
  // What Run() does for each kind of request; true and false as there.
  bool RunMethod(const HttpTarget& found, const std::string& query, HttpAnswer& answer);
  void RunPage(const HttpHandler& page, const Target& target, HttpReply& reply);
  void TellVerbs(const HttpTarget& found, const std::string& path, HttpAnswer& answer);

  Result<Time> DeadlineOf(Time now) const;
  CallStart StartOf(const Method& method, Time now, Time deadline);
  Status FillRequest(const HttpTarget& found, const std::string& query, std::string_view body,
                     Message& request) const;
  // The request's body without its content coding; on error `http_status` says how to answer.
  Result<std::string> Unpacked(int* http_status) const;
  StreamStyle Style(const HttpAnswer& answer) const;
  void WaitWatchingPeer(HttpCall& call);
  void WaitSendingSignsOfLife(HttpCall& call);

  ServerState& state_;
  Link& link_;
  const HttpPeer& peer_;
  const HttpParser& parser_;
  SpanIds& span_ids_;
};

}  // namespace bellrock::rpc
