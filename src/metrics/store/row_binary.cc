// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/store/row_binary.h"

namespace bellrock::metrics::store {
namespace {

constexpr int kVarintBytesMax = 10;

}  // namespace

RowWriter& RowWriter::Text(std::string_view text) {
  size_t size = text.size();
  for (; size >= 0x80; size >>= 7) bytes_.push_back(static_cast<char>(size | 0x80));
  bytes_.push_back(static_cast<char>(size));
  bytes_ += text;
  return *this;
}

std::string_view RowReader::Text() {
  uint64_t size = 0;
  for (int i = 0; i < kVarintBytesMax; ++i) {
    const auto byte = Number<uint8_t>();
    size |= uint64_t{byte & 0x7Fu} << 7 * i;
    if (byte < 0x80) return Take(size);
  }
  whole_ = false;
  return {};
}

Status RowReader::status() const {
  return whole_ ? Status::Ok() : DataLossError("an answer of ClickHouse's ends within a row");
}

std::string_view RowReader::Take(size_t size) {
  if (!whole_ || size > rest_.size()) {
    whole_ = false;
    return {};
  }
  const std::string_view taken = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return taken;
}

}  // namespace bellrock::metrics::store
