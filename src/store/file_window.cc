// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "store/file_window.h"

#include <algorithm>
#include <span>

namespace bellrock::store {
namespace {

constexpr size_t kReadAheadBytes = 1 << 20;

}  // namespace

Result<std::string_view> FileWindow::From(uint64_t offset, size_t want) {
  if (offset >= end_) return std::string_view();
  const uint64_t held = start_ + buffer_.size();
  if (offset + want > held && held < end_) {
    buffer_.erase(0, std::min<uint64_t>(offset - start_, buffer_.size()));
    start_ = offset;
    const size_t kept = buffer_.size();
    const size_t target = std::min<uint64_t>(want + kReadAheadBytes, end_ - start_);
    buffer_.resize(target);
    BELLROCK_TRY(ReadInto(start_ + kept, buffer_.data() + kept, target - kept));
  }
  return std::string_view(buffer_).substr(offset - start_);
}

Status FileWindow::ReadInto(uint64_t offset, char* to, size_t bytes) {
  while (bytes > 0) {
    const std::span<std::byte> room(reinterpret_cast<std::byte*>(to), bytes);
    BELLROCK_ASSIGN(const size_t got, file_.ReadAt(offset, room));
    if (got == 0) return DataLossError("the file became shorter while it was read");
    offset += got;
    to += got;
    bytes -= got;
  }
  return Status::Ok();
}

}  // namespace bellrock::store
