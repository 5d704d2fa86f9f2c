// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/native/pending_table.h"

#include <utility>

namespace bellrock::rpc {

void PendingCall::Complete(Status why, bool from_callee) {
  status = std::move(why);
  reply->replied = from_callee;
  done = true;
  waiters.WakeAll();
  credit_waiters.WakeAll();
}

uint64_t PendingTable::Add(PendingCall& call) {
  uint32_t index = free_;
  if (index == kNoSlot) {
    index = static_cast<uint32_t>(slots_.size());
    slots_.emplace_back();
  } else {
    free_ = slots_[index].next_free;
  }
  Slot& slot = slots_[index];
  slot.call = &call;
  ++slot.version;
  ++size_;
  return uint64_t{slot.version} << 32 | index;
}

PendingCall* PendingTable::Find(uint64_t id) const {
  const auto index = static_cast<uint32_t>(id);
  if (index >= slots_.size() || slots_[index].version != id >> 32) return nullptr;
  return slots_[index].call;
}

void PendingTable::Remove(uint64_t id) {
  if (Find(id) == nullptr) return;
  Slot& slot = slots_[static_cast<uint32_t>(id)];
  slot.call = nullptr;
  slot.next_free = free_;
  free_ = static_cast<uint32_t>(id);
  --size_;
}

void PendingTable::FailAll(const Status& why) {
  FailIf([&](PendingCall& call) {
    call.Complete(why, false);
    return true;
  });
}

void PendingTable::FailIf(const std::function<bool(PendingCall&)>& fail) {
  for (uint32_t index = 0; index < slots_.size(); ++index) {
    PendingCall* call = slots_[index].call;
    if (call == nullptr || !fail(*call)) continue;
    Remove(uint64_t{slots_[index].version} << 32 | index);
  }
}

}  // namespace bellrock::rpc
