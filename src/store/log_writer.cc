// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "store/log_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <span>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "base/log.h"
#include "store/log_files.h"

namespace bellrock::store {

LogWriter::LogWriter(fiber::Disk& disk, LogWriterOptions options, OnWritten on_written)
    : disk_(disk), options_(std::move(options)), on_written_(std::move(on_written)) {}

LogWriter::~LogWriter() {
  Close();
}

Status LogWriter::Create(uint64_t first_sequence) {
  const std::string path = SegmentPath(options_.directory, first_sequence);
  // By way of a rename, which also makes the name durable.
  BELLROCK_TRY(WriteFileAtomically(disk_, path, ""));
  BELLROCK_ASSIGN(file_, disk_.Open(path, fiber::OpenMode::kAppendOrCreate));
  segment_first_ = first_sequence;
  next_sequence_ = first_sequence;
  segment_good_bytes_ = 0;
  tail_dirty_ = false;
  return Status::Ok();
}

Status LogWriter::Resume(uint64_t first_sequence, const RecordVisitor& visit) {
  const std::string path = SegmentPath(options_.directory, first_sequence);
  BELLROCK_ASSIGN(file_, disk_.Open(path, fiber::OpenMode::kAppendOrCreate));
  BELLROCK_ASSIGN(const ScanResult scan, ScanRecords(*file_, path, first_sequence, true, visit));
  if (scan.torn_bytes > 0) {
    log::Warning("store", "{}: cut {} bytes at offset {}, the end of a write that a crash cut",
                 path, scan.torn_bytes, scan.good_bytes);
    BELLROCK_TRY(file_->Truncate(scan.good_bytes));
    BELLROCK_TRY(file_->Sync());
  }
  segment_first_ = first_sequence;
  segment_good_bytes_ = scan.good_bytes;
  next_sequence_ = scan.next_sequence;
  return Status::Ok();
}

void LogWriter::Start() {
  writer_ = fiber::Start([this] { Run(); });
}

Result<uint64_t> LogWriter::Append(std::vector<std::string> payloads, Committed committed) {
  auto pending = std::make_shared<Pending>();
  pending->payloads = std::move(payloads);
  for (const std::string& payload : pending->payloads) pending->bytes += payload.size();
  pending->committed = std::move(committed);
  BELLROCK_TRY(Check(*pending));
  BELLROCK_TRY(Enqueue(pending));
  // Not to be left early: the record may become durable, and then its effect must be told.
  fiber::ScopedShield shield;
  const Status waited = pending->done.Wait();
  BELLROCK_CHECK(waited.ok(), "a shielded wait only ends when its event is set");
  BELLROCK_TRY(pending->result);
  return pending->first_sequence;
}

Status LogWriter::Check(const Pending& pending) const {
  if (pending.payloads.empty()) return InvalidArgumentError("no record to append");
  for (const std::string& payload : pending.payloads) {
    if (payload.size() > kRecordBytesMax) {
      return InvalidArgumentError(
          fmt::format("record of {} bytes: use at most {}", payload.size(), kRecordBytesMax));
    }
  }
  if (pending.bytes > options_.queue_bytes_max ||
      pending.payloads.size() > options_.queue_records_max) {
    return InvalidArgumentError(
        fmt::format("{} records of {} bytes in all: append at most {} of {} bytes at once",
                    pending.payloads.size(), pending.bytes, options_.queue_records_max,
                    options_.queue_bytes_max));
  }
  return Status::Ok();
}

Status LogWriter::Enqueue(const PendingPtr& pending) {
  if (closed_) return UnavailableError(options_.directory + ": the log is closed");
  const size_t records = pending->payloads.size();
  if (queue_records_ + records > options_.queue_records_max ||
      queue_bytes_ + pending->bytes > options_.queue_bytes_max) {
    return ResourceExhaustedError(
        fmt::format("{}: {} records ({} bytes) wait for the disk already: try again later",
                    options_.directory, queue_records_, queue_bytes_));
  }
  queue_.push_back(pending);
  queue_bytes_ += pending->bytes;
  queue_records_ += records;
  work_.WakeOne();
  return Status::Ok();
}

void LogWriter::Run() {
  while (true) {
    if (queue_.empty() && !roll_asked_) {
      if (closed_) return;
      if (!work_.Wait().ok()) closed_ = true;  // cancelled: the loop is going down
      continue;
    }
    fiber::ScopedShield shield;  // what waits is written, cancelled or not
    if (const Status rolled = RollIfNeeded(); !rolled.ok()) health_ = rolled;
    if (!queue_.empty()) CommitGroup(NextGroup());
  }
}

std::vector<LogWriter::PendingPtr> LogWriter::NextGroup() {
  size_t bytes = 0;
  size_t records = 0;
  size_t count = 0;
  while (count < queue_.size() && (count == 0 || bytes < options_.group_bytes_max)) {
    bytes += queue_[count]->bytes;
    records += queue_[count++]->payloads.size();
  }
  std::vector<PendingPtr> group;
  if (count == queue_.size()) {
    group.swap(queue_);
  } else {
    const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(count);
    group.assign(std::make_move_iterator(queue_.begin()), std::make_move_iterator(end));
    queue_.erase(queue_.begin(), end);
  }
  queue_bytes_ -= bytes;
  queue_records_ -= records;
  return group;
}

void LogWriter::CommitGroup(const std::vector<PendingPtr>& group) {
  const Status written = WriteGroup(group);
  NoteHealth(written);
  for (const PendingPtr& pending : group) {
    if (written.ok() && pending->committed) pending->committed(pending->first_sequence);
    pending->result = written.ok() ? Status::Ok() : health_;
    pending->done.Set();
  }
}

Status LogWriter::WriteGroup(const std::vector<PendingPtr>& group) {
  BELLROCK_TRY(CutToGood());
  std::string bytes;
  uint32_t place = 0;
  for (const PendingPtr& pending : group) {
    pending->first_sequence = next_sequence_ + place;
    for (const std::string& payload : pending->payloads) {
      AppendRecord(bytes, next_sequence_ + place, place, payload);
      ++place;
    }
  }
  tail_dirty_ = true;
  Status written = file_->Append(std::as_bytes(std::span(bytes)));
  if (written.ok()) written = file_->Sync();
  if (!written.ok()) {
    // At once if possible, for the space; else before the next group.
    (void)CutToGood();
    return written;
  }
  tail_dirty_ = false;
  const WrittenGroup told{segment_first_, segment_good_bytes_, bytes.size(), next_sequence_,
                          next_sequence_ + place};
  segment_good_bytes_ += bytes.size();
  next_sequence_ += place;
  ++syncs_;
  if (on_written_) on_written_(told);
  return Status::Ok();
}

void LogWriter::NoteHealth(Status written) {
  if (written.ok()) {
    if (!health_.ok()) log::Info("store", "{}: can be written again", options_.directory);
    health_ = written;
    return;
  }
  written = written.WithContext(options_.name + " cannot be written");
  if (written.code() == StatusCode::kResourceExhausted) {
    written = ResourceExhaustedError(
        fmt::format("{}; free space on that file system, it goes on by itself", written.message()));
  }
  if (health_.ok()) log::Error("store", "{}: {}", options_.directory, written.ToString());
  health_ = written;
}

Status LogWriter::CutToGood() {
  if (!tail_dirty_) return Status::Ok();
  BELLROCK_TRY(file_->Truncate(segment_good_bytes_));
  tail_dirty_ = false;
  return Status::Ok();
}

Status LogWriter::RollIfNeeded() {
  if (!roll_asked_ && segment_good_bytes_ < options_.segment_bytes) return Status::Ok();
  Status rolled = CutToGood();
  if (rolled.ok() && segment_good_bytes_ > 0) rolled = Create(next_sequence_);
  roll_asked_ = false;
  rolled_.WakeAll();
  return rolled;
}

Status LogWriter::Roll() {
  roll_asked_ = true;
  work_.WakeOne();
  return rolled_.Wait();
}

void LogWriter::Close() {
  if (closed_) return;
  closed_ = true;
  work_.WakeAll();
  writer_.Join();
}

}  // namespace bellrock::store
