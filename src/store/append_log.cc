// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "store/append_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/log.h"
#include "store/log_files.h"

namespace bellrock::store {
namespace {

constexpr size_t kSnapshotWriteBytes = 256 << 10;

std::span<const std::byte> AsBytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

Status Explained(const Status& failure) {
  const Status explained = failure.WithContext("the journal cannot be written");
  if (failure.code() != StatusCode::kResourceExhausted) return explained;
  return {explained.code(), fmt::format("{}; free space on that file system, it goes on by itself",
                                        explained.message())};
}

}  // namespace

AppendLog::AppendLog(fiber::Environment environment, AppendLogOptions options)
    : environment_(environment), options_(std::move(options)) {}

AppendLog::~AppendLog() {
  Close();
}

Result<std::unique_ptr<AppendLog>> AppendLog::Open(fiber::Environment environment,
                                                   AppendLogOptions options,
                                                   const Recovery& recovery) {
  auto log = std::unique_ptr<AppendLog>(new AppendLog(environment, std::move(options)));
  BELLROCK_TRY(log->Recover(recovery));
  log->writer_ = fiber::Start([raw = log.get()] { raw->Run(); });
  return log;
}

std::string AppendLog::SegmentPath(uint64_t first_sequence) const {
  return options_.directory + "/" + SegmentName(first_sequence);
}

std::string AppendLog::SnapshotPath(uint64_t sequence) const {
  return options_.directory + "/" + SnapshotName(sequence);
}

Status AppendLog::Recover(const Recovery& recovery) {
  BELLROCK_TRY(environment_.disk.CreateDirectories(options_.directory));
  BELLROCK_ASSIGN(const LogFiles files, ListLogFiles(environment_.disk, options_.directory));
  for (const std::string& name : files.unfinished) {
    BELLROCK_TRY(environment_.disk.Remove(options_.directory + "/" + name));
  }
  BELLROCK_TRY(RecoverSnapshot(files.snapshots, recovery));
  BELLROCK_TRY(RecoverSegments(files.segments, recovery));
  // A crash may have come between a new snapshot and the removal of what it covers.
  RemoveCovered(snapshot_sequence_);
  return Status::Ok();
}

Status AppendLog::RecoverSnapshot(const std::vector<uint64_t>& snapshots,
                                  const Recovery& recovery) {
  if (snapshots.empty()) return Status::Ok();
  snapshot_sequence_ = snapshots.back();
  const std::string path = SnapshotPath(snapshot_sequence_);
  BELLROCK_ASSIGN(const auto file, environment_.disk.Open(path, fiber::OpenMode::kRead));
  // The last entry is empty: it says that the snapshot is whole.
  bool ended = false;
  const auto visit = [&](uint64_t sequence, std::string_view payload) {
    ended = payload.empty();
    return ended ? Status::Ok() : recovery.on_snapshot_entry(sequence, payload);
  };
  const Result<ScanResult> scan = ScanRecords(*file, path, 1, /*may_be_torn=*/false, visit);
  if (!scan.ok()) return scan.status();
  if (!ended) return DataLossError(path + " lacks its end: restore the file from a copy");
  next_sequence_ = snapshot_sequence_ + 1;
  return Status::Ok();
}

Status AppendLog::RecoverSegments(std::vector<uint64_t> segments, const Recovery& recovery) {
  // Drop those that the snapshot covers wholly: the next one begins at or before what is needed.
  while (segments.size() > 1 && segments[1] <= snapshot_sequence_ + 1) {
    segments.erase(segments.begin());
  }
  if (segments.empty()) return OpenSegment(next_sequence_);
  if (segments.front() > next_sequence_) {
    return DataLossError(fmt::format("{}: records {}..{} are missing: {} is the oldest segment",
                                     options_.directory, next_sequence_, segments.front() - 1,
                                     SegmentName(segments.front())));
  }
  next_sequence_ = segments.front();
  for (size_t i = 0; i + 1 < segments.size(); ++i) {
    const std::string path = SegmentPath(segments[i]);
    BELLROCK_ASSIGN(const auto file, environment_.disk.Open(path, fiber::OpenMode::kRead));
    const auto visit = [&](uint64_t sequence, std::string_view payload) {
      if (sequence <= snapshot_sequence_) return Status::Ok();
      bytes_since_snapshot_ += payload.size() + kRecordHeaderBytes;
      return recovery.on_record(sequence, payload);
    };
    BELLROCK_ASSIGN(const ScanResult scan, ScanRecords(*file, path, segments[i], false, visit));
    if (scan.next_sequence != segments[i + 1]) {
      return DataLossError(
          fmt::format("{} ends before record {}, where the next segment begins: "
                      "restore the file from a copy",
                      path, segments[i + 1]));
    }
  }
  return RecoverTail(segments.back(), recovery);
}

Status AppendLog::RecoverTail(uint64_t first, const Recovery& recovery) {
  const std::string path = SegmentPath(first);
  BELLROCK_ASSIGN(file_, environment_.disk.Open(path, fiber::OpenMode::kAppendOrCreate));
  const auto visit = [&](uint64_t sequence, std::string_view payload) {
    if (sequence <= snapshot_sequence_) return Status::Ok();
    bytes_since_snapshot_ += payload.size() + kRecordHeaderBytes;
    return recovery.on_record(sequence, payload);
  };
  BELLROCK_ASSIGN(const ScanResult scan, ScanRecords(*file_, path, first, true, visit));
  if (scan.next_sequence <= snapshot_sequence_) {
    return DataLossError(
        fmt::format("{} ends at record {}, but the snapshot covers {}: restore "
                    "the file from a copy",
                    path, scan.next_sequence - 1, snapshot_sequence_));
  }
  if (scan.torn_bytes > 0) {
    log::Warning("store", "{}: cut {} bytes at offset {}, the end of a write that a crash cut",
                 path, scan.torn_bytes, scan.good_bytes);
    BELLROCK_TRY(file_->Truncate(scan.good_bytes));
    BELLROCK_TRY(file_->Sync());
  }
  segment_first_ = first;
  segment_good_bytes_ = scan.good_bytes;
  next_sequence_ = scan.next_sequence;
  return Status::Ok();
}

Status AppendLog::OpenSegment(uint64_t first_sequence) {
  const std::string path = SegmentPath(first_sequence);
  // By way of a rename, which also makes the name durable.
  BELLROCK_TRY(WriteFileAtomically(environment_.disk, path, ""));
  BELLROCK_ASSIGN(file_, environment_.disk.Open(path, fiber::OpenMode::kAppendOrCreate));
  segment_first_ = first_sequence;
  segment_good_bytes_ = 0;
  tail_dirty_ = false;
  return Status::Ok();
}

Status AppendLog::Append(std::string payload, Committed committed) {
  auto pending = std::make_shared<Pending>();
  pending->payload = std::move(payload);
  pending->committed = std::move(committed);
  BELLROCK_TRY(Enqueue(pending));
  // Not to be left early: the record may become durable, and then its effect must be told.
  fiber::ScopedShield shield;
  const Status waited = pending->done.Wait();
  BELLROCK_CHECK(waited.ok(), "a shielded wait only ends when its event is set");
  return pending->result;
}

Status AppendLog::Enqueue(const PendingPtr& pending) {
  const size_t bytes = pending->payload.size();
  if (closed_) return UnavailableError(options_.directory + ": the log is closed");
  if (bytes > kRecordBytesMax) {
    return InvalidArgumentError(
        fmt::format("record of {} bytes: use at most {}", bytes, kRecordBytesMax));
  }
  if (queue_.size() >= options_.queue_records_max ||
      queue_bytes_ + bytes > options_.queue_bytes_max) {
    return ResourceExhaustedError(
        fmt::format("{}: {} records ({} bytes) wait for the disk already: try again later",
                    options_.directory, queue_.size(), queue_bytes_));
  }
  queue_.push_back(pending);
  queue_bytes_ += bytes;
  work_.WakeOne();
  return Status::Ok();
}

void AppendLog::Run() {
  while (true) {
    if (queue_.empty() && !roll_asked_) {
      if (closed_) return;
      if (!work_.Wait().ok()) closed_ = true;  // cancelled: the loop is going down
      continue;
    }
    fiber::ScopedShield shield;  // what waits is written, cancelled or not
    const Status rolled = RollIfAsked();
    if (!rolled.ok()) health_ = rolled;
    if (queue_.empty()) continue;
    const std::vector<PendingPtr> group = NextGroup();
    Status written = WriteGroup(group);
    if (!written.ok()) {
      written = Explained(written);
      if (health_.ok()) log::Error("store", "{}: {}", options_.directory, written.ToString());
    } else if (!health_.ok()) {
      log::Info("store", "{}: can be written again", options_.directory);
    }
    health_ = written;
    for (const PendingPtr& pending : group) {
      if (written.ok() && pending->committed) pending->committed(next_sequence_);
      if (written.ok()) ++next_sequence_;
      pending->result = written;
      pending->done.Set();
    }
  }
}

std::vector<AppendLog::PendingPtr> AppendLog::NextGroup() {
  size_t bytes = 0;
  size_t count = 0;
  while (count < queue_.size() && (count == 0 || bytes < options_.group_bytes_max)) {
    bytes += queue_[count++]->payload.size();
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
  return group;
}

Status AppendLog::WriteGroup(const std::vector<PendingPtr>& group) {
  BELLROCK_TRY(CutToGood());
  std::string bytes;
  for (size_t i = 0; i < group.size(); ++i) {
    AppendRecord(bytes, next_sequence_ + i, static_cast<uint32_t>(i), group[i]->payload);
  }
  tail_dirty_ = true;
  Status written = file_->Append(AsBytes(bytes));
  if (written.ok()) written = file_->Sync();
  if (!written.ok()) {
    // At once if possible, for the space; else before the next group.
    (void)CutToGood();
    return written;
  }
  tail_dirty_ = false;
  segment_good_bytes_ += bytes.size();
  bytes_since_snapshot_ += bytes.size();
  ++syncs_;
  return Status::Ok();
}

Status AppendLog::CutToGood() {
  if (!tail_dirty_) return Status::Ok();
  BELLROCK_TRY(file_->Truncate(segment_good_bytes_));
  tail_dirty_ = false;
  return Status::Ok();
}

Status AppendLog::RollIfAsked() {
  if (!roll_asked_ && segment_good_bytes_ < options_.segment_bytes) return Status::Ok();
  Status rolled = CutToGood();
  if (rolled.ok() && segment_good_bytes_ > 0) rolled = OpenSegment(next_sequence_);
  roll_asked_ = false;
  rolled_.WakeAll();
  return rolled;
}

void AppendLog::Close() {
  if (closed_) return;
  closed_ = true;
  work_.WakeAll();
  writer_.Join();
}

Status AppendLog::TakeSnapshot(const SnapshotSource& source) {
  if (snapshotting_) return FailedPreconditionError("a snapshot is being taken already");
  if (closed_) return UnavailableError(options_.directory + ": the log is closed");
  snapshotting_ = true;
  // A fresh segment, so that all older ones can go. If that fails the snapshot is still good, only
  // fewer go.
  roll_asked_ = true;
  work_.WakeOne();
  Status taken = rolled_.Wait();
  const uint64_t covers = last_sequence();
  if (taken.ok() && covers > snapshot_sequence_) {
    const std::string path = SnapshotPath(covers);
    const uint64_t bytes_before = bytes_since_snapshot_;
    taken = WriteSnapshot(path, covers, source);
    if (taken.ok()) {
      snapshot_sequence_ = covers;
      bytes_since_snapshot_ -= bytes_before;
      RemoveCovered(covers);
    }
  }
  snapshotting_ = false;
  return taken;
}

Status AppendLog::WriteSnapshot(const std::string& path, uint64_t covers,
                                const SnapshotSource& source) {
  const std::string aside = path + std::string(kUnfinishedSuffix);
  (void)environment_.disk.Remove(aside);
  BELLROCK_ASSIGN(auto file, environment_.disk.Open(aside, fiber::OpenMode::kCreateNew));
  std::string bytes;
  uint64_t count = 0;
  Status written;
  for (bool ended = false; !ended && written.ok();) {
    std::vector<std::string> entries;
    ended = source(entries);
    for (const std::string& entry : entries) AppendRecord(bytes, ++count, 0, entry);
    if (ended) AppendRecord(bytes, ++count, 0, "");
    if (!ended && bytes.size() < kSnapshotWriteBytes) {
      fiber::Yield();
      continue;
    }
    written = file->Append(AsBytes(bytes));
    bytes.clear();
  }
  if (written.ok()) written = file->Sync();
  file.reset();
  if (written.ok()) written = environment_.disk.Rename(aside, path);
  if (written.ok()) {
    log::Info("store", "{}: {} entries, covers all up to record {}", path, count - 1, covers);
    return written;
  }
  fiber::ScopedShield shield;
  (void)environment_.disk.Remove(aside);
  return written.WithContext("snapshot " + path);
}

void AppendLog::RemoveCovered(uint64_t covers) {
  Result<LogFiles> files = ListLogFiles(environment_.disk, options_.directory);
  if (!files.ok()) return;
  const auto remove = [&](const std::string& path) {
    const Status removed = environment_.disk.Remove(path);
    if (!removed.ok()) log::Warning("store", "{} stays: {}", path, removed.ToString());
  };
  for (uint64_t sequence : files->snapshots) {
    if (sequence < covers) remove(SnapshotPath(sequence));
  }
  for (size_t i = 0; i + 1 < files->segments.size(); ++i) {
    if (files->segments[i + 1] <= covers + 1 && files->segments[i] != segment_first_) {
      remove(SegmentPath(files->segments[i]));
    }
  }
}

}  // namespace bellrock::store
