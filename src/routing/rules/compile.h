// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bellrock/routing/v1/plan.pb.h"
#include "bellrock/routing/v1/settings.pb.h"
#include "routing/table.h"

namespace bellrock::routing::rules {

inline constexpr size_t kPoolsMax = 64;  // of one service, the default one included
inline constexpr int kRulesMax = 64;     // of the settings
// Names of the rules that lanes and sets become.
inline constexpr std::string_view kLanesRule = "lanes";
inline constexpr std::string_view kSetsRule = "sets";

// A subset of a service's instances that some calls go to.
struct Pool {
  std::string name;             // "default", "lane=blue", "site=sz version=2"
  std::vector<uint32_t> slots;  // ascending
};

struct Compiled {
  std::vector<Pool> pools;  // [0] the default: all but those set apart by lanes and sets
  std::vector<v1::CompiledRule> rules;  // lanes first, then sets, then the settings' rules in order
  std::string problem;                  // not empty: what was left out, for people
};

// One instance as the compiler sees it.
struct Candidate {
  uint32_t slot = 0;
  const InstanceSpec* spec = nullptr;
};

// Rules of the settings against the instances there are: each combination of labels that a rule
// names becomes a pool; "$lane" and its like become one pool per value that instances carry, while
// "$caller.site" is known here and becomes one pool; a rule that no call from `place` matches gets
// none. Instances with a lane are only in pools that name the lane, those of a set other than the
// caller's only in pools that name the set. Without anybody outside of the sets the default pool
// has those of the sets, unless they are strict. Pure; one pass over the instances for each
// different destination: to be called when settings or instances change, not for each table.
Compiled Compile(const v1::RouteSettings& settings, const std::vector<Candidate>& candidates,
                 const v1::Place& place);

}  // namespace bellrock::routing::rules
