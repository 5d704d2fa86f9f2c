// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "bellrock/status.h"
#include "shm/mapped_file.h"

namespace bellrock::shm {

inline constexpr uint32_t kCursors = 64;  // one per pool of a service

// How far the callers of one host have come in the sequences of a service's table: whoever takes
// the next elements takes them for all processes, so that together they follow the sequence.
// Thread-safe, also between processes: a claim is one atomic addition. Layout: docs/spec/shm.md,
// "Cursors file".
class CursorFile {
 public:
  // Of the agent: what is there if it is whole, else a new one.
  static Result<CursorFile> OpenOrCreate(const std::string& path);
  // Of a caller. Errors as TableReader::Open.
  static Result<CursorFile> Open(const std::string& path);
  // Of this process only, where there is no agent.
  static CursorFile Anonymous();

  // The next `count` elements of the pool's sequence: the first one's number. `pool` < kCursors.
  uint64_t Claim(uint32_t pool, uint32_t count) const {
    return file_.Word64(kFirstAt + pool * kCursorBytes).fetch_add(count, std::memory_order_relaxed);
  }

 private:
  static constexpr size_t kFirstAt = 64;
  static constexpr size_t kCursorBytes = 64;  // a cache line each
  static constexpr size_t kFileBytes = kFirstAt + kCursors * kCursorBytes;

  explicit CursorFile(MappedFile file) : file_(std::move(file)) {}

  MappedFile file_;
};

}  // namespace bellrock::shm
