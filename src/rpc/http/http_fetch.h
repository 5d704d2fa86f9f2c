// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/address.h"
#include "bellrock/status.h"
#include "fiber/environment.h"
#include "rpc/http/http_reply_parser.h"

namespace bellrock::rpc {

struct FetchRequest {
  std::string method = "GET";
  std::string target = "/";                                  // escaped; see EscapeQueryValue()
  std::vector<std::pair<std::string, std::string>> headers;  // beside Host and Content-Length
  std::string_view body;
};

struct FetchReply {
  int status = 0;
  std::string body;
};

// Asks a server of another make over plain HTTP/1.1, on a connection of its own. Blocks until the
// fiber's deadline at most. Any status is an answer; kUnavailable: no connection, or the answer is
// cut off or not HTTP; kResourceExhausted: it is over a limit; kInvalidArgument: a header that
// would not be one.
Result<FetchReply> FetchHttp(fiber::Network& network, const Address& address,
                             const FetchRequest& request, HttpReplyParser::Limits limits = {});
// The same over a connection that is there, for `host` as the Host header says it; not to be used
// again.
Result<FetchReply> FetchHttpOver(fiber::Stream& stream, std::string_view host,
                                 const FetchRequest& request, HttpReplyParser::Limits limits = {});

// "a b&c" -> "a%20b%26c".
std::string EscapeQueryValue(std::string_view text);

}  // namespace bellrock::rpc
