// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "shm/mapped_file.h"

// What the methods are called that a process calls: counters know them by hash, people by name. One
// small table in each counters file, for all its stripes. Layout: docs/spec/shm.md, "Method names".
namespace bellrock::shm {

inline constexpr uint32_t kMethodNames = 256;      // methods of one service that a process calls
inline constexpr uint32_t kMethodNamesMax = 4096;  // of a file of another edition
inline constexpr size_t kMethodNameBytes = 128;    // of a record
inline constexpr size_t kMethodNameMax = 120;      // longer names are cut

// The table within its file.
struct MethodNames {
  const MappedFile& file;
  size_t names_at = 0;
  uint32_t names = 0;  // 0: the file has none
};

// Whether the method is where it is looked for first: then there is nothing to put.
inline bool MethodNamed(const MethodNames& table, uint32_t method_hash) {
  const size_t home = table.names_at + size_t{method_hash % table.names} * kMethodNameBytes;
  return table.file.Word32(home).load(std::memory_order_relaxed) == method_hash;
}
// Any thread, any time; the first one wins. Without room the method stays without a name.
// `method_hash` is not 0.
void PutMethodName(const MethodNames& table, uint32_t method_hash, std::string_view name);
// "" if it is not there, or not yet.
std::string MethodNameOf(const MethodNames& table, uint32_t method_hash);

}  // namespace bellrock::shm
