// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bellrock/status.h"

namespace bellrock::metrics {

// What calls are told apart by (OCTO-039..040, KESS-047). The numbers are those of
// docs/spec/card.md and never change.
enum class Dimension : uint8_t {
  kCallee = 0,      // "line/service"
  kMethod = 1,      // "music.v1.Catalog/GetMp3List"
  kCalleeHost = 2,  // the callee's instance
  kCalleeSite = 3,
  kCaller = 4,  // "line/service"; "" unknown
  kCallerHost = 5,
  kCallerSite = 6,
  kResult = 7,  // "OK", "UNAVAILABLE", or the application's own error type
  // Who measured: "caller"; "callee" a call of an unknown caller; "served" the callee what its
  // caller counts, too.
  kSide = 8,
};
inline constexpr size_t kDimensionCount = 9;

// "callee", "method", "callee_host", ...: as settings, queries and labels spell it.
std::string_view DimensionName(Dimension dimension);
// kInvalidArgument lists the names that would do.
Result<Dimension> DimensionFromName(std::string_view name);

// A set of dimensions that is computed in advance, one node of the tree (OCTO-065). Always begins
// with callee, for a service's calls lie together, and always tells sides apart.
struct DimensionSet {
  std::string name;                   // "callee,method,result"
  std::vector<Dimension> dimensions;  // in the order of the key: callee first, side last
  bool seconds = false;               // also kept by the second (OCTO-084: coarse sets only)

  friend bool operator==(const DimensionSet&, const DimensionSet&) = default;
};

// From "callee,method,result"; "/s" at the end asks for seconds. kInvalidArgument names the part
// that is unknown, double, or does not begin with callee.
Result<DimensionSet> ParseDimensionSet(std::string_view text);

// The twelve of reference monitor.md 3.4: services, methods, hosts, callers and sites down to one.
const std::vector<DimensionSet>& DefaultDimensionSets();

}  // namespace bellrock::metrics
