// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <vector>

#include "metrics/client/set_index.h"
#include "rpc/client/endpoint_source.h"

namespace bellrock::metrics::client {

// One thread's finished calls on their way to the folding fiber: a chain of chunks with one writer
// and one reader, and no lock. A call is eight bytes, the number of its names and its latency; new
// names and new seconds come before the first call that needs them. Append() and KindOf() are for
// the owning thread, Drain() for the reader. At its bound further calls are lost and counted.
class CallBuffer {
 public:
  static constexpr uint32_t kChunkEntries = 4096;
  static constexpr uint32_t kChunksMax = 512;  // 2 million calls, 16 MiB

  CallBuffer();
  ~CallBuffer();
  CallBuffer(const CallBuffer&) = delete;
  CallBuffer& operator=(const CallBuffer&) = delete;

  void Append(const rpc::CallRecord& record, uint32_t latency_us, uint32_t second);
  // The same for who kept the kind of his calls. False if it is not of these names any more: then
  // nothing is counted, and the call is to be told in full.
  bool Append(rpc::CallKind kind, uint32_t latency_us, uint32_t second) {
    if (kind.generation != index_->generation()) [[unlikely]]
      return false;
    Count(kind.index, latency_us, second);
    return true;
  }
  // None at the bound.
  rpc::CallKind KindOf(const rpc::CallRecord& record);

  // Hands over every call appended so far, once, as each(names, latency_us, second). The names are
  // valid during `each` only.
  template <typename Each>
  void Drain(Each each) {
    for (;;) {
      const uint32_t size = head_->size.load(std::memory_order_acquire);
      while (read_ < size) {
        const Entry entry = head_->entries[read_++];
        if (entry.what >= kMarks) [[unlikely]] {
          ReadMark(entry);
        } else {
          each(*names_[entry.what], entry.latency_us, read_second_);
        }
      }
      if (size < kChunkEntries || !FreeHead()) return;
    }
  }
  // Calls lost since the last time; reader's side.
  uint64_t TakeLost();

  // A thread's claim on the buffer; the next thread may take over what an ended one left.
  bool TryOwn();
  void Disown() { owned_.store(false, std::memory_order_release); }

 private:
  friend class BufferList;
  struct Entry {
    uint32_t what;  // number of the names, or a mark
    uint32_t latency_us;
  };
  // Marks, in place of a number of names. The pointer of one is the entry behind it.
  static constexpr uint32_t kMarks = std::numeric_limits<uint32_t>::max() - 3;
  static constexpr uint32_t kSecondMark = kMarks;       // of the calls that follow: latency_us
  static constexpr uint32_t kNamesMark = kMarks + 1;    // NameSet*, with the next number
  static constexpr uint32_t kRetiredMark = kMarks + 2;  // SetIndex*, now the reader's: from 0 again
  static constexpr uint32_t kNothing = kMarks + 3;
  static_assert(sizeof(Entry) == sizeof(void*));

  struct Chunk {
    std::array<Entry, kChunkEntries> entries;
    std::atomic<uint32_t> size{0};
    std::atomic<Chunk*> next{nullptr};
  };

  void Count(uint32_t names, uint32_t latency_us, uint32_t second) {
    if (second != second_ && !MarkSecond(second)) [[unlikely]]
      return Lose();
    if (size_ == kChunkEntries && !NextChunk()) [[unlikely]]
      return Lose();
    tail_->entries[size_] = {names, latency_us};
    tail_->size.store(++size_, std::memory_order_release);
  }
  const NameSet* NamesOf(const rpc::CallRecord& record);
  bool MarkSecond(uint32_t second);
  // Room for a mark and its pointer in one chunk.
  bool RoomForMark();
  void WriteMark(uint32_t mark, const void* pointer);
  void ReadMark(Entry mark);
  bool NextChunk();
  bool FreeHead();
  void RetireIndex();
  void Lose() { lost_.store(lost_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed); }

  // Writer's.
  Chunk* tail_;
  uint32_t size_ = 0;
  uint32_t second_ = 0;  // of the newest mark
  uint32_t chunks_made_ = 1;
  std::unique_ptr<SetIndex> index_;
  std::atomic<uint64_t> lost_{0};
  // Reader's.
  alignas(64) std::unique_ptr<Chunk> head_;
  uint32_t read_ = 0;
  uint32_t read_second_ = 0;
  std::vector<const NameSet*> names_;  // by number
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
