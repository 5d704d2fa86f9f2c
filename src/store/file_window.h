// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "bellrock/status.h"
#include "fiber/environment.h"

namespace bellrock::store {

// Reads a file forwards through a buffer that holds at least what is asked for. Borrows the file;
// never looks behind `end`, so that what is being appended there is not seen.
class FileWindow {
 public:
  FileWindow(fiber::File& file, uint64_t end) : file_(file), end_(end) {}

  // The bytes from `offset` on: at least `want`, fewer only at the end. Offsets only grow. Blocks.
  // Valid until the next call.
  Result<std::string_view> From(uint64_t offset, size_t want);
  uint64_t end() const { return end_; }

 private:
  Status ReadInto(uint64_t offset, char* to, size_t bytes);

  fiber::File& file_;
  const uint64_t end_;
  uint64_t start_ = 0;  // of the buffer, in the file
  std::string buffer_;
};

}  // namespace bellrock::store
