// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace bellrock::rpc {

// Bytes waiting to be read or written, contiguous, appended at the end and taken from the front.
// Grows by doubling and gives memory back when it runs empty, so that an idle connection costs
// little. The owner bounds its size.
class ByteBuffer {
 public:
  // Kept when empty; a larger block is freed.
  static constexpr size_t kKeptBytesMax = 64 << 10;

  // Room for at least `bytes` at the end; valid until the next call. Commit() says how much of it
  // was used.
  char* Reserve(size_t bytes);
  void Commit(size_t bytes) { end_ += bytes; }
  void Append(std::string_view bytes);
  // Takes bytes from the front.
  void Consume(size_t bytes);

  std::string_view view() const { return {block_.get() + begin_, end_ - begin_}; }
  size_t size() const { return end_ - begin_; }
  bool empty() const { return begin_ == end_; }
  // Room at the end without growing.
  size_t room() const { return capacity_ - end_; }
  size_t capacity() const { return capacity_; }

 private:
  void Grow(size_t bytes);

  std::unique_ptr<char[]> block_;
  size_t capacity_ = 0;
  size_t begin_ = 0;
  size_t end_ = 0;
};

}  // namespace bellrock::rpc
