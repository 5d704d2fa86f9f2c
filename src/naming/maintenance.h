// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "bellrock/status.h"
#include "naming/instance.h"

// Maintenance windows: what an operator says of an instance for a time. The word that is replicated
// says what holds now and what it turns into at the next boundary, so that nobody but the leader of
// the instance's site needs a clock for it. Pure.
namespace bellrock::naming {

// When an operator's word holds, in Unix milliseconds; 0: from now on, and for ever.
struct WindowTimes {
  int64_t from_unix_ms = 0;
  int64_t until_unix_ms = 0;

  bool any() const { return from_unix_ms != 0 || until_unix_ms != 0; }
};

// The whole word for what is `wanted` at those times, as of `now_ms`. After the window holds what
// held before it; in place of a window that is known already, what holds around that.
// kInvalidArgument names field, value and remedy.
inline constexpr int64_t kWindowAheadMsMax = int64_t{366} * 24 * 3'600 * 1'000;
Result<OperatorState> PlanWindow(const OperatorStatePtr& known, OperatorState wanted,
                                 const WindowTimes& times, int64_t now_ms);

// When the word turns over; nullopt: never.
std::optional<int64_t> NextBoundary(const OperatorState& state);
// What it turns into at its boundary, which `now_ms` has reached. If that says nothing, its reason
// says why.
OperatorState TurnOver(const OperatorState& state, int64_t now_ms);

// "2026-11-22 14:00:00 to 16:30:00 UTC", for people.
std::string WindowText(const MaintenanceWindow& window);

// Which operators' words turn over when. Kept by a node while it leads.
class MaintenanceCalendar {
 public:
  void Put(std::string_view instance_path, int64_t boundary_unix_ms);
  void Remove(std::string_view instance_path);
  void Clear();
  // One whose boundary is reached, the earliest first; it is out of the calendar then.
  std::optional<std::string> TakeDue(int64_t now_ms);
  size_t size() const { return boundaries_.size(); }

 private:
  std::map<std::string, int64_t, std::less<>> boundaries_;
  std::set<std::pair<int64_t, std::string>> due_;
};

}  // namespace bellrock::naming
