// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "bellrock/status.h"

// The pieces our own compact formats are made of (the journal's records, the cluster's messages):
// integers of variable length, seven bits a byte and the low ones first, and texts with their
// length before them. What a format puts around them (kinds, checksums) is its own affair.
namespace bellrock::naming {

inline constexpr size_t kVarintBytesMax = 10;

// Appends pieces to bytes of its own. Each piece is read back by ByteReader's function of that
// name.
class ByteWriter {
 public:
  ByteWriter() = default;
  explicit ByteWriter(size_t usual_bytes) { bytes_.reserve(usual_bytes); }

  void Byte(uint8_t value) { bytes_.push_back(static_cast<char>(value)); }
  void Varint(uint64_t value);
  // Zigzag: what is near zero is short, below zero as well.
  void Signed(int64_t value);
  void Flag(bool value) { Byte(value ? 1 : 0); }
  void Text(std::string_view text);
  // Four bytes, the low ones first.
  void Fixed32(uint32_t value);
  // Without a length.
  void Raw(std::string_view bytes) { bytes_.append(bytes); }

  std::string_view bytes() const { return bytes_; }
  std::string Take();

 private:
  std::string bytes_;
};

// Reads pieces from bytes that anybody may have written; they must outlive it. Every read names its
// field. The first failure is kept with its field and place, and everything after it reads as zero
// or "", so a reader of many fields asks once, at the end, with Finish(); loops ask ok().
class ByteReader {
 public:
  // From place `begin`; places in errors are counted from the start of `bytes`.
  explicit ByteReader(std::string_view bytes, size_t begin = 0);

  uint8_t Byte(std::string_view field);
  uint64_t Varint(std::string_view field);
  int64_t Signed(std::string_view field);
  // A Varint that must be less than `bound`.
  uint64_t Below(std::string_view field, uint64_t bound);
  bool Flag(std::string_view field) { return Below(field, 2) != 0; }
  std::string Text(std::string_view field, size_t bytes_max = std::numeric_limits<size_t>::max());

  // For a rule of the caller's own about what was just read. Does nothing after a failure.
  void Fail(std::string_view field, std::string_view what);

  bool ok() const { return error_.empty(); }
  // OK if nothing failed and no bytes are left; else kInvalidArgument, "FIELD at byte N: what".
  Status Finish() const;

 private:
  std::string_view bytes_;
  size_t at_ = 0;
  std::string error_;
};

}  // namespace bellrock::naming
