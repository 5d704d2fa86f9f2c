// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <list>
#include <span>
#include <string_view>

#include "bellrock/bytes.h"
#include "rpc/byte_buffer.h"

namespace bellrock::rpc {

// What waits to be sent on a link, in order: small pieces copied one behind the other, large blocks
// shared with whoever made them and sent from where they lie. The owner bounds its size.
class OutputQueue {
 public:
  // A smaller block is copied: that costs less than a part of its own.
  static constexpr size_t kSharedBytesMin = 16 << 10;
  // Given to one system call.
  static constexpr size_t kPartsMax = 16;

  // As ByteBuffer.
  char* Reserve(size_t bytes) { return copied_.Reserve(bytes); }
  void Commit(size_t bytes) { copied_.Commit(bytes); }
  void Append(std::string_view bytes) { copied_.Append(bytes); }
  // Shares the block if that pays.
  void AppendBlock(const Bytes& block);

  size_t size() const { return copied_.size() + shared_bytes_; }
  bool empty() const { return copied_.empty() && shared_.empty(); }
  // The first bytes as parts, valid until anything changes; how many parts.
  size_t Gather(std::span<iovec, kPartsMax> parts) const;
  // Takes bytes from the front.
  void Consume(size_t bytes);

 private:
  struct Shared {
    size_t before;  // bytes of `copied_` between the block in front of it and this one
    Bytes block;    // what is left of it
  };

  ByteBuffer copied_;
  std::list<Shared> shared_;  // a list: most links never have one, and a deque allocates
  size_t before_sum_ = 0;
  size_t shared_bytes_ = 0;
};

}  // namespace bellrock::rpc
