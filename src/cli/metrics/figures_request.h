// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bellrock/metrics/v1/query.pb.h"
#include "bellrock/status.h"

// Questions for figures as an operator writes them. Pure.
namespace bellrock::cli {

struct FiguresOptions {
  std::string since = "10m";           // a length before now, or a moment
  std::string until;                   // a moment; "" is now
  std::string step;                    // a length; "" one point of all
  std::vector<std::string> where;      // "callee=music/storage", "method=~Get.*", "result!=OK"
  std::vector<std::string> group_by;   // "callee", "method", ...
  std::vector<std::string> quantiles;  // "0.999999" or "TP99.9999"
  std::vector<std::string> compare;    // "1d", "7d"
  std::string order_by;
  int limit = 0;
};

// Bounds are put on whole minutes if they lie more than two minutes apart, for then all sets of
// dimensions can answer. kInvalidArgument names the option.
Result<metrics::v1::FiguresRequest> FiguresRequestOf(const FiguresOptions& options, int64_t now_ms);

}  // namespace bellrock::cli
