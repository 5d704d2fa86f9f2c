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
  Drain([](const NameSet&, uint32_t, uint32_t) {});  // names that are the reader's go with it
}

void CallBuffer::Append(const rpc::CallRecord& record, uint32_t latency_us, uint32_t second) {
  const NameSet* names = NamesOf(record);
  if (names == nullptr) return Lose();
  Count(names->index, latency_us, second);
  if (index_->full()) [[unlikely]]
    RetireIndex();
}

rpc::CallKind CallBuffer::KindOf(const rpc::CallRecord& record) {
  const NameSet* names = NamesOf(record);
  return names == nullptr ? rpc::CallKind() : rpc::CallKind{index_->generation(), names->index};
}

const NameSet* CallBuffer::NamesOf(const rpc::CallRecord& record) {
  const NameSet* names = index_->Find(record);
  if (names != nullptr) [[likely]]
    return names;
  if (!RoomForMark()) return nullptr;
  names = &index_->Add(record);
  WriteMark(kNamesMark, names);
  return names;
}

bool CallBuffer::MarkSecond(uint32_t second) {
  if (!RoomForMark()) return false;
  tail_->entries[size_] = {kSecondMark, second};
  tail_->size.store(++size_, std::memory_order_release);
  second_ = second;
  return true;
}

bool CallBuffer::RoomForMark() {
  if (size_ + 2 <= kChunkEntries) return true;
  if (size_ < kChunkEntries) {
    tail_->entries[size_] = {kNothing, 0};
    tail_->size.store(++size_, std::memory_order_release);
  }
  return NextChunk();
}

void CallBuffer::WriteMark(uint32_t mark, const void* pointer) {
  tail_->entries[size_] = {mark, 0};
  std::memcpy(&tail_->entries[size_ + 1], &pointer, sizeof pointer);
  size_ += 2;
  tail_->size.store(size_, std::memory_order_release);
}

void CallBuffer::ReadMark(Entry mark) {
  if (mark.what == kSecondMark) read_second_ = mark.latency_us;
  if (mark.what != kNamesMark && mark.what != kRetiredMark) return;
  void* pointer = nullptr;
  std::memcpy(&pointer, &head_->entries[read_++], sizeof pointer);
  if (mark.what == kNamesMark) {
    names_.push_back(static_cast<const NameSet*>(pointer));
  } else {
    names_.clear();
    const std::unique_ptr<SetIndex> retired(static_cast<SetIndex*>(pointer));
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

// Without room it stays a little longer.
void CallBuffer::RetireIndex() {
  if (!RoomForMark()) return;
  WriteMark(kRetiredMark, std::exchange(index_, std::make_unique<SetIndex>()).release());
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
