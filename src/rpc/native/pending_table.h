// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <string>
#include <vector>

#include "fiber/sync.h"
#include "rpc/client/client_transport.h"

namespace bellrock::rpc {

// An item of a stream as it came.
struct StreamItem {
  std::string bytes;
  uint32_t compression = 0;  // the wire's number
};

// A call or stream that waits for frames, on the stack of its fiber or in its stream.
struct PendingCall {
  // Of a unary call, where the reply is parsed to; of a stream, its end.
  IncomingReply* reply = nullptr;
  bool stream = false;
  bool done = false;
  Status status;
  fiber::WaitQueue waiters;
  // Items of a stream, not yet read; bounded by the credit given. A list, because every unary call
  // makes one and an empty deque allocates.
  std::list<StreamItem> items;
  size_t item_bytes = 0;
  // Bytes of requests that a stream may still send, and who waits for more.
  int64_t credit = 0;
  fiber::WaitQueue credit_waiters;

  uint64_t sequence = 0;  // of its call frame among those of the connection

  void Complete(Status why, bool from_callee);
};

// Correlation: call ids are slot + version * 2^32, so that finding a call is an index and a late
// reply to a slot used anew is told by its version.
class PendingTable {
 public:
  uint64_t Add(PendingCall& call);
  PendingCall* Find(uint64_t id) const;
  void Remove(uint64_t id);
  size_t size() const { return size_; }
  // Completes and forgets all.
  void FailAll(const Status& why);
  // Forgets those for which `fail` returns true; it has completed them.
  void FailIf(const std::function<bool(PendingCall&)>& fail);

 private:
  struct Slot {
    PendingCall* call = nullptr;
    uint32_t version = 0;
    uint32_t next_free = 0;
  };
  static constexpr uint32_t kNoSlot = UINT32_MAX;

  std::vector<Slot> slots_;
  uint32_t free_ = kNoSlot;
  size_t size_ = 0;
};

}  // namespace bellrock::rpc
