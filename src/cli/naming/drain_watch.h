// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "bellrock/routing/v1/routing.pb.h"

namespace bellrock::cli {

// How far an instance is drained, by what all callers' hosts report. Pure.
class DrainWatch {
 public:
  struct State {
    int hosts = 0;                     // that list the instance among those they may call
    int behind = 0;                    // of them, those of which it is not sure that they stopped
    int64_t in_flight = 0;             // calls that have yet to end
    std::vector<std::string> holding;  // hosts where such calls are
    std::vector<std::string> unable;   // hosts with programs that cannot tell
    std::vector<std::string> unheard;  // servers that did not answer
    bool drained = false;

    friend bool operator==(const State&, const State&) = default;
  };

  explicit DrainWatch(std::string path) : path_(std::move(path)) {}

  // The latest reports. A host is believed from its second report on that keeps calls from the
  // instance: programs read a table a moment after it was decided.
  State Take(const routing::v1::ShowReply& shown);

 private:
  void TakeHost(const routing::v1::ServiceTable& table, const routing::v1::InstanceRoute& route,
                State& state);

  const std::string path_;
  std::map<std::string, int64_t> withheld_;  // by host: time of the first report that says so
};

// "2 hosts call it, 1 has yet to stop, 17 calls in flight".
std::string DrainText(const DrainWatch::State& state);

}  // namespace bellrock::cli
