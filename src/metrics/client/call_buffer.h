// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "metrics/client/set_index.h"
#include "rpc/client/endpoint_source.h"

namespace bellrock::metrics::client {

// One thread's finished calls on their way to the folding fiber: a chain of chunks with one writer
// and one reader, and no lock. Append() is for the owning thread, Drain() for the reader. At its
// bound further calls are lost and counted.
class CallBuffer {
 public:
  struct Entry {
    const NameSet* names;
    uint32_t latency_us;
    uint32_t second;  // unix
  };
  static constexpr uint32_t kChunkCalls = 4096;
  static constexpr uint32_t kChunksMax = 512;  // 2 million calls, 32 MiB

  CallBuffer();
  ~CallBuffer();
  CallBuffer(const CallBuffer&) = delete;
  CallBuffer& operator=(const CallBuffer&) = delete;

  void Append(const rpc::CallRecord& record, uint32_t latency_us, uint32_t second) {
    if (size_ == kChunkCalls && !NextChunk()) [[unlikely]]
      return Lose();
    tail_->entries[size_] = {&index_->Find(record), latency_us, second};
    tail_->size.store(++size_, std::memory_order_release);
    if (index_->full()) [[unlikely]]
      RetireIndex();
  }

  // Hands over every call appended so far, once. The names are valid during `each` only.
  template <typename Each>
  void Drain(Each each) {
    for (;;) {
      const uint32_t size = head_->size.load(std::memory_order_acquire);
      for (; read_ < size; ++read_) each(head_->entries[read_]);
      if (size < kChunkCalls || !FreeHead()) return;
    }
  }
  // Calls lost since the last time; reader's side.
  uint64_t TakeLost();

  // A thread's claim on the buffer; the next thread may take over what an ended one left.
  bool TryOwn();
  void Disown() { owned_.store(false, std::memory_order_release); }

 private:
  friend class BufferList;
  struct Chunk {
    std::array<Entry, kChunkCalls> entries;
    std::atomic<uint32_t> size{0};
    std::atomic<Chunk*> next{nullptr};
    // Names that entries of this chunk and earlier ones refer to, and no later one.
    std::vector<std::unique_ptr<SetIndex>> retired;
  };

  bool NextChunk();
  bool FreeHead();
  void RetireIndex();
  void Lose() { lost_.store(lost_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed); }

  // Writer's.
  Chunk* tail_;
  uint32_t size_ = 0;
  uint32_t chunks_made_ = 1;
  std::unique_ptr<SetIndex> index_;
  std::atomic<uint64_t> lost_{0};
  // Reader's.
  alignas(64) std::unique_ptr<Chunk> head_;
  uint32_t read_ = 0;
  std::atomic<uint32_t> chunks_freed_{0};
  uint64_t lost_taken_ = 0;
  // Both, rarely.
  std::atomic<bool> owned_{true};
  CallBuffer* next_buffer_ = nullptr;
};

// Every thread's buffer of one recorder. Buffers are added without a lock, handed from ended
// threads to new ones, and freed with the list, which the recorder and the threads that use it
// share.
class BufferList {
 public:
  BufferList() = default;
  ~BufferList();
  BufferList(const BufferList&) = delete;
  BufferList& operator=(const BufferList&) = delete;

  // A buffer for the calling thread, to be given back with Disown().
  CallBuffer& Own();

  template <typename Each>
  void ForEach(Each each) {
    for (CallBuffer* buffer = head_.load(std::memory_order_acquire); buffer != nullptr;
         buffer = buffer->next_buffer_) {
      each(*buffer);
    }
  }
  // The recorder is gone; threads drop their share when they next look.
  void Close() { closed_.store(true, std::memory_order_release); }
  bool closed() const { return closed_.load(std::memory_order_acquire); }

 private:
  std::atomic<CallBuffer*> head_{nullptr};
  std::atomic<bool> closed_{false};
};

}  // namespace bellrock::metrics::client
