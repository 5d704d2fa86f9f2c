// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>

#include "bellrock/metrics/v1/metrics.bellrock.h"
#include "bellrock/time.h"
#include "fiber/fiber.h"
#include "fiber/sync.h"
#include "metrics/bounds.h"
#include "metrics/card_sink.h"

namespace bellrock::metrics::agent {

struct ForwarderBounds {
  size_t pushes_max = kForwardedPushesMax;
  size_t bytes_max = kForwardedBytesMax;
};

// The host's side of bellrock.metrics.v1.Metrics: takes the pushes of the host's processes into a
// bounded queue, acknowledges them, says the host's site, and passes them on, so that source, epoch
// and sequence still tell the server what it already has. When the queue is full a push is refused
// with kResourceExhausted and stays with its source. What is queued here when the agent is killed
// is gone; calls_expected - calls_counted shows it. Lives on one home loop.
class Forwarder final : public v1::MetricsService {
 public:
  // The sink is borrowed.
  explicit Forwarder(CardSink& sink, std::string site = "", ForwarderBounds bounds = {});

  // From a fiber of the home loop.
  void Start();
  // From a fiber of the home loop: sends what is queued until `deadline`; the sink's error if
  // something is left.
  Status Stop(Time deadline);

  Result<v1::PushReply> Push(ServerContext& context, const v1::PushRequest& request) override;
  Result<v1::SeriesReply> Series(ServerContext& context, const v1::SeriesRequest& request) override;
  Result<v1::TableReply> Table(ServerContext& context, const v1::TableRequest& request) override;
  Result<v1::StatsReply> Stats(ServerContext& context, const v1::StatsRequest& request) override;

  size_t queued() const { return queue_.size(); }
  uint64_t refused_for_good() const { return refused_for_good_; }

 private:
  void Run();
  // Until the queue is empty or the sink fails.
  Status SendAll();

  CardSink& sink_;
  const std::string site_;
  ForwarderBounds bounds_;
  std::deque<v1::PushRequest> queue_;
  size_t bytes_ = 0;
  v1::PushReply last_reply_;  // of the server; processes get it a push later
  uint64_t refused_for_good_ = 0;
  fiber::Event queued_;
  fiber::JoinHandle fiber_;
};

}  // namespace bellrock::metrics::agent
