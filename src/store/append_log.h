// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bellrock/status.h"
#include "fiber/environment.h"
#include "store/log_writer.h"
#include "store/record_format.h"

namespace bellrock::store {

using AppendLogOptions = LogWriterOptions;

// An append-only log with snapshots (VIN-038), written in groups (see LogWriter). Files:
// log-SEQUENCE.seg from that sequence on, snapshot-SEQUENCE.snap for all up to it; a snapshot is
// written aside, synced and renamed, then the segments it covers go. After a crash the cut end of
// the last group is taken off; damage anywhere else is kDataLoss and the log does not open. When
// the disk is full appends fail with kResourceExhausted and leave no trace; the next one tries
// again. Lives on one loop; not for two processes on one directory.
class AppendLog {
 public:
  struct Recovery {
    RecordVisitor on_snapshot_entry;  // sequence counts the entries from 1
    RecordVisitor on_record;          // in order of sequence, those the snapshot does not cover
  };

  // Blocks. Creates the directory and replays what is there.
  static Result<std::unique_ptr<AppendLog>> Open(fiber::Environment environment,
                                                 AppendLogOptions options,
                                                 const Recovery& recovery);
  AppendLog(const AppendLog&) = delete;
  AppendLog& operator=(const AppendLog&) = delete;

  using Committed = LogWriter::Committed;
  // Blocks until the record is durable, whatever the fiber's deadline, or failed. `committed` is
  // called in order of sequence before any waiter resumes, and must not block. kResourceExhausted:
  // disk or queue full; kUnavailable: closed.
  Status Append(std::string payload, Committed committed);

  // Fills `entries` with the next ones; true when there are no more.
  using SnapshotSource = std::function<bool(std::vector<std::string>& entries)>;
  // Blocks; appends go on meanwhile. `source` is asked first when all records up to the snapshot's
  // sequence are applied; what it tells later may already hold the effects of later records, which
  // are replayed on top.
  Status TakeSnapshot(const SnapshotSource& source);

  // OK, or why the last write failed; OK again after the next that succeeds.
  const Status& health() const { return writer_.health(); }
  uint64_t last_sequence() const { return writer_.next_sequence() - 1; }
  uint64_t records_since_snapshot() const { return last_sequence() - snapshot_sequence_; }
  uint64_t bytes_since_snapshot() const { return bytes_since_snapshot_; }
  uint64_t syncs() const { return writer_.syncs(); }

  // Writes what waits, then refuses.
  void Close() { writer_.Close(); }

 private:
  AppendLog(fiber::Environment environment, AppendLogOptions options);
  Status Recover(const Recovery& recovery);
  Status RecoverSnapshot(const std::vector<uint64_t>& snapshots, const Recovery& recovery);
  Status RecoverSegments(std::vector<uint64_t> segments, const Recovery& recovery);
  Status ReplayClosed(uint64_t first, uint64_t next, const RecordVisitor& visit);
  Status ReplayNewest(uint64_t first, const RecordVisitor& visit);
  Status WriteSnapshot(const std::string& path, uint64_t covers, const SnapshotSource& source);
  void RemoveCovered(uint64_t covers);
  std::string SnapshotPath(uint64_t sequence) const;

  fiber::Environment environment_;
  const AppendLogOptions options_;
  uint64_t snapshot_sequence_ = 0;
  uint64_t bytes_since_snapshot_ = 0;
  bool snapshotting_ = false;
  LogWriter writer_;
};

}  // namespace bellrock::store
