// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/dimension.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.h"

namespace bellrock::metrics {
namespace {

constexpr std::array<std::string_view, kDimensionCount> kNames = {
    "callee",      "method",      "callee_host", "callee_site", "caller",
    "caller_host", "caller_site", "result",      "side"};
constexpr std::string_view kSecondsSuffix = "/s";

DimensionSet Known(std::string_view text) {
  Result<DimensionSet> set = ParseDimensionSet(text);
  BELLROCK_CHECK(set.ok(), "a set of ours is well formed");
  return std::move(set).value();
}

Status Refuse(std::string_view text, std::string_view part, std::string_view what) {
  return InvalidArgumentError(fmt::format("dimension set \"{}\": \"{}\" {}", text, part, what));
}

Status CheckPart(std::string_view text, std::string_view part, Dimension dimension,
                 const std::vector<Dimension>& before) {
  if (before.empty() && dimension != Dimension::kCallee) {
    return Refuse(text, part, "comes first; begin with callee, for a service's calls lie together");
  }
  if (dimension == Dimension::kSide) {
    return Refuse(text, part, "is told apart in every set; leave it out");
  }
  if (std::find(before.begin(), before.end(), dimension) != before.end()) {
    return Refuse(text, part, "stands there twice; name each dimension once");
  }
  return Status::Ok();
}

}  // namespace

std::string_view DimensionName(Dimension dimension) {
  return kNames[static_cast<size_t>(dimension)];
}

Result<Dimension> DimensionFromName(std::string_view name) {
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) {
    return InvalidArgumentError(
        fmt::format("dimension \"{}\" is unknown; use one of {}", name, fmt::join(kNames, ", ")));
  }
  return static_cast<Dimension>(found - kNames.begin());
}

Result<DimensionSet> ParseDimensionSet(std::string_view text) {
  DimensionSet set;
  std::string_view rest = text;
  set.seconds = rest.ends_with(kSecondsSuffix);
  if (set.seconds) rest.remove_suffix(kSecondsSuffix.size());
  set.name = rest;
  for (bool more = true; more;) {
    const size_t comma = rest.find(',');
    const std::string_view part = rest.substr(0, comma);
    Result<Dimension> dimension = DimensionFromName(part);
    if (!dimension.ok()) {
      return dimension.status().WithContext(fmt::format("dimension set \"{}\"", text));
    }
    BELLROCK_TRY(CheckPart(text, part, *dimension, set.dimensions));
    set.dimensions.push_back(*dimension);
    more = comma != std::string_view::npos;
    if (more) rest.remove_prefix(comma + 1);
  }
  set.dimensions.push_back(Dimension::kSide);
  return set;
}

const std::vector<DimensionSet>& DefaultDimensionSets() {
  static const std::vector<DimensionSet> sets = {
      Known("callee,method,callee_host,caller,result"),
      Known("callee,method,caller,caller_host,result"),
      Known("callee,method,callee_host,result"),
      Known("callee,callee_host,caller,result"),
      Known("callee,method,caller,result"),
      Known("callee,caller,caller_site,caller_host,result"),
      Known("callee,method,callee_site,result"),
      Known("callee,callee_host,result/s"),
      Known("callee,caller,result/s"),
      Known("callee,method,result/s"),
      Known("callee,result/s"),
      Known("callee/s"),
  };
  return sets;
}

}  // namespace bellrock::metrics
