// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/http/http_answer.h"

#include <fmt/format.h>

#include <algorithm>

#include "rpc/error_text.h"
#include "rpc/http/http_encoding.h"
#include "rpc/http/json.h"

namespace bellrock::rpc {
namespace {

// Smaller answers fit into one packet anyway; larger ones would hold up their loop.
constexpr size_t kGzipBytesMin = 1 << 10;
constexpr size_t kGzipBytesMax = 4 << 20;

void PackIfWorth(HttpAnswer& answer) {
  HttpReply& reply = answer.reply;
  if (reply.content_type != kJsonType || reply.body.size() < kGzipBytesMin) return;
  const bool packed_already =
      std::any_of(reply.headers.begin(), reply.headers.end(),
                  [](const auto& header) { return header.first == "Content-Encoding"; });
  if (packed_already) return;
  reply.headers.emplace_back("Vary", "Accept-Encoding");
  if (!answer.takes_gzip || reply.body.size() > kGzipBytesMax) return;
  reply.body = Gzip(reply.body);
  reply.headers.emplace_back("Content-Encoding", "gzip");
}

}  // namespace

HttpReply ErrorReply(const Status& status, int http_status) {
  HttpReply reply;
  reply.status = http_status != 0 ? http_status : HttpStatusOf(status.code());
  reply.content_type = kJsonType;
  reply.body = StatusToJson(status);
  if (!status.error_type().empty()) {
    reply.headers.emplace_back("Bellrock-Error-Type", status.error_type());
  }
  return reply;
}

std::string HeaderLines(const HttpHeaders& headers) {
  std::string lines;
  for (const auto& [name, value] : headers) lines += fmt::format("{}: {}\r\n", name, value);
  return lines;
}

HttpHeaders SettleAnswer(HttpAnswer& answer) {
  PackIfWorth(answer);
  HttpReply& reply = answer.reply;
  HttpHeaders headers;
  // RFC 9110 8.6: no Content-Length with 204; with 304 it would speak of the body that is not sent.
  const bool bodiless = reply.status == 204 || reply.status == 304;
  if (!bodiless) {
    headers.emplace_back("Content-Type", reply.content_type);
    headers.emplace_back("Content-Length", std::to_string(reply.body.size()));
  }
  headers.insert(headers.end(), reply.headers.begin(), reply.headers.end());
  headers.insert(headers.end(), answer.headers.begin(), answer.headers.end());
  if (bodiless || answer.head_only) reply.body.clear();
  return headers;
}

std::string AnswerText(HttpAnswer answer) {
  const HttpHeaders headers = SettleAnswer(answer);
  const HttpReply& reply = answer.reply;
  std::string text = fmt::format("HTTP/1.1 {} {}\r\n", reply.status, HttpReason(reply.status));
  text += HeaderLines(headers);
  text += answer.keep_alive ? "\r\n" : "Connection: close\r\n\r\n";
  return text + reply.body;
}

}  // namespace bellrock::rpc
