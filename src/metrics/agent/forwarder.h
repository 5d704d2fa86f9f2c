// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "bellrock/metrics/v1/metrics.bellrock.h"
#include "bellrock/time.h"
#include "fiber/environment.h"
#include "fiber/fiber.h"
#include "fiber/sync.h"
#include "metrics/bounds.h"
#include "metrics/card_sink.h"
#include "metrics/queue/queue.h"
#include "metrics/session_book.h"

namespace bellrock::metrics::agent {

inline constexpr char kSpoolTopic[] = "spool";

struct ForwarderOptions {
  std::string site = "";  // of this host
  size_t spool_bytes_max = kSpoolBytesMax;
};

// The host's side of bellrock.metrics.v1.Metrics: passes the pushes of the host's processes on to a
// server, saying the host's site, and acknowledges what the server acknowledged. While the server
// is away pushes go to the spool, a queue on the host's disk, and are acknowledged when they are
// durable there; they leave it in their order once the server is back, so that a source's sequence
// stays in order. So nothing that was acknowledged is lost when the agent is killed. When the spool
// is full a push is refused with kResourceExhausted and stays with its source. Lives on one home
// loop.
class Forwarder final : public v1::MetricsService, public CardSink {
 public:
  // The sink and the spool, partition 0 of kSpoolTopic, are borrowed.
  Forwarder(fiber::Environment environment, CardSink& sink, queue::Queue& spool,
            ForwarderOptions options = {});

  // From a fiber of the home loop: takes up what an earlier run left in the spool.
  Status Start();
  // From a fiber of the home loop: sends what is spooled until `deadline`; the sink's error if
  // something is left for the next run.
  Status Stop(Time deadline);

  Result<v1::PushReply> Push(ServerContext& context, const v1::PushRequest& request) override;
  Result<v1::PushReply> PushTable(ServerContext& context, const v1::PushRequest& request) override;
  // The same for sources within the agent.
  Result<v1::PushReply> Send(const v1::PushRequest& request) override;
  Result<v1::SeriesReply> Series(ServerContext& context, const v1::SeriesRequest& request) override;
  Result<v1::TableReply> Table(ServerContext& context, const v1::TableRequest& request) override;
  Result<v1::StatsReply> Stats(ServerContext& context, const v1::StatsRequest& request) override;

  uint64_t spooled() const { return end_ - next_; }
  uint64_t spooled_bytes() const { return bytes_; }
  uint64_t refused_for_good() const { return refused_for_good_; }

 private:
  Result<v1::PushReply> Spool(const v1::PushRequest& request, const Status& why);
  void Run();
  // Until the spool is empty or the sink fails.
  Status SendAll();
  Status SendOne(const queue::Record& record);
  Status CountLeft();
  // What processes are told with their next push.
  void Remember(const v1::PushReply& reply);

  fiber::Environment environment_;
  CardSink& sink_;
  queue::Queue& spool_;
  const ForwarderOptions options_;
  uint64_t next_ = 0;  // offset in the spool that is sent next
  uint64_t end_ = 0;
  size_t bytes_ = 0;
  uint64_t refused_for_good_ = 0;
  SessionBook sessions_;      // of the host's processes
  v1::PushReply last_reply_;  // of the server; processes get it with their next push
  fiber::Event work_;
  fiber::JoinHandle fiber_;
};

}  // namespace bellrock::metrics::agent
