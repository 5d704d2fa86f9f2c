// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/columns.h"

#include <fmt/format.h>

namespace bellrock::metrics {

uint64_t ColumnReader::Number(std::string_view field, uint64_t max, std::string_view remedy) {
  uint64_t number = 0;
  if (!ok()) return number;
  if (!Varint(at_, end_, number)) {
    Fail(fmt::format("{} is cut off or longer than 64 bits", field));
    return 0;
  }
  if (number <= max) return number;
  Fail(fmt::format("{} is {}, at most {}; {}", field, number, max, remedy));
  return 0;
}

std::string_view ColumnReader::Text(std::string_view field, size_t size) {
  if (!ok()) return {};
  if (size > left()) {
    Fail(fmt::format("{} has {} bytes and {} follow", field, size, left()));
    return {};
  }
  const std::string_view text(reinterpret_cast<const char*>(at_), size);
  at_ += size;
  return text;
}

void ColumnReader::FailAt(std::string_view field, size_t index, std::string_view what) {
  Fail(fmt::format("{}[{}] {}", field, index, what));
}

void ColumnReader::FailAt(std::string_view field, size_t index, std::string_view what,
                          uint64_t value) {
  Fail(fmt::format("{}[{}] = {}: {}", field, index, value, what));
}

void ColumnReader::Fail(std::string error) {
  if (ok()) error_ = std::move(error);
}

Status ColumnReader::Finish() {
  if (ok() && left() > 0) Fail(fmt::format("{} bytes follow the last count", left()));
  return ok() ? Status::Ok() : InvalidArgumentError(fmt::format("table: {}", error_));
}

}  // namespace bellrock::metrics
