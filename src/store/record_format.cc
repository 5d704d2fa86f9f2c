// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "store/record_format.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>

namespace bellrock::store {
namespace {

static_assert(std::endian::native == std::endian::little, "the format is written as it lies");

constexpr size_t kHashedHeaderBytes = 16;
constexpr size_t kReadBytes = 1 << 20;

struct Record {
  uint64_t sequence = 0;
  uint32_t place_in_group = 0;
  std::string_view payload;
  size_t bytes() const { return kRecordHeaderBytes + payload.size(); }
};

template <typename T>
T Load(std::string_view bytes, size_t offset) {
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof(value));
  return value;
}

uint64_t Checksum(std::string_view header, std::string_view payload) {
  // The header seeds the payload's hash, which saves the streaming interface.
  const uint64_t seed = XXH3_64bits(header.data(), kHashedHeaderBytes);
  return XXH3_64bits_withSeed(payload.data(), payload.size(), seed);
}

std::optional<Record> ParseRecord(std::string_view bytes) {
  if (bytes.size() < kRecordHeaderBytes) return std::nullopt;
  const auto size = Load<uint32_t>(bytes, 0);
  if (size > kRecordBytesMax || size > bytes.size() - kRecordHeaderBytes) return std::nullopt;
  Record record;
  record.place_in_group = Load<uint32_t>(bytes, 4);
  record.sequence = Load<uint64_t>(bytes, 8);
  record.payload = bytes.substr(kRecordHeaderBytes, size);
  if (Load<uint64_t>(bytes, 16) != Checksum(bytes, record.payload)) return std::nullopt;
  return record;
}

// Holds a window of the file of at least one record of the largest size.
class Window {
 public:
  Window(fiber::File& file, uint64_t size) : file_(file), size_(size) {}

  // The bytes from `offset` on: up to `want`, fewer only at the end of the file. Offsets only grow.
  Result<std::string_view> From(uint64_t offset, size_t want) {
    const size_t skip = offset - start_;
    if (skip + want > buffer_.size() && start_ + buffer_.size() < size_) {
      buffer_.erase(0, skip);
      start_ = offset;
      const size_t old = buffer_.size();
      const size_t target = std::min<uint64_t>(want + kReadBytes, size_ - start_);
      buffer_.resize(target);
      BELLROCK_TRY(ReadInto(start_ + old, buffer_.data() + old, target - old));
    }
    return std::string_view(buffer_).substr(offset - start_);
  }

 private:
  Status ReadInto(uint64_t offset, char* to, size_t bytes) {
    while (bytes > 0) {
      std::span<std::byte> room(reinterpret_cast<std::byte*>(to), bytes);
      BELLROCK_ASSIGN(const size_t got, file_.ReadAt(offset, room));
      if (got == 0) return DataLossError("the file became shorter while it was read");
      offset += got;
      to += got;
      bytes -= got;
    }
    return Status::Ok();
  }

  fiber::File& file_;
  const uint64_t size_;
  uint64_t start_ = 0;
  std::string buffer_;
};

// Offset of a whole record behind `offset` that belongs to a group which began after `expected`;
// such a group was only begun when everything before it was safe on disk.
Result<std::optional<uint64_t>> FindLaterGroup(Window& window, uint64_t offset, uint64_t size,
                                               uint64_t expected) {
  for (uint64_t at = offset + 1; at + kRecordHeaderBytes <= size; ++at) {
    BELLROCK_ASSIGN(const std::string_view bytes,
                    window.From(at, kRecordHeaderBytes + kRecordBytesMax));
    const auto sequence = Load<uint64_t>(bytes, 8);
    // Cheap test first: no more records can lie between than fit.
    if (sequence <= expected || sequence - expected > size / kRecordHeaderBytes) continue;
    const std::optional<Record> record = ParseRecord(bytes);
    if (record && record->sequence - record->place_in_group > expected) return std::optional(at);
  }
  return std::optional<uint64_t>();
}

}  // namespace

void AppendRecord(std::string& out, uint64_t sequence, uint32_t place_in_group,
                  std::string_view payload) {
  char header[kRecordHeaderBytes];
  const auto size = static_cast<uint32_t>(payload.size());
  std::memcpy(header, &size, sizeof(size));
  std::memcpy(header + 4, &place_in_group, sizeof(place_in_group));
  std::memcpy(header + 8, &sequence, sizeof(sequence));
  const uint64_t checksum = Checksum(std::string_view(header, sizeof(header)), payload);
  std::memcpy(header + 16, &checksum, sizeof(checksum));
  out.append(header, sizeof(header)).append(payload);
}

Result<ScanResult> ScanRecords(fiber::File& file, const std::string& name, uint64_t first_sequence,
                               bool may_be_torn, const RecordVisitor& visit) {
  BELLROCK_ASSIGN(const uint64_t size, file.Size());
  Window window(file, size);
  ScanResult scan;
  scan.next_sequence = first_sequence;
  while (scan.good_bytes < size) {
    BELLROCK_ASSIGN(const std::string_view bytes,
                    window.From(scan.good_bytes, kRecordHeaderBytes + kRecordBytesMax));
    const std::optional<Record> record = ParseRecord(bytes);
    if (!record || record->sequence != scan.next_sequence) break;
    BELLROCK_TRY(visit(record->sequence, record->payload)
                     .WithContext(fmt::format("{} at offset {}", name, scan.good_bytes)));
    scan.good_bytes += record->bytes();
    ++scan.next_sequence;
  }
  scan.torn_bytes = size - scan.good_bytes;
  if (scan.torn_bytes == 0) return scan;
  if (!may_be_torn) {
    return DataLossError(
        fmt::format("{} is damaged at offset {} (record {}): restore the file from a copy", name,
                    scan.good_bytes, scan.next_sequence));
  }
  BELLROCK_ASSIGN(const std::optional<uint64_t> later,
                  FindLaterGroup(window, scan.good_bytes, size, scan.next_sequence));
  if (!later) return scan;
  return DataLossError(
      fmt::format("{} is damaged at offset {} (record {}), and good records follow at offset {}: "
                  "this is no cut "
                  "write; restore the file from a copy",
                  name, scan.good_bytes, scan.next_sequence, *later));
}

}  // namespace bellrock::store
