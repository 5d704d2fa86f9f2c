// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/naming/line_reader.h"

#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <memory>
#include <utility>

#include "fiber/environment.h"

namespace bellrock::cli {

Result<bool> LineReader::Fill() {
  block_.resize(kBlockBytes);
  at_ = 0;
  Result<size_t> read = source_(std::as_writable_bytes(std::span(block_)));
  block_.resize(read.ok() ? *read : 0);
  if (!read.ok()) return read.status();
  return *read > 0;
}

Result<bool> LineReader::Next(std::string& line) {
  line.clear();
  while (true) {
    if (at_ == block_.size()) {
      BELLROCK_ASSIGN(const bool more, Fill());
      if (more) continue;
      if (line.empty()) return false;
      ++lines_;
      return true;
    }
    const size_t end = block_.find('\n', at_);
    line.append(block_, at_, end - at_);
    at_ = end == std::string::npos ? block_.size() : end + 1;
    if (line.size() > kLineBytesMax) {
      return InvalidArgumentError(fmt::format("line {} is longer than {} bytes: is it a backup?",
                                              lines_ + 1, kLineBytesMax));
    }
    if (end == std::string::npos) continue;
    ++lines_;
    return true;
  }
}

Result<LineReader::Source> OpenSource(const std::string& file) {
  if (file == "-") {
    return LineReader::Source([](std::span<std::byte> buffer) -> Result<size_t> {
      const size_t read = std::fread(buffer.data(), 1, buffer.size(), stdin);
      if (read == 0 && std::ferror(stdin) != 0) {
        return DataLossError("standard input cannot be read to its end");
      }
      return read;
    });
  }
  Result<std::unique_ptr<fiber::File>> opened =
      fiber::RealEnvironment().disk.Open(file, fiber::OpenMode::kRead);
  if (!opened.ok()) return opened.status();
  std::shared_ptr<fiber::File> from = std::move(*opened);
  return LineReader::Source([from, offset = uint64_t{0}](std::span<std::byte> buffer) mutable {
    Result<size_t> read = from->ReadAt(offset, buffer);
    if (read.ok()) offset += *read;
    return read;
  });
}

Result<std::string> ReadWhole(const std::string& file, size_t bytes_max) {
  BELLROCK_ASSIGN(LineReader::Source source, OpenSource(file));
  std::string text;
  std::array<std::byte, 4096> block;
  while (text.size() <= bytes_max) {
    BELLROCK_ASSIGN(const size_t got, source(block));
    if (got == 0) return text;
    text.append(reinterpret_cast<const char*>(block.data()), got);
  }
  return InvalidArgumentError(fmt::format("{} is longer than {} bytes", file, bytes_max));
}

}  // namespace bellrock::cli
