// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "bellrock/status.h"
#include "fiber/environment.h"
#include "store/file_window.h"

// The bytes of a record in a log segment or snapshot file: 24 bytes of header, then the payload.
// All numbers little endian.
//   u32 payload size   u32 place in its group   u64 sequence   u64 XXH3-64 over the header so far
//   and the payload
// A group is what was written before one sync. The place in the group tells a torn write from lost
// data: after a crash any part of the last group may be missing, but nothing of a group before it.
namespace bellrock::store {

inline constexpr size_t kRecordHeaderBytes = 24;
inline constexpr size_t kRecordBytesMax = 1 << 20;

void AppendRecord(std::string& out, uint64_t sequence, uint32_t place_in_group,
                  std::string_view payload);

struct RecordView {
  uint64_t sequence = 0;
  uint32_t place_in_group = 0;
  std::string_view payload;
  size_t bytes() const { return kRecordHeaderBytes + payload.size(); }
};

// The record that begins at `offset`, if a whole one does. Valid until the window is asked again.
Result<std::optional<RecordView>> LoadRecord(FileWindow& window, uint64_t offset);

using RecordVisitor = std::function<Status(uint64_t sequence, std::string_view payload)>;

struct ScanResult {
  uint64_t good_bytes = 0;     // whole records end here
  uint64_t next_sequence = 0;  // after the last whole record
  uint64_t torn_bytes = 0;     // after good_bytes: the end of a write that a crash cut
};

// Visits the records of a file from `first_sequence` on. Stops at the first record that is not
// whole; if a later group follows it, or the file is not the last (`may_be_torn` false), that is
// kDataLoss with file and offset.
Result<ScanResult> ScanRecords(fiber::File& file, const std::string& name, uint64_t first_sequence,
                               bool may_be_torn, const RecordVisitor& visit);

}  // namespace bellrock::store
