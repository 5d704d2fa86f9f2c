// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/address.h"
#include "bellrock/status.h"
#include "bellrock/time.h"
#include "fiber/environment.h"

namespace bellrock::metrics::store {

struct ClickhouseOptions {
  Address address;  // of its HTTP interface, 8123 by default
  std::string database = "bellrock";
  std::string user = "default";
  std::string password;
  Duration timeout = std::chrono::seconds(30);  // of one statement
};

// Says one statement to ClickHouse over HTTP. Errors tell address, database and what to do. One
// loop.
class ClickhouseClient {
 public:
  ClickhouseClient(fiber::Environment environment, ClickhouseOptions options);

  // The answer in the format that the statement asks for. Blocks. kUnavailable: try again.
  Result<std::string> Ask(const std::string& statement);
  // `rows` in the format of the INSERT statement; all or none of one partition's.
  Status Insert(const std::string& statement, std::string_view rows);
  // A statement that needs no database, as the one that makes it.
  Status TellServer(const std::string& statement);

  const ClickhouseOptions& options() const { return options_; }

 private:
  Result<std::string> Post(const std::string& query_fields, std::string_view body);

  fiber::Environment environment_;
  const ClickhouseOptions options_;
};

// From "Code: 81, e.displayText() = DB::Exception: ...": the kind of error by its code, with what
// to do about it. Pure.
Status ClickhouseError(int http_status, std::string_view text);

}  // namespace bellrock::metrics::store
