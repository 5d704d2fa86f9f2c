// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "shm/method_names.h"

#include <algorithm>
#include <cstring>

namespace bellrock::shm {
namespace {

// A record of docs/spec/shm.md.
constexpr size_t kHashAt = 0;
constexpr size_t kSizeAt = 4;
constexpr size_t kTextAt = 8;
static_assert(kTextAt + kMethodNameMax == kMethodNameBytes);

// A name lies in one of so many neighbouring records.
constexpr uint32_t kWays = 8;

size_t RecordAt(const MethodNames& table, uint32_t method_hash, uint32_t way) {
  return table.names_at +
         size_t{(method_hash % table.names + way) % table.names} * kMethodNameBytes;
}

void WriteText(const MethodNames& table, size_t record, std::string_view name) {
  char text[kMethodNameMax] = {};
  const size_t size = std::min(name.size(), kMethodNameMax);
  std::memcpy(text, name.data(), size);
  for (size_t at = 0; at < size; at += sizeof(uint64_t)) {
    uint64_t word = 0;
    std::memcpy(&word, text + at, sizeof word);
    table.file.Word64(record + kTextAt + at).store(word, std::memory_order_relaxed);
  }
  // What is read with a size is whole.
  table.file.Word32(record + kSizeAt).store(static_cast<uint32_t>(size), std::memory_order_release);
}

}  // namespace

void PutMethodName(const MethodNames& table, uint32_t method_hash, std::string_view name) {
  for (uint32_t way = 0; way < std::min(kWays, table.names); ++way) {
    const size_t record = RecordAt(table, method_hash, way);
    uint32_t held = table.file.Word32(record + kHashAt).load(std::memory_order_relaxed);
    if (held == 0 && table.file.Word32(record + kHashAt)
                         .compare_exchange_strong(held, method_hash, std::memory_order_relaxed)) {
      return WriteText(table, record, name);
    }
    if (held == method_hash) return;
  }
}

std::string MethodNameOf(const MethodNames& table, uint32_t method_hash) {
  for (uint32_t way = 0; way < std::min(kWays, table.names); ++way) {
    const size_t record = RecordAt(table, method_hash, way);
    if (table.file.Word32(record + kHashAt).load(std::memory_order_relaxed) != method_hash)
      continue;
    const size_t size = table.file.Word32(record + kSizeAt).load(std::memory_order_acquire);
    if (size == 0 || size > kMethodNameMax) return "";
    char text[kMethodNameMax];
    for (size_t at = 0; at < size; at += sizeof(uint64_t)) {
      const uint64_t word =
          table.file.Word64(record + kTextAt + at).load(std::memory_order_relaxed);
      std::memcpy(text + at, &word, sizeof word);
    }
    return std::string(text, size);
  }
  return "";
}

}  // namespace bellrock::shm
