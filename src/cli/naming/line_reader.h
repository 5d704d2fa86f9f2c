// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "bellrock/status.h"

namespace bellrock::cli {

// Cuts bytes as they come into lines. Holds one block and one line.
class LineReader {
 public:
  static constexpr size_t kLineBytesMax = size_t{1} << 20;
  static constexpr size_t kBlockBytes = size_t{256} << 10;

  // Fills the buffer and says with how many bytes; 0 at the end.
  using Source = std::function<Result<size_t>(std::span<std::byte>)>;
  explicit LineReader(Source source) : source_(std::move(source)) {}

  // True: `line` is the next one, without its end. False: there is no more. kInvalidArgument: it is
  // longer than kLineBytesMax.
  Result<bool> Next(std::string& line);
  uint64_t lines() const { return lines_; }  // given so far

 private:
  Result<bool> Fill();

  Source source_;
  std::string block_;
  size_t at_ = 0;
  uint64_t lines_ = 0;
};

// A file's bytes; "-" is standard input. kNotFound names the file.
Result<LineReader::Source> OpenSource(const std::string& file);
// All of a file's text; "-" as above. kInvalidArgument: it is longer.
Result<std::string> ReadWhole(const std::string& file, size_t bytes_max);

}  // namespace bellrock::cli
