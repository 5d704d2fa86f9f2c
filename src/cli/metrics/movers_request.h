// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "bellrock/metrics/v1/query.pb.h"
#include "bellrock/status.h"

// What moved, as an operator asks for it and reads it. Pure.
namespace bellrock::cli {

struct MoversOptions {
  std::string service;                // "line/service"; "" all services
  std::string span = "10m";           // of both windows
  std::string against = "yesterday";  // "yesterday", "week", "before", or a length
  std::string by = "calls";           // "calls", "failures", "slow"
  int limit = 0;
};

// Of the newest whole minutes that are written down. kInvalidArgument names the option.
Result<metrics::v1::MoversRequest> MoversRequestOf(const MoversOptions& options, int64_t now_ms);

std::string MoversText(const metrics::v1::MoversReply& reply);

}  // namespace bellrock::cli
