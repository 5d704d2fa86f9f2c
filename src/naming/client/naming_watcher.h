// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bellrock/naming/v1/naming.pb.h"
#include "bellrock/service.h"
#include "fiber/environment.h"

namespace bellrock::naming::client {

// The server says something each 10 s (naming.proto); three missed mean that it, or the way to it,
// is gone.
inline constexpr Duration kSignOfLifeTimeout = std::chrono::seconds(30);
inline constexpr Duration kReconnectMin = std::chrono::milliseconds(100);
inline constexpr Duration kReconnectMax = std::chrono::seconds(5);
// A stream is renewed at least this often; it resumes where it was.
inline constexpr Duration kWatchLifetime = std::chrono::hours(1);

// Keeps the instances of one target current: streams changes, resumes after a break, reconnects
// with jittered backoff. While the registry is away the last list stands; a registry that comes
// back with another history does not empty it (WatchState, kAbsenceGrace).
//
// Lives on one loop. The callback runs on that loop, with the whole list, first when the first full
// state came and then after each change; it must not block.
class Watcher {
 public:
  using Callback = std::function<void(const std::vector<v1::Instance>&)>;

  // `target` is a path or "line/service"; of it only what the filter wants. `servers` is borrowed
  // and outlives this.
  Watcher(fiber::Environment environment, ChannelInterface& servers, std::string target,
          Callback on_list, v1::Filter filter = {});
  ~Watcher();
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  void Start();
  // Joins; no callback after it.
  void Stop();

  // A first full state has come.
  bool ready() const;
  // OK while a stream is open, else what broke it or keeps it from opening.
  const Status& state() const;

 private:
  class Core;
  std::unique_ptr<Core> core_;
};

}  // namespace bellrock::naming::client
