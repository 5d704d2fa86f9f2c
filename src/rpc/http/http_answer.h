// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "bellrock/status.h"
#include "rpc/http/http_cors.h"
#include "rpc/server.h"

namespace bellrock::rpc {

inline constexpr std::string_view kJsonType = "application/json";

// An answer and how this peer takes it.
struct HttpAnswer {
  HttpReply reply{};
  bool head_only = false;
  bool keep_alive = true;
  bool takes_gzip = false;
  HttpHeaders headers{};  // besides the reply's own
};

// {"code":...} with the HTTP status of the code, or another one.
HttpReply ErrorReply(const Status& status, int http_status = 0);

// Makes the answer what goes out: JSON that is worth it is packed, a body that must not be sent is
// dropped. Returns all header fields that are the same in every version of HTTP.
HttpHeaders SettleAnswer(HttpAnswer& answer);

// The answer as HTTP/1.1 writes it.
std::string AnswerText(HttpAnswer answer);

// "Name: value" lines.
std::string HeaderLines(const HttpHeaders& headers);

}  // namespace bellrock::rpc
