// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bellrock/routing/v1/plan.pb.h"
#include "bellrock/routing/v1/settings.pb.h"
#include "routing/request.h"
#include "routing/rules/attribute.h"

namespace bellrock::routing::rules {

// Both ends belong to it.
struct NumberRange {
  uint64_t low = 0;
  uint64_t high = 0;
};
// Of "100-199", in decimal; nullopt if it is none or empty.
std::optional<NumberRange> ParseNumberRange(std::string_view text);

// One Match of a rule, ready to be asked. A call without the attribute meets nothing but a `not`.
// Immutable; Holds() does not allocate.
class Condition {
 public:
  // nullopt: it means nothing here (unknown attribute or operation, bad range).
  static std::optional<Condition> Make(const v1::Match& match, const v1::Place& place);

  bool Holds(const Request& request) const;
  // Holds for all calls of the host, or for none.
  bool fixed() const { return attribute_.fixed(); }
  // "header:x-user is 7 or 8", "lane is absent".
  std::string Describe() const;
  // What the call has: "lane is 'blue'", "lane is absent".
  std::string DescribeFinding(const Request& request) const;

 private:
  Condition(Attribute attribute, const v1::Match& match);

  bool Meets(std::string_view value) const;

  Attribute attribute_;
  std::string name_;  // of the attribute
  v1::Match::Op op_;
  bool not_;
  std::vector<std::string> values_;
  std::vector<NumberRange> ranges_;
};

}  // namespace bellrock::routing::rules
