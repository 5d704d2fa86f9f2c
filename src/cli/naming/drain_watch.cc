// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/naming/drain_watch.h"

#include <fmt/format.h>

namespace bellrock::cli {

namespace v1 = routing::v1;

DrainWatch::State DrainWatch::Take(const v1::ShowReply& shown) {
  State state;
  state.unheard = {shown.unheard_servers().begin(), shown.unheard_servers().end()};
  for (const v1::ServiceTable& table : shown.tables()) {
    for (const v1::InstanceRoute& route : table.instances()) {
      if (route.path() == path_) TakeHost(table, route, state);
    }
  }
  state.drained =
      state.behind == 0 && state.in_flight == 0 && state.unable.empty() && state.unheard.empty();
  return state;
}

void DrainWatch::TakeHost(const v1::ServiceTable& table, const v1::InstanceRoute& route,
                          State& state) {
  ++state.hosts;
  if (!route.withheld()) {
    withheld_.erase(table.host());
    ++state.behind;
    return;
  }
  const int64_t since = withheld_.emplace(table.host(), table.updated_unix_ms()).first->second;
  if (table.updated_unix_ms() <= since) ++state.behind;
  if (route.in_flight() < 0) {
    state.unable.push_back(table.host());
  } else if (route.in_flight() > 0) {
    state.in_flight += route.in_flight();
    state.holding.push_back(table.host());
  }
}

std::string DrainText(const DrainWatch::State& state) {
  std::string text = state.hosts == 0   ? std::string("nobody calls it")
                     : state.hosts == 1 ? std::string("1 host may call it")
                                        : fmt::format("{} hosts may call it", state.hosts);
  if (state.behind > 0) text += fmt::format(", {} yet to stop", state.behind);
  text += fmt::format(", {} call{} in flight", state.in_flight, state.in_flight == 1 ? "" : "s");
  if (!state.holding.empty()) text += fmt::format(" ({})", fmt::join(state.holding, ", "));
  if (!state.unable.empty()) {
    text += fmt::format("; {}: a program of an earlier release does not tell its calls",
                        fmt::join(state.unable, ", "));
  }
  if (!state.unheard.empty()) {
    text += fmt::format("; servers that do not answer: {}", fmt::join(state.unheard, ", "));
  }
  return text;
}

}  // namespace bellrock::cli
