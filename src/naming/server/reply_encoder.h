// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bellrock/naming/v1/naming.pb.h"
#include "bellrock/shared_message.h"
#include "naming/event_ring.h"

namespace bellrock::naming::server {

using SharedReply = std::shared_ptr<const SharedMessage>;  // of v1::WatchReply

// Makes the wire form of what watchers are told (VIN-057): each event is encoded once, whatever
// batches it comes to lie in, and a batch is put together once for all watchers that get the same
// one. Both are remembered in a fixed number of places, the latest wins. On the home loop.
class ReplyEncoder {
 public:
  static constexpr size_t kEventsKept = 4096;
  static constexpr size_t kBatchesKept = 64;
  static constexpr size_t kBatchEventsKeptMax = 1024;  // a larger batch is not remembered

  explicit ReplyEncoder(uint64_t epoch) : epoch_(epoch) {}

  // At least one notice; the reply's revision is the last one's.
  SharedReply Batch(const std::vector<Notice>& notices);

  uint64_t events_encoded() const { return events_encoded_; }
  uint64_t batches_made() const { return batches_made_; }

 private:
  struct KnownEvent {
    Notice notice;
    std::string field;  // as it lies in a reply
  };
  struct KnownBatch {
    std::vector<Notice> notices;
    SharedReply reply;
  };
  const std::string& FieldOf(const Notice& notice);
  SharedReply Make(const std::vector<Notice>& notices);

  const uint64_t epoch_;
  std::array<KnownEvent, kEventsKept> events_;
  std::array<KnownBatch, kBatchesKept> batches_;
  v1::Event scratch_;
  uint64_t events_encoded_ = 0;
  uint64_t batches_made_ = 0;
};

// Appends the event as the field `events` of a reply, so that replies are put together from
// events encoded one by one.
void AppendEventField(const v1::Event& event, std::string& reply);

}  // namespace bellrock::naming::server
