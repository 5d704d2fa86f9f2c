// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/client/call_buffer.h"

#include <utility>

namespace bellrock::metrics::client {

CallBuffer::CallBuffer()
    : index_(std::make_unique<SetIndex>()), head_(std::make_unique_for_overwrite<Chunk>()) {
  tail_ = head_.get();
}

CallBuffer::~CallBuffer() {
  while (FreeHead()) {
  }
}

bool CallBuffer::NextChunk() {
  if (chunks_made_ - chunks_freed_.load(std::memory_order_relaxed) >= kChunksMax) return false;
  Chunk* chunk = std::make_unique_for_overwrite<Chunk>().release();  // owned by the one before it
  tail_->next.store(chunk, std::memory_order_release);
  tail_ = chunk;
  size_ = 0;
  ++chunks_made_;
  return true;
}

bool CallBuffer::FreeHead() {
  Chunk* next = head_->next.load(std::memory_order_acquire);
  if (next == nullptr) return false;
  head_.reset(next);
  read_ = 0;
  chunks_freed_.fetch_add(1, std::memory_order_relaxed);
  return true;
}

void CallBuffer::RetireIndex() {
  // The reader looks at `retired` only when it frees the chunk, which the store of `next` comes
  // before.
  tail_->retired.push_back(std::exchange(index_, std::make_unique<SetIndex>()));
}

uint64_t CallBuffer::TakeLost() {
  const uint64_t lost = lost_.load(std::memory_order_relaxed);
  return lost - std::exchange(lost_taken_, lost);
}

bool CallBuffer::TryOwn() {
  bool owned = false;
  return owned_.compare_exchange_strong(owned, true, std::memory_order_acquire);
}

BufferList::~BufferList() {
  std::unique_ptr<CallBuffer> buffer(head_.load(std::memory_order_acquire));
  while (buffer != nullptr) buffer.reset(buffer->next_buffer_);
}

CallBuffer& BufferList::Own() {
  for (CallBuffer* buffer = head_.load(std::memory_order_acquire); buffer != nullptr;
       buffer = buffer->next_buffer_) {
    if (buffer->TryOwn()) return *buffer;
  }
  CallBuffer* fresh = std::make_unique<CallBuffer>().release();  // owned by the list
  fresh->next_buffer_ = head_.load(std::memory_order_relaxed);
  while (!head_.compare_exchange_weak(fresh->next_buffer_, fresh, std::memory_order_release,
                                      std::memory_order_relaxed)) {
  }
  return *fresh;
}

}  // namespace bellrock::metrics::client
