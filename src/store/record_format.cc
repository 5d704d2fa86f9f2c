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

std::optional<RecordView> ParseRecord(std::string_view bytes) {
  if (bytes.size() < kRecordHeaderBytes) return std::nullopt;
  const auto size = Load<uint32_t>(bytes, 0);
  if (size > kRecordBytesMax || size > bytes.size() - kRecordHeaderBytes) return std::nullopt;
  RecordView record;
  record.place_in_group = Load<uint32_t>(bytes, 4);
  record.sequence = Load<uint64_t>(bytes, 8);
  record.payload = bytes.substr(kRecordHeaderBytes, size);
  if (Load<uint64_t>(bytes, 16) != Checksum(bytes, record.payload)) return std::nullopt;
  return record;
}

// Offset of a whole record behind `offset` that belongs to a group which began after `expected`;
// such a group was only begun when everything before it was safe on disk.
Result<std::optional<uint64_t>> FindLaterGroup(FileWindow& window, uint64_t offset,
                                               uint64_t expected) {
  for (uint64_t at = offset + 1; at + kRecordHeaderBytes <= window.end(); ++at) {
    BELLROCK_ASSIGN(const std::string_view bytes, window.From(at, kRecordHeaderBytes));
    const auto sequence = Load<uint64_t>(bytes, 8);
    // Cheap test first: no more records can lie between than fit.
    if (sequence <= expected || sequence - expected > window.end() / kRecordHeaderBytes) continue;
    BELLROCK_ASSIGN(const std::optional<RecordView> record, LoadRecord(window, at));
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

Result<std::optional<RecordView>> LoadRecord(FileWindow& window, uint64_t offset) {
  BELLROCK_ASSIGN(std::string_view bytes, window.From(offset, kRecordHeaderBytes));
  if (bytes.size() < kRecordHeaderBytes) return std::optional<RecordView>();
  const auto payload = Load<uint32_t>(bytes, 0);
  if (payload > kRecordBytesMax) return std::optional<RecordView>();
  BELLROCK_ASSIGN(bytes, window.From(offset, kRecordHeaderBytes + payload));
  return ParseRecord(bytes);
}

Result<ScanResult> ScanRecords(fiber::File& file, const std::string& name, uint64_t first_sequence,
                               bool may_be_torn, const RecordVisitor& visit) {
  BELLROCK_ASSIGN(const uint64_t size, file.Size());
  FileWindow window(file, size);
  ScanResult scan;
  scan.next_sequence = first_sequence;
  while (scan.good_bytes < size) {
    BELLROCK_ASSIGN(const std::optional<RecordView> record, LoadRecord(window, scan.good_bytes));
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
                  FindLaterGroup(window, scan.good_bytes, scan.next_sequence));
  if (!later) return scan;
  return DataLossError(
      fmt::format("{} is damaged at offset {} (record {}), and good records follow at offset {}: "
                  "this is no cut "
                  "write; restore the file from a copy",
                  name, scan.good_bytes, scan.next_sequence, *later));
}

}  // namespace bellrock::store
