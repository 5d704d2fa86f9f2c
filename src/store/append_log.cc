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

LogWriterOptions Named(LogWriterOptions options) {
  options.name = "the journal";
  return options;
}

}  // namespace

AppendLog::AppendLog(fiber::Environment environment, AppendLogOptions options)
    : environment_(environment),
      options_(std::move(options)),
      writer_(environment.disk, Named(options_),
              [this](const WrittenGroup& group) { bytes_since_snapshot_ += group.bytes; }) {}

Result<std::unique_ptr<AppendLog>> AppendLog::Open(fiber::Environment environment,
                                                   AppendLogOptions options,
                                                   const Recovery& recovery) {
  auto log = std::unique_ptr<AppendLog>(new AppendLog(environment, std::move(options)));
  BELLROCK_TRY(log->Recover(recovery));
  log->writer_.Start();
  return log;
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
  return Status::Ok();
}

Status AppendLog::RecoverSegments(std::vector<uint64_t> segments, const Recovery& recovery) {
  const uint64_t wanted = snapshot_sequence_ + 1;
  // Drop those that the snapshot covers wholly: the next one begins at or before what is needed.
  while (segments.size() > 1 && segments[1] <= wanted) segments.erase(segments.begin());
  if (segments.empty()) return writer_.Create(wanted);
  if (segments.front() > wanted) {
    return DataLossError(fmt::format("{}: records {}..{} are missing: {} is the oldest segment",
                                     options_.directory, wanted, segments.front() - 1,
                                     SegmentName(segments.front())));
  }
  const auto visit = [&](uint64_t sequence, std::string_view payload) {
    if (sequence <= snapshot_sequence_) return Status::Ok();
    bytes_since_snapshot_ += payload.size() + kRecordHeaderBytes;
    return recovery.on_record(sequence, payload);
  };
  for (size_t i = 0; i + 1 < segments.size(); ++i) {
    BELLROCK_TRY(ReplayClosed(segments[i], segments[i + 1], visit));
  }
  return ReplayNewest(segments.back(), visit);
}

Status AppendLog::ReplayClosed(uint64_t first, uint64_t next, const RecordVisitor& visit) {
  const std::string path = SegmentPath(options_.directory, first);
  BELLROCK_ASSIGN(const auto file, environment_.disk.Open(path, fiber::OpenMode::kRead));
  BELLROCK_ASSIGN(const ScanResult scan, ScanRecords(*file, path, first, false, visit));
  if (scan.next_sequence == next) return Status::Ok();
  return DataLossError(fmt::format(
      "{} ends before record {}, where the next segment begins: restore the file from a copy", path,
      next));
}

Status AppendLog::ReplayNewest(uint64_t first, const RecordVisitor& visit) {
  BELLROCK_TRY(writer_.Resume(first, visit));
  if (writer_.next_sequence() > snapshot_sequence_) return Status::Ok();
  return DataLossError(
      fmt::format("{} ends at record {}, but the snapshot covers {}: restore the file from a copy",
                  SegmentPath(options_.directory, first), last_sequence(), snapshot_sequence_));
}

Status AppendLog::Append(std::string payload, Committed committed) {
  std::vector<std::string> payloads;
  payloads.push_back(std::move(payload));
  return writer_.Append(std::move(payloads), std::move(committed)).status();
}

Status AppendLog::TakeSnapshot(const SnapshotSource& source) {
  if (snapshotting_) return FailedPreconditionError("a snapshot is being taken already");
  if (writer_.closed()) return UnavailableError(options_.directory + ": the log is closed");
  snapshotting_ = true;
  // A fresh segment, so that all older ones can go. If that fails the snapshot is still good, only
  // fewer go.
  Status taken = writer_.Roll();
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
    if (files->segments[i + 1] <= covers + 1 && files->segments[i] != writer_.segment_first()) {
      remove(SegmentPath(options_.directory, files->segments[i]));
    }
  }
}

}  // namespace bellrock::store
