// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "fiber/environment.h"

namespace bellrock::cli::demo {

// Follows a text file that another process appends to. One fiber.
class Tail {
 public:
  Tail(fiber::Disk& disk, std::string path) : disk_(disk), path_(std::move(path)) {}
  // Whole lines that came since the last call; none while the file does not exist.
  std::vector<std::string> NewLines();

 private:
  static constexpr size_t kReadBytes = 256 * 1024;  // per call; more waits for the next

  fiber::Disk& disk_;
  std::string path_;
  std::unique_ptr<fiber::File> file_;
  uint64_t offset_ = 0;
  std::string partial_;
};

}  // namespace bellrock::cli::demo
