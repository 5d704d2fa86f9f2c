// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "bellrock/status.h"
#include "bellrock/time.h"
#include "rpc/http/http_answer.h"
#include "rpc/http/http_call.h"
#include "rpc/http/http_outlet.h"
#include "rpc/http/http_target.h"
#include "rpc/http/incoming_request.h"
#include "rpc/http/url.h"
#include "rpc/server/server_state.h"
#include "rpc/span_ids.h"

namespace bellrock::rpc {

// The other end of a connection.
struct HttpPeer {
  std::string address;
  std::string identity;  // the name it has proved, or ""
};

// One HTTP request from its last byte to its answer, whatever version of HTTP carries it: finds
// what it asks for, runs the service call or the page. Lives in one fiber of its connection's loop;
// borrows all it is given.
class HttpExchange {
 public:
  HttpExchange(ServerState& state, HttpOutlet& outlet, const HttpPeer& peer,
               const IncomingRequest& request, SpanIds& span_ids);

  // Fills the answer; false if it went out through the outlet (a stream). Blocks while the call
  // runs, which is cancelled when the peer goes.
  bool Run(HttpAnswer& answer);

 private:
  // What Run() does for each kind of request; true and false as there.
  bool RunMethod(const HttpTarget& found, const std::string& query, HttpAnswer& answer);
  void RunPage(const HttpPage& page, const Target& target, HttpReply& reply);
  void TellVerbs(const HttpTarget& found, const std::string& path, HttpAnswer& answer);

  Result<Time> DeadlineOf(Time now) const;
  CallStart StartOf(const Method& method, Time now, Time deadline);
  Status FillRequest(const HttpTarget& found, const std::string& query, std::string_view body,
                     Message& request) const;
  // The request's body without its content coding; on error `http_status` says how to answer.
  Result<std::string> Unpacked(size_t bytes_max, int* http_status) const;
  StreamStyle Style(const HttpAnswer& answer) const;
  void WaitWatchingPeer(HttpCall& call);
  void WaitSendingSignsOfLife(HttpCall& call);

  ServerState& state_;
  HttpOutlet& outlet_;
  const HttpPeer& peer_;
  const IncomingRequest& request_;
  SpanIds& span_ids_;
};

}  // namespace bellrock::rpc
