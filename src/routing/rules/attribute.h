// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "bellrock/routing/v1/plan.pb.h"
#include "routing/request.h"

namespace bellrock::routing::rules {

// For texts that say what there is.
inline constexpr std::string_view kAttributes =
    "caller, caller.site, caller.region, caller.set, method, key, lane, header:NAME";

// How many different ones the destinations of a rule may name as "$lane" and its like.
inline constexpr size_t kAttributesPerRuleMax = 8;

// One thing that rules ask of a call. What all calls of a host have in common ("caller.site") is
// looked up when the attribute is made and not for each call. Immutable.
class Attribute {
 public:
  // nullopt: there is no attribute of this name.
  static std::optional<Attribute> Parse(std::string_view name, const v1::Place& place);

  // "": the call has none. Borrows from the call and from this.
  std::string_view In(const Request& request) const;
  // The same for all calls.
  bool fixed() const { return source_ == Source::kFixed; }

 private:
  enum class Source : uint8_t { kFixed, kCaller, kMethod, kKey, kLane, kHeader };

  Attribute(Source source, std::string text) : source_(source), text_(std::move(text)) {}

  Source source_;
  std::string text_;  // kFixed: the value; kHeader: the name, lower case
};

}  // namespace bellrock::routing::rules
