// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace bellrock::metrics::client {

// The error types that a process has met, of each service the first kErrorTypesMax: an application
// that makes them up as it goes would else cost every server a series for each. Belongs to one
// loop.
class ErrorTypes {
 public:
  // Whether the type is told apart; beyond the bounds it counts as kOverflowName.
  bool Tell(std::string_view callee, std::string_view type);

 private:
  using Types = std::set<std::string, std::less<>>;
  std::map<std::string, Types, std::less<>> by_callee_;
};

}  // namespace bellrock::metrics::client
