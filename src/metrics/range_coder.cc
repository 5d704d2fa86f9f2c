// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/range_coder.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace bellrock::metrics {

void RangeWriter::Carry() {
  low_ &= 0xffff'ffff;
  for (size_t i = bytes_.size(); i > 0; --i) {
    bytes_[i - 1] = static_cast<char>(bytes_[i - 1] + 1);
    if (bytes_[i - 1] != 0) return;
  }
}

// One byte more leads into the range, if zeros are read behind it.
std::string RangeWriter::Finish() {
  low_ += kRangeMin - 1;
  if (low_ >> 32 != 0) Carry();
  ShiftByte();
  return std::move(bytes_);
}

void NumberModel::Write(uint64_t number, RangeWriter& to) {
  to.Bit(number != 0, some_);
  if (number == 0) return;
  const auto length = static_cast<uint32_t>(std::bit_width(number));
  uint32_t known = 1;
  for (int i = kLengthBits - 1; i >= 0; --i) {
    const bool one = (length >> i & 1) != 0;
    to.Bit(one, length_[known]);
    known = known << 1 | static_cast<uint32_t>(one);
  }
  if (length < 2) return;
  to.Bit((number >> (length - 2) & 1) != 0, second_[length]);
  for (uint32_t left = length - 2; left > 0;) {
    const uint32_t count = std::min(left, RangeWriter::kEvenBitsMax);
    left -= count;
    to.Even(number >> left, count);
  }
}

// A length of 0 is never written; it is read as that of 1.
uint64_t NumberModel::Read(RangeReader& from) {
  if (!from.Bit(some_)) return 0;
  uint32_t known = 1;
  for (int i = 0; i < kLengthBits; ++i) {
    known = known << 1 | static_cast<uint32_t>(from.Bit(length_[known]));
  }
  const uint32_t length = known - (1 << kLengthBits);
  if (length < 2) return 1;
  uint64_t number = 2 | static_cast<uint64_t>(from.Bit(second_[length]));
  for (uint32_t left = length - 2; left > 0;) {
    const uint32_t count = std::min(left, RangeWriter::kEvenBitsMax);
    left -= count;
    number = number << count | from.Even(count);
  }
  return number;
}

}  // namespace bellrock::metrics
