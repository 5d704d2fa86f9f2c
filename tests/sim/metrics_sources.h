// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bellrock/metrics/v1/metrics.pb.h"
#include "fiber/environment.h"
#include "fiber/fiber.h"
#include "metrics/server/collector.h"
#include "metrics_backend.h"
#include "metrics_sent.h"

namespace bellrock::metrics {

// Collectors that die now and then, each time another one under the same address.
class SimCollectors {
 public:
  SimCollectors(fiber::Environment environment, MetricsBackend& backend, testing::SimRandom& dice,
                size_t count, uint32_t partitions);
  ~SimCollectors();

  size_t size() const { return places_.size(); }
  // From outside, over the network.
  Status Take(size_t at, SimProcess& source, const v1::PushRequest& push);
  void Kill(size_t at);
  void Start(size_t at);

 private:
  struct Life {
    SimProcess process;
    ReachedQueue queue;
    server::Collector collector;
    Life(fiber::Environment environment, MetricsBackend& backend, testing::SimRandom& dice,
         server::CollectorOptions options)
        : process(dice),
          queue(process, backend),
          collector(environment, queue, std::move(options)) {}
  };

  fiber::Environment environment_;
  MetricsBackend& backend_;
  testing::SimRandom& dice_;
  const uint32_t partitions_;
  std::vector<SimPlace> places_;
  std::vector<Life*> now_;                    // by place
  std::vector<std::unique_ptr<Life>> lives_;  // fibers may still wait in one that ended
};

// Sources that tell of each second once it is over, and bring each push to some collector until it
// is acknowledged: now and then late, overtaken by others, or once more when it has been long
// there. What is unacknowledged of a source, or comes again, is within kSequencesRemembered.
class SimSources {
 public:
  struct Options {
    size_t sources = 0;
    std::vector<std::string> services;  // each source calls all
    uint32_t partitions = 0;
  };
  SimSources(fiber::Environment environment, SimCollectors& collectors, SentCalls& sent,
             testing::SimRandom& dice, Options options);

  void Start();
  void Stop();  // no more calls; what there is goes on being delivered
  bool delivered() const { return open_ == 0; }
  uint64_t repeated() const { return repeated_; }

 private:
  struct Source {
    std::string name;
    uint64_t sequence = 0;
    fiber::JoinHandle fiber;
  };
  void Run(Source& source);
  v1::PushRequest PushOf(Source& source, int64_t second, uint64_t& of_earlier);
  void AddCard(const std::string& callee, int64_t second, v1::PushRequest& push);
  void Deliver(v1::PushRequest push);
  void Bring(const v1::PushRequest& push);
  Status Sleep(uint64_t ms_max);
  bool OneIn(uint64_t n) { return dice_.Between(1, n) == 1; }

  fiber::Environment environment_;
  SimCollectors& collectors_;
  SentCalls& sent_;
  testing::SimRandom& dice_;
  const Options options_;
  SimProcess process_;  // of all: sources do not die here
  std::vector<std::unique_ptr<Source>> sources_;
  uint64_t open_ = 0;  // pushes, repetitions among them
  uint64_t repeated_ = 0;
  bool stopped_ = false;
};

}  // namespace bellrock::metrics
