// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "fiber/environment.h"
#include "fiber/loop.h"
#include "fiber/process.h"
#include "metrics/series_source.h"

namespace bellrock::metrics::client {

struct ProcessSourceOptions {
  std::string service;                   // "line/service"
  std::string instance;                  // its path
  std::string host;                      // it runs on, as its agent is named
  std::vector<fiber::Loop*> loops = {};  // of the process; they outlive the source
  // Called in a fiber of each loop: calls that are served there now.
  std::function<size_t()> calls_in_flight = {};
  std::function<fiber::ProcessUsage()> usage = fiber::CurrentUsage;
};

// The figures of a process on this runtime (MSEC-027..030): fibers, run queue, delay of its loops,
// memory, processor, threads, descriptors. Each loop is asked by a fiber of its own, whose answer
// is told with the next second: a loop that does not answer holds up nobody, and its delay shows
// how long it has not. Lives on one loop.
class ProcessSource final : public SeriesSource {
 public:
  ProcessSource(fiber::Environment environment, ProcessSourceOptions options);

  // Must be called from a fiber; does not block it.
  void Collect(int64_t second, bool last, v1::PushRequest& push) override;

 private:
  struct LoopProbe;   // shared with the loop that is asked
  struct UsageProbe;  // shared with the fiber that reads

  void TellLoops(int64_t second, v1::PushRequest& push);
  void TellUsage(int64_t second, v1::PushRequest& push);
  void AskLoops();
  void AskUsage();
  void Tell(const char* name, int64_t second, uint64_t value, v1::PushRequest& push);

  fiber::Environment environment_;
  const ProcessSourceOptions options_;
  const std::string callee_;
  const std::string attributes_;
  std::vector<std::shared_ptr<LoopProbe>> loops_;
  std::shared_ptr<UsageProbe> usage_;
};

}  // namespace bellrock::metrics::client
