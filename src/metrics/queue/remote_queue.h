// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "bellrock/metrics/v1/queue.bellrock.h"
#include "bellrock/service.h"
#include "fiber/environment.h"
#include "metrics/queue/queue.h"

namespace bellrock::metrics::queue {

// A queue that another process serves (QueueService). Appends are sent once: who gets kUnavailable,
// as when no answer comes in time, does not know whether they were taken, and tries again itself.
// Used on the loops that the channel may be used on.
class RemoteQueue final : public Queue {
 public:
  // Both borrowed.
  RemoteQueue(fiber::Clock& clock, ChannelInterface& channel) : clock_(clock), stub_(channel) {}

  Result<uint64_t> Append(const std::string& topic, uint32_t partition,
                          std::vector<std::string> values) override;
  Result<std::vector<Record>> Read(const std::string& topic, uint32_t partition, uint64_t from,
                                   const ReadBounds& bounds) override;
  Result<Offsets> OffsetsOf(const std::string& topic, uint32_t partition) override;
  Status Trim(const std::string& topic, uint32_t partition, uint64_t offset) override;

 private:
  fiber::Clock& clock_;
  v1::QueueStub stub_;
};

}  // namespace bellrock::metrics::queue
