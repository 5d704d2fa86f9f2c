// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "bellrock/service.h"
#include "bellrock/status.h"

namespace bellrock::cli {

// A table for people: columns as wide as their widest cell, two spaces between, numbers to the
// right.
class TextTable {
 public:
  explicit TextTable(std::vector<std::string> header);
  void Add(std::vector<std::string> row);
  std::string ToString() const;

 private:
  std::vector<std::vector<std::string>> rows_;  // the header is the first
};

// Prints the message as protobuf's canonical JSON with a line end: one object per line, for
// programs.
Status PrintJson(const Message& message);

}  // namespace bellrock::cli
