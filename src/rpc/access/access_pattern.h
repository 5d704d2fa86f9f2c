// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "bellrock/status.h"

// The two kinds of patterns in an access rule, checked once and matched without allocation.
namespace bellrock::rpc {

// "line/service", "line/*", "*", or any other name as it is.
class CallerPattern {
 public:
  // kInvalidArgument says what is wrong, without naming the field.
  static Result<CallerPattern> Parse(std::string_view text);
  // "" is a caller without identity; only "*" matches it.
  bool Matches(std::string_view identity) const;

 private:
  std::string text_;  // "line/" for "line/*", "" for "*"
  bool prefix_ = false;
};

// "package.Service/Method", "package.Service/*", "package.*", "package.*/Method", "*".
class MethodPattern {
 public:
  static Result<MethodPattern> Parse(std::string_view text);
  bool Matches(std::string_view service, std::string_view method) const;
  // "*", which names nothing in particular.
  bool all() const { return service_.empty(); }

 private:
  std::string service_;  // "package." if it is the beginning of one
  std::string method_;   // "" = all
  bool service_prefix_ = false;
};

}  // namespace bellrock::rpc
