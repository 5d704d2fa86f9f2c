// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/store/clickhouse_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "fiber/fiber.h"
#include "rpc/http/http_fetch.h"

namespace bellrock::metrics::store {
namespace {

constexpr size_t kAnswerBytesMax = 256 << 20;
constexpr size_t kErrorBytesMax = 500;  // of what the server says; it adds its stack
constexpr int kHttpOk = 200;

// The numbers are ClickHouse's own (ErrorCodes.cpp); they never change.
struct Remedy {
  int code;
  StatusCode status;
  std::string_view text;
};
constexpr Remedy kRemedies[] = {
    {60, StatusCode::kFailedPrecondition,
     "a table is missing: start this process again, it makes them"},
    {81, StatusCode::kFailedPrecondition,
     "the database is missing: start this process again, it makes it"},
    {159, StatusCode::kUnavailable, "it took too long: try again"},
    {164, StatusCode::kPermissionDenied, "the user may only read: give it rights to write"},
    {192, StatusCode::kUnauthenticated, "mend the store's user"},
    {193, StatusCode::kUnauthenticated, "mend the store's password"},
    {194, StatusCode::kUnauthenticated, "give the store's password"},
    {202, StatusCode::kUnavailable, "it has too many statements under way: try again"},
    {241, StatusCode::kUnavailable, "it is short of memory: try again, or give it more"},
    {242, StatusCode::kUnavailable, "the table takes no writes now: try again"},
    {243, StatusCode::kResourceExhausted, "its disk is full: make room, or keep shorter"},
    {252, StatusCode::kUnavailable, "it has yet to merge what was written: try again later"},
    {291, StatusCode::kPermissionDenied, "grant the store's user this database"},
    {497, StatusCode::kPermissionDenied, "grant the store's user what the message names"},
    {516, StatusCode::kUnauthenticated, "mend the store's user or password"},
};

int CodeOf(std::string_view text) {
  constexpr std::string_view kBegin = "Code: ";
  int code = 0;
  if (text.starts_with(kBegin)) {
    std::from_chars(text.data() + kBegin.size(), text.data() + text.size(), code);
  }
  return code;
}

}  // namespace

Status ClickhouseError(int http_status, std::string_view text) {
  const int code = CodeOf(text);
  const std::string said(text.substr(0, std::min(text.find('\n'), kErrorBytesMax)));
  for (const Remedy& remedy : kRemedies) {
    if (remedy.code == code) return Status(remedy.status, fmt::format("{}; {}", said, remedy.text));
  }
  if (code != 0) return InternalError(said);
  return UnavailableError(fmt::format(
      "it answered with HTTP status {}: {}; is this ClickHouse's HTTP port?", http_status, said));
}

ClickhouseClient::ClickhouseClient(fiber::Environment environment, ClickhouseOptions options)
    : environment_(environment), options_(std::move(options)) {}

Result<std::string> ClickhouseClient::Ask(const std::string& statement) {
  return Post("&database=" + rpc::EscapeQueryValue(options_.database), statement);
}

Status ClickhouseClient::Insert(const std::string& statement, std::string_view rows) {
  const std::string fields =
      fmt::format("&database={}&query={}", rpc::EscapeQueryValue(options_.database),
                  rpc::EscapeQueryValue(statement));
  return Post(fields, rows).status();
}

Status ClickhouseClient::TellServer(const std::string& statement) {
  return Post("", statement).status();
}

// The server holds its answer back until the statement is done: else an error in the middle would
// come as part of the rows.
Result<std::string> ClickhouseClient::Post(const std::string& query_fields, std::string_view body) {
  const fiber::ScopedDeadline deadline(environment_.clock.Now() + options_.timeout);
  const std::string where =
      fmt::format("clickhouse {}, database {}", options_.address.ToString(), options_.database);
  rpc::FetchRequest request{"POST", "/?wait_end_of_query=1" + query_fields, {}, body};
  request.headers.emplace_back("X-ClickHouse-User", options_.user);
  if (!options_.password.empty()) {
    request.headers.emplace_back("X-ClickHouse-Key", options_.password);
  }
  Result<rpc::FetchReply> reply = rpc::FetchHttp(environment_.network, options_.address, request,
                                                 {.body_bytes = kAnswerBytesMax});
  if (reply.status().code() == StatusCode::kUnavailable) {
    return UnavailableError(where + ": no answer; start the server, or mend the store's address")
        .WithCause(reply.status());
  }
  if (!reply.ok()) return reply.status().WithContext(where);
  if (reply->status != kHttpOk) {
    return ClickhouseError(reply->status, reply->body).WithContext(where);
  }
  return std::move(reply->body);
}

}  // namespace bellrock::metrics::store
