// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/maintenance.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>
#include <memory>

namespace bellrock::naming {
namespace {

Status CheckTimes(const WindowTimes& times, int64_t now_ms) {
  const auto check = [&](const char* field, int64_t value) -> Status {
    if (value >= 0 && value <= now_ms + kWindowAheadMsMax) return Status::Ok();
    return InvalidArgumentError(
        fmt::format("{} {}: use Unix milliseconds of at most 366 days ahead, or 0", field, value));
  };
  BELLROCK_TRY(check("from_unix_ms", times.from_unix_ms));
  BELLROCK_TRY(check("until_unix_ms", times.until_unix_ms));
  if (times.until_unix_ms == 0) return Status::Ok();
  if (times.until_unix_ms <= now_ms) {
    return InvalidArgumentError(
        fmt::format("until_unix_ms {}: it is {} by this server's clock: use a later time",
                    times.until_unix_ms, now_ms));
  }
  if (times.until_unix_ms > times.from_unix_ms) return Status::Ok();
  return InvalidArgumentError(fmt::format("until_unix_ms {}: the window begins at {}: end it later",
                                          times.until_unix_ms, times.from_unix_ms));
}

OperatorStatePtr Shared(OperatorState state) {
  return std::make_shared<const OperatorState>(std::move(state));
}

// What is said besides the window.
OperatorState Bare(const OperatorState& state) {
  return {state.disabled, state.isolated, state.weight, state.reason, {}};
}

// What holds outside of the window, if there is one.
OperatorState Around(const OperatorStatePtr& known) {
  if (known == nullptr) return {};
  return Bare(known->window && known->window->begun ? *known->window->next : *known);
}

OperatorState Begin(MaintenanceWindow window, OperatorState wanted, OperatorState around) {
  if (window.until_unix_ms == 0) return wanted;
  window.begun = true;
  window.next = Shared(std::move(around));
  wanted.window = std::move(window);
  return wanted;
}

}  // namespace

Result<OperatorState> PlanWindow(const OperatorStatePtr& known, OperatorState wanted,
                                 const WindowTimes& times, int64_t now_ms) {
  BELLROCK_TRY(CheckTimes(times, now_ms));
  if (!wanted.says_something()) {
    return InvalidArgumentError(
        "operator_state says nothing for the window: give disabled, isolated or weight, or leave "
        "out from_unix_ms and until_unix_ms to take back what was said");
  }
  OperatorState around = Around(known);
  MaintenanceWindow window{times.from_unix_ms, times.until_unix_ms, false, nullptr};
  if (times.from_unix_ms <= now_ms) {
    window.from_unix_ms = now_ms;
    return Begin(std::move(window), std::move(wanted), std::move(around));
  }
  window.next = Shared(std::move(wanted));
  around.window = std::move(window);
  return around;
}

std::optional<int64_t> NextBoundary(const OperatorState& state) {
  if (!state.window) return std::nullopt;
  return state.window->begun ? state.window->until_unix_ms : state.window->from_unix_ms;
}

OperatorState TurnOver(const OperatorState& state, int64_t now_ms) {
  const MaintenanceWindow& window = *state.window;
  const bool over = window.until_unix_ms != 0 && window.until_unix_ms <= now_ms;
  if (!window.begun && !over) {
    return Begin({window.from_unix_ms, window.until_unix_ms, true, nullptr}, *window.next,
                 Bare(state));
  }
  OperatorState after = Bare(window.begun ? *window.next : state);
  if (after.says_something()) return after;
  const std::string& reason = window.begun ? state.reason : window.next->reason;
  after.reason = window.begun ? "maintenance window over" : "maintenance window missed";
  if (!reason.empty()) after.reason += ": " + reason;
  return after;
}

std::string WindowText(const MaintenanceWindow& window) {
  const auto text = [](int64_t unix_ms) {
    return fmt::format("{:%Y-%m-%d %H:%M:%S}",
                       fmt::gmtime(static_cast<std::time_t>(unix_ms / 1000)));
  };
  const std::string from = text(window.from_unix_ms);
  if (window.until_unix_ms == 0) return "from " + from + " UTC";
  return from + " to " + text(window.until_unix_ms) + " UTC";
}

void MaintenanceCalendar::Put(std::string_view instance_path, int64_t boundary_unix_ms) {
  const auto known = boundaries_.find(instance_path);
  if (known != boundaries_.end() && known->second == boundary_unix_ms) return;
  Remove(instance_path);
  boundaries_.emplace(instance_path, boundary_unix_ms);
  due_.emplace(boundary_unix_ms, instance_path);
}

void MaintenanceCalendar::Remove(std::string_view instance_path) {
  const auto known = boundaries_.find(instance_path);
  if (known == boundaries_.end()) return;
  due_.erase({known->second, known->first});
  boundaries_.erase(known);
}

void MaintenanceCalendar::Clear() {
  boundaries_.clear();
  due_.clear();
}

std::optional<std::string> MaintenanceCalendar::TakeDue(int64_t now_ms) {
  if (due_.empty() || due_.begin()->first > now_ms) return std::nullopt;
  std::string path = due_.begin()->second;
  Remove(path);
  return path;
}

}  // namespace bellrock::naming
