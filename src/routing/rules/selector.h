// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bellrock/routing/v1/plan.pb.h"
#include "bellrock/status.h"
#include "routing/request.h"

namespace bellrock::routing::rules {

// Which pool of a plan a call goes to, and by which rule. The one place where rules are evaluated:
// in the calling process for each call, and for `explain`. Immutable and shared between threads; a
// service without rules has none (nullptr) and costs nothing.
class Selector {
 public:
  // Plans come from another process: what does not make sense in one is left out.
  explicit Selector(const v1::RoutePlan& plan);

  struct Selection {
    uint32_t pool = 0;
    std::string_view rule;  // "" = none matched; lives as long as the selector
  };
  // `usable` says whether a pool has an instance to go to. `random` decides percentages of calls
  // without a key. kUnavailable naming the rule if a strict one has no usable destination.
  template <typename Usable>
  Result<Selection> Select(const Request& request, uint64_t random, Usable&& usable) const;

  // The same with what was looked at, for people: one line per rule.
  Result<Selection> Explain(const Request& request, uint64_t random,
                            const std::vector<bool>& pool_usable,
                            std::vector<std::string>& lines) const;
};

}  // namespace bellrock::routing::rules
