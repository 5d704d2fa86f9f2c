// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace bellrock::metrics {

// How likely the next bit of one kind is 0, learnt from those before it. Writer and reader begin
// alike and learn the same, so that nothing of it is sent (docs/spec/card.md, "Coded numbers").
class BitModel {
 public:
  // Of kOne; never 0 nor kOne.
  uint32_t zero() const { return zero_; }
  void Learn(bool one) {
    const uint32_t share = kOne / seen_;
    zero_ = static_cast<uint16_t>(one ? zero_ - (zero_ * share >> 16)
                                      : zero_ + ((kOne - zero_) * share >> 16));
    if (seen_ < kSeenMax) ++seen_;
  }

  static constexpr uint32_t kOne = 1 << 16;
  static constexpr uint16_t kSeenMax = 32;  // what is older counts less and less

 private:
  uint16_t zero_ = kOne / 2;
  uint16_t seen_ = 2;
};

// Writes bits so that each takes as much room as it was unlikely: arithmetic coding. The bytes are
// one long fraction that lies `low_` above what was written and less than `range_` above that; each
// bit takes its share of the range.
class RangeWriter {
 public:
  void Bit(bool one, BitModel& model) {
    const uint32_t zeros = (range_ >> 16) * model.zero();
    if (one) low_ += zeros;
    range_ = one ? range_ - zeros : zeros;
    model.Learn(one);
    Shift();
  }
  // The low `count` bits, at most kEvenBitsMax, of which nothing is known.
  void Even(uint64_t bits, uint32_t count) {
    range_ >>= count;
    low_ += (bits & ((1u << count) - 1)) * range_;
    Shift();
  }
  std::string Finish();

  static constexpr uint32_t kEvenBitsMax = 16;

 private:
  static constexpr uint32_t kRangeMin = 1 << 24;

  void Shift() {
    if (low_ >> 32 != 0) Carry();
    for (; range_ < kRangeMin; range_ <<= 8) ShiftByte();
  }
  void ShiftByte() {
    bytes_ += static_cast<char>(low_ >> 24);
    low_ = low_ << 8 & 0xffff'ffff;
  }
  void Carry();

  uint64_t low_ = 0;
  uint32_t range_ = ~uint32_t{0};
  std::string bytes_;
};

// Reads them from bytes that anybody may have written; behind their end are zeros.
class RangeReader {
 public:
  explicit RangeReader(std::string_view bytes) : bytes_(bytes) {
    for (size_t i = 0; i < sizeof code_; ++i) Next();
  }

  bool Bit(BitModel& model) {
    const uint32_t zeros = (range_ >> 16) * model.zero();
    const bool one = code_ >= zeros;
    if (one) code_ -= zeros;
    range_ = one ? range_ - zeros : zeros;
    model.Learn(one);
    Shift();
    return one;
  }
  uint64_t Even(uint32_t count) {
    range_ >>= count;
    const uint32_t bits = std::min(code_ / range_, (1u << count) - 1);
    code_ -= bits * range_;
    Shift();
    return bits;
  }
  // More was read than there is.
  bool cut_off() const { return at_ > bytes_.size() + kAhead; }
  // All was read that was written, and nothing else is there.
  bool finished() const { return at_ == bytes_.size() + kAhead; }

 private:
  static constexpr uint32_t kRangeMin = 1 << 24;
  static constexpr size_t kAhead = 3;  // bytes of zeros that the last one stands before

  void Shift() {
    for (; range_ < kRangeMin; range_ <<= 8) Next();
  }
  void Next() {
    const auto byte = at_ < bytes_.size() ? static_cast<uint8_t>(bytes_[at_]) : uint8_t{0};
    code_ = code_ << 8 | byte;
    ++at_;
  }

  std::string_view bytes_;
  size_t at_ = 0;
  uint32_t code_ = 0;
  uint32_t range_ = ~uint32_t{0};
};

// Numbers of one kind, up to 63 bits. Whether it is 0, its length in bits and its second bit are
// learnt, the others are taken for even.
class NumberModel {
 public:
  void Write(uint64_t number, RangeWriter& to);
  uint64_t Read(RangeReader& from);

 private:
  static constexpr int kLengthBits = 6;
  BitModel some_;
  std::array<BitModel, 1 << kLengthBits> length_;  // by the bits of it that are known, behind a 1
  std::array<BitModel, 1 << kLengthBits> second_;  // by the length
};

}  // namespace bellrock::metrics
