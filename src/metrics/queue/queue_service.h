// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "bellrock/metrics/v1/queue.bellrock.h"
#include "metrics/queue/queue.h"

namespace bellrock::metrics::queue {

// bellrock.metrics.v1.Queue over any engine, for processes that use it by RemoteQueue. All handlers
// run on the engine's loop (rpc::Server::Add(service, &home)). A read that would wait beside
// kQueueWaitingReadersMax others is refused.
class QueueService final : public v1::QueueService {
 public:
  // Borrowed.
  explicit QueueService(Queue& queue) : queue_(queue) {}

  Result<v1::QueueAppendReply> Append(ServerContext& context,
                                      const v1::QueueAppendRequest& request) override;
  Result<v1::QueueReadReply> Read(ServerContext& context,
                                  const v1::QueueReadRequest& request) override;
  Result<v1::QueueOffsetsReply> Offsets(ServerContext& context,
                                        const v1::QueueOffsetsRequest& request) override;
  Result<v1::QueueTrimReply> Trim(ServerContext& context,
                                  const v1::QueueTrimRequest& request) override;

  int waiting() const { return waiting_; }

 private:
  Queue& queue_;
  int waiting_ = 0;  // reads under way that may wait
};

}  // namespace bellrock::metrics::queue
