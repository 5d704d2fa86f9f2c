// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/output_queue.h"

#include <algorithm>

namespace bellrock::rpc {
namespace {

iovec PartOf(std::string_view bytes) {
  return {const_cast<char*>(bytes.data()), bytes.size()};
}

}  // namespace

void OutputQueue::AppendBlock(const Bytes& block) {
  if (block.size() < kSharedBytesMin) return copied_.Append(block.view());
  const size_t before = copied_.size() - before_sum_;
  shared_.push_back({before, block});
  before_sum_ += before;
  shared_bytes_ += block.size();
}

size_t OutputQueue::Gather(std::span<iovec, kPartsMax> parts) const {
  size_t count = 0;
  std::string_view copied = copied_.view();
  for (const Shared& each : shared_) {
    if (each.before > 0) {
      if (count == parts.size()) return count;
      parts[count++] = PartOf(copied.substr(0, each.before));
      copied.remove_prefix(each.before);
    }
    if (count == parts.size()) return count;
    parts[count++] = PartOf(each.block.view());
  }
  if (!copied.empty() && count < parts.size()) parts[count++] = PartOf(copied);
  return count;
}

void OutputQueue::Consume(size_t bytes) {
  while (!shared_.empty() && bytes > 0) {
    Shared& first = shared_.front();
    const size_t copied = std::min(bytes, first.before);
    if (copied > 0) copied_.Consume(copied);
    first.before -= copied;
    before_sum_ -= copied;
    bytes -= copied;
    const size_t of_block = std::min(bytes, first.block.size());
    shared_bytes_ -= of_block;
    bytes -= of_block;
    if (of_block == first.block.size()) {
      shared_.pop_front();
    } else if (of_block > 0) {
      first.block = first.block.Part(of_block, first.block.size() - of_block);
    }
  }
  if (bytes > 0) copied_.Consume(bytes);
}

}  // namespace bellrock::rpc
