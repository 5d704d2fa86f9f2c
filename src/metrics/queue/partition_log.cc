// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/queue/partition_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "base/log.h"
#include "fiber/fiber.h"
#include "store/file_window.h"
#include "store/log_files.h"
#include "store/record_format.h"

namespace bellrock::metrics::queue {
namespace {

constexpr std::string_view kSubject = "metrics/queue";
constexpr uint64_t kPlaceEveryBytes = 256 << 10;  // of a segment's sparse index
constexpr Duration kWaitMax = std::chrono::hours(1);

static_assert(kQueueRecordBytesMax <= bellrock::store::kRecordBytesMax);

bellrock::store::LogWriterOptions WriterOptions(const PartitionOptions& options) {
  return {.directory = options.directory,
          .name = "the queue",
          .segment_bytes = options.segment_bytes,
          .queue_bytes_max = options.queue_bytes_max,
          .group_bytes_max = options.group_bytes_max};
}

}  // namespace

PartitionLog::PartitionLog(fiber::Environment environment, PartitionOptions options)
    : environment_(environment),
      options_(std::move(options)),
      writer_(environment.disk, WriterOptions(options_),
              [this](const bellrock::store::WrittenGroup& group) { OnWritten(group); }) {}

PartitionLog::~PartitionLog() {
  Close();
}

Result<std::unique_ptr<PartitionLog>> PartitionLog::Open(fiber::Environment environment,
                                                         PartitionOptions options) {
  auto log = std::unique_ptr<PartitionLog>(new PartitionLog(environment, std::move(options)));
  BELLROCK_TRY(log->Recover());
  log->writer_.Start();
  log->RemoveOldest(0);
  return log;
}

Status PartitionLog::Recover() {
  fiber::Disk& disk = environment_.disk;
  BELLROCK_TRY(disk.CreateDirectories(options_.directory));
  BELLROCK_ASSIGN(const bellrock::store::LogFiles files,
                  bellrock::store::ListLogFiles(disk, options_.directory));
  for (const std::string& name : files.unfinished) {
    BELLROCK_TRY(disk.Remove(options_.directory + "/" + name));
  }
  for (const uint64_t first : files.segments) {
    segments_[first] = std::make_shared<Segment>(Segment{.first = first, .places = {{first, 0}}});
  }
  if (files.segments.empty()) {
    segments_[0] = std::make_shared<Segment>(Segment{.places = {{0, 0}}});
    return writer_.Create(0);
  }
  for (const auto& [first, segment] : segments_) {
    if (first == files.segments.back()) continue;
    const std::string path = PathOf(*segment);
    BELLROCK_ASSIGN(const auto file, disk.Open(path, fiber::OpenMode::kRead));
    BELLROCK_ASSIGN(segment->bytes, file->Size());
    bytes_ += segment->bytes;
  }
  Segment& newest = *segments_.rbegin()->second;
  BELLROCK_TRY(
      writer_.Resume(newest.first, [](uint64_t, std::string_view) { return Status::Ok(); }));
  newest.bytes = writer_.segment_bytes();
  bytes_ += newest.bytes;
  return Status::Ok();
}

std::string PartitionLog::PathOf(const Segment& segment) const {
  return bellrock::store::SegmentPath(options_.directory, segment.first);
}

Result<uint64_t> PartitionLog::Append(std::vector<std::string> values) {
  for (const std::string& value : values) {
    if (value.size() > kQueueRecordBytesMax) {
      return InvalidArgumentError(
          fmt::format("record of {} bytes: use at most {}", value.size(), kQueueRecordBytesMax));
    }
  }
  Result<uint64_t> first = writer_.Append(std::move(values));
  if (first.ok() && bytes_ > options_.bytes_max) {
    RemoveOldest(0);
  }
  return first;
}

void PartitionLog::OnWritten(const bellrock::store::WrittenGroup& group) {
  SegmentPtr& segment = segments_[group.segment];
  if (segment == nullptr) segment = std::make_shared<Segment>(Segment{.first = group.segment});
  segment->bytes = group.position + group.bytes;
  bytes_ += group.bytes;
  NotePlace(*segment, group.first_sequence, group.position);
  written_.WakeAll();
}

void PartitionLog::NotePlace(Segment& segment, uint64_t offset, uint64_t position) {
  auto next = segment.places.upper_bound(offset);
  if (next != segment.places.begin() && position < std::prev(next)->second + kPlaceEveryBytes) {
    return;
  }
  segment.places.emplace_hint(next, offset, position);
}

Status PartitionLog::CheckRange(uint64_t from) const {
  const Offsets kept = offsets();
  if (from >= kept.begin && from <= kept.end) return Status::Ok();
  return OutOfRangeError(fmt::format("{}: no record {}: begin is {}, end is {}", options_.directory,
                                     from, kept.begin, kept.end));
}

Result<std::vector<Record>> PartitionLog::Read(uint64_t from, const ReadBounds& bounds) {
  BELLROCK_TRY(CheckRange(from));
  if (from == offsets().end) BELLROCK_TRY(AwaitRecord(from, bounds.wait));
  if (closed_) return UnavailableError(options_.directory + ": the queue is closed");
  BELLROCK_TRY(CheckRange(from));
  if (from == offsets().end) return std::vector<Record>();
  const SegmentPtr segment = std::prev(segments_.upper_bound(from))->second;
  auto records = ReadSegment(segment, from, bounds.bytes_max);
  // It may have been removed meanwhile.
  if (!records.ok()) BELLROCK_TRY(CheckRange(from));
  return records;
}

Status PartitionLog::AwaitRecord(uint64_t from, Duration wait) {
  const Time until = environment_.clock.Now() + std::clamp(wait, Duration(0), kWaitMax);
  while (!closed_ && from == offsets().end && environment_.clock.Now() < until) {
    if (written_.Wait(until).ok()) continue;
    BELLROCK_TRY(fiber::CheckCurrent());
    break;
  }
  return Status::Ok();
}

Result<std::vector<Record>> PartitionLog::ReadSegment(const SegmentPtr& segment, uint64_t from,
                                                      size_t bytes_max) {
  BELLROCK_ASSIGN(OpenSegment open, TakeOpen(segment->first));
  auto records = Scan(*segment, *open.file, from, bytes_max);
  if (records.ok()) kept_open_ = std::move(open);
  return records;
}

Result<PartitionLog::OpenSegment> PartitionLog::TakeOpen(uint64_t first) {
  if (kept_open_.file != nullptr && kept_open_.first == first) return std::move(kept_open_);
  const std::string path = bellrock::store::SegmentPath(options_.directory, first);
  BELLROCK_ASSIGN(auto file, environment_.disk.Open(path, fiber::OpenMode::kRead));
  return OpenSegment{first, std::move(file)};
}

Result<std::vector<Record>> PartitionLog::Scan(Segment& segment, fiber::File& file, uint64_t from,
                                               size_t bytes_max) {
  const auto place = std::prev(segment.places.upper_bound(from));
  uint64_t expected = place->first;
  uint64_t position = place->second;
  bellrock::store::FileWindow window(file, segment.bytes);
  std::vector<Record> records;
  size_t bytes = 0;
  while (position < window.end()) {
    BELLROCK_ASSIGN(const std::optional<bellrock::store::RecordView> record,
                    bellrock::store::LoadRecord(window, position));
    if (!record || record->sequence != expected) {
      return DataLossError(
          fmt::format("{} is damaged at offset {} (record {}): restore the file "
                      "from a copy, or go on behind it",
                      PathOf(segment), position, expected));
    }
    NotePlace(segment, expected, position);
    position += record->bytes();
    if (expected++ < from) continue;
    bytes += record->payload.size();
    if (!records.empty() && bytes > bytes_max) break;
    records.push_back({record->sequence, std::string(record->payload)});
  }
  if (!records.empty()) return records;
  return DataLossError(
      fmt::format("{} ends at record {}, but record {} was kept: restore the file "
                  "from a copy, or go on behind it",
                  PathOf(segment), expected, from));
}

Status PartitionLog::Trim(uint64_t offset) {
  if (closed_) return UnavailableError(options_.directory + ": the queue is closed");
  if (offset > offsets().end) return CheckRange(offset);
  RemoveOldest(offset);
  return Status::Ok();
}

// And those beyond the bound.
void PartitionLog::RemoveOldest(uint64_t unwanted_before) {
  if (removing_) return;  // that one goes on as long as there is something over the bound
  removing_ = true;
  fiber::ScopedShield shield;
  while (segments_.size() > 1) {
    const auto oldest = segments_.begin();
    const SegmentPtr segment = oldest->second;
    const bool unwanted = std::next(oldest)->first <= unwanted_before;
    if (!unwanted && bytes_ <= options_.bytes_max) break;
    // First from the list, so that nobody begins to read it.
    segments_.erase(oldest);
    bytes_ -= segment->bytes;
    const Status removed = environment_.disk.Remove(PathOf(*segment));
    if (removed.ok()) continue;
    log::Warning(kSubject, "{} stays: {}", PathOf(*segment), removed.ToString());
    segments_[segment->first] = segment;
    bytes_ += segment->bytes;
    break;
  }
  removing_ = false;
}

void PartitionLog::Close() {
  if (closed_) return;
  closed_ = true;
  written_.WakeAll();
  writer_.Close();
}

}  // namespace bellrock::metrics::queue
