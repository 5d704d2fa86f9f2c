// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/wire_bytes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace bellrock::naming {

void ByteWriter::Varint(uint64_t value) {
  std::array<char, kVarintBytesMax> bytes;
  size_t size = 0;
  while (value >= 0x80) {
    bytes[size++] = static_cast<char>(value | 0x80);
    value >>= 7;
  }
  bytes[size++] = static_cast<char>(value);
  bytes_.append(bytes.data(), size);
}

void ByteWriter::Signed(int64_t value) {
  const auto bits = static_cast<uint64_t>(value);
  Varint(bits << 1 ^ (value < 0 ? ~uint64_t{0} : 0));
}

void ByteWriter::Text(std::string_view text) {
  Varint(text.size());
  bytes_.append(text);
}

void ByteWriter::Fixed32(uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) bytes_.push_back(static_cast<char>(value >> shift));
}

std::string ByteWriter::Take() {
  return std::exchange(bytes_, {});
}

ByteReader::ByteReader(std::string_view bytes, size_t begin)
    : bytes_(bytes), at_(std::min(begin, bytes.size())) {}

uint8_t ByteReader::Byte(std::string_view field) {
  if (at_ < bytes_.size()) return static_cast<uint8_t>(bytes_[at_++]);
  Fail(field, "cut short");
  return 0;
}

uint64_t ByteReader::Varint(std::string_view field) {
  uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const uint8_t byte = Byte(field);
    if (!ok()) return 0;
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  Fail(field, "a number longer than 10 bytes");
  return 0;
}

int64_t ByteReader::Signed(std::string_view field) {
  const uint64_t zigzag = Varint(field);
  return static_cast<int64_t>(zigzag >> 1 ^ ((zigzag & 1) != 0 ? ~uint64_t{0} : 0));
}

uint64_t ByteReader::Below(std::string_view field, uint64_t bound) {
  const uint64_t value = Varint(field);
  if (value < bound) return value;
  Fail(field, fmt::format("{} is not below {}", value, bound));
  return 0;
}

std::string ByteReader::Text(std::string_view field, size_t bytes_max) {
  const uint64_t size = Varint(field);
  if (size > bytes_max) {
    Fail(field, fmt::format("{} bytes, at most {} are allowed", size, bytes_max));
    return "";
  }
  if (size > bytes_.size() - at_) {
    Fail(field, "cut short");
    return "";
  }
  at_ += size;
  return std::string(bytes_.substr(at_ - size, size));
}

void ByteReader::Fail(std::string_view field, std::string_view what) {
  if (!ok()) return;
  error_ = fmt::format("{} at byte {}: {}", field, at_, what);
  at_ = bytes_.size();
}

Status ByteReader::Finish() const {
  if (!ok()) return InvalidArgumentError(error_);
  if (at_ == bytes_.size()) return Status::Ok();
  return InvalidArgumentError(fmt::format("{} bytes after its end", bytes_.size() - at_));
}

}  // namespace bellrock::naming
