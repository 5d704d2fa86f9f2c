// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/demo/tail.h"

namespace bellrock::cli::demo {

std::vector<std::string> Tail::NewLines() {
  std::vector<std::string> lines;
  if (!file_) {
    Result<std::unique_ptr<fiber::File>> opened = disk_.Open(path_, fiber::OpenMode::kRead);
    if (!opened.ok()) return lines;
    file_ = std::move(*opened);
  }
  std::string buffer(kReadBytes, '\0');
  Result<size_t> got = file_->ReadAt(offset_, std::as_writable_bytes(std::span(buffer)));
  if (!got.ok() || *got == 0) return lines;
  offset_ += *got;
  partial_.append(buffer, 0, *got);
  size_t begin = 0;
  for (size_t end; (end = partial_.find('\n', begin)) != std::string::npos; begin = end + 1) {
    lines.push_back(partial_.substr(begin, end - begin));
  }
  partial_.erase(0, begin);
  return lines;
}

}  // namespace bellrock::cli::demo
