// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/byte_buffer.h"

#include <algorithm>
#include <cstring>

namespace bellrock::rpc {
namespace {
constexpr size_t kFirstBytes = 4 << 10;
}

char* ByteBuffer::Reserve(size_t bytes) {
  if (capacity_ - end_ < bytes) Grow(bytes);
  return block_.get() + end_;
}

void ByteBuffer::Append(std::string_view bytes) {
  if (bytes.empty()) return;
  std::memcpy(Reserve(bytes.size()), bytes.data(), bytes.size());
  end_ += bytes.size();
}

void ByteBuffer::Consume(size_t bytes) {
  begin_ += bytes;
  if (begin_ != end_) return;
  begin_ = end_ = 0;
  if (capacity_ > kKeptBytesMax) {
    block_.reset();
    capacity_ = 0;
  }
}

void ByteBuffer::Grow(size_t bytes) {
  const size_t used = end_ - begin_;
  // Moving to the front is enough when at least half of the block is free: amortised constant per
  // byte.
  if (capacity_ - used >= bytes && used <= capacity_ / 2) {
    std::memmove(block_.get(), block_.get() + begin_, used);
  } else {
    const size_t capacity = std::max({kFirstBytes, capacity_ * 2, used + bytes});
    auto block = std::make_unique_for_overwrite<char[]>(capacity);
    if (used > 0) std::memcpy(block.get(), block_.get() + begin_, used);
    block_ = std::move(block);
    capacity_ = capacity;
  }
  begin_ = 0;
  end_ = used;
}

}  // namespace bellrock::rpc
