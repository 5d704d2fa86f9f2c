// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/rules/condition.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <system_error>

namespace bellrock::routing::rules {
namespace {

std::optional<uint64_t> ParseNumber(std::string_view text) {
  uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, number);
  if (text.empty() || error != std::errc() || at != end) return std::nullopt;
  return number;
}

}  // namespace

std::optional<NumberRange> ParseNumberRange(std::string_view text) {
  const size_t dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const std::optional<uint64_t> low = ParseNumber(text.substr(0, dash));
  const std::optional<uint64_t> high = ParseNumber(text.substr(dash + 1));
  if (!low || !high || *low > *high) return std::nullopt;
  return NumberRange{.low = *low, .high = *high};
}

Condition::Condition(Attribute attribute, const v1::Match& match)
    : attribute_(std::move(attribute)),
      name_(match.attribute()),
      op_(match.op()),
      not_(match.not_()),
      values_(match.values().begin(), match.values().end()) {}

std::optional<Condition> Condition::Make(const v1::Match& match, const v1::Place& place) {
  std::optional<Attribute> attribute = Attribute::Parse(match.attribute(), place);
  if (!attribute || !v1::Match::Op_IsValid(match.op())) return std::nullopt;
  Condition condition(*std::move(attribute), match);
  if (match.op() != v1::Match::OP_NUMBER_RANGE) return condition;
  for (const std::string& value : match.values()) {
    const std::optional<NumberRange> range = ParseNumberRange(value);
    if (!range) return std::nullopt;
    condition.ranges_.push_back(*range);
  }
  return condition;
}

bool Condition::Holds(const Request& request) const {
  const std::string_view value = attribute_.In(request);
  return (!value.empty() && Meets(value)) != not_;
}

bool Condition::Meets(std::string_view value) const {
  switch (op_) {
    case v1::Match::OP_EQUALS:
      return std::any_of(values_.begin(), values_.end(),
                         [&](const std::string& wanted) { return wanted == value; });
    case v1::Match::OP_PREFIX:
      return std::any_of(values_.begin(), values_.end(),
                         [&](const std::string& prefix) { return value.starts_with(prefix); });
    case v1::Match::OP_NUMBER_RANGE: {
      const std::optional<uint64_t> number = ParseNumber(value);
      return number && std::any_of(ranges_.begin(), ranges_.end(), [&](const NumberRange& range) {
               return range.low <= *number && *number <= range.high;
             });
    }
    default:
      return true;  // OP_PRESENT: it is
  }
}

std::string Condition::Describe() const {
  const std::string values = fmt::format("{}", fmt::join(values_, " or "));
  switch (op_) {
    case v1::Match::OP_EQUALS:
      return fmt::format("{} is {}{}", name_, not_ ? "not " : "", values);
    case v1::Match::OP_PREFIX:
      return fmt::format("{} {} {}", name_, not_ ? "does not begin with" : "begins with", values);
    case v1::Match::OP_NUMBER_RANGE:
      return fmt::format("{} is {} {}", name_, not_ ? "not within" : "within", values);
    default:
      return fmt::format("{} is {}", name_, not_ ? "absent" : "present");
  }
}

std::string Condition::DescribeFinding(const Request& request) const {
  const std::string_view value = attribute_.In(request);
  return value.empty() ? name_ + " is absent" : fmt::format("{} is '{}'", name_, value);
}

}  // namespace bellrock::routing::rules
