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
#include "fiber/fiber.h"
#include "fiber/sync.h"
#include "store/record_format.h"

namespace bellrock::store {

struct LogWriterOptions {
  std::string directory = "";
  std::string name = "the log";       // in messages
  uint64_t segment_bytes = 64 << 20;  // a segment larger than this is closed and the next begun
  size_t queue_bytes_max = 16 << 20;  // waiting to be written; beyond it appends are refused
  size_t queue_records_max = 100'000;
  size_t group_bytes_max = 4 << 20;  // written and synced at once
};

// Records that have become durable together.
struct WrittenGroup {
  uint64_t segment = 0;   // its first sequence
  uint64_t position = 0;  // of the group in the segment's file
  uint64_t bytes = 0;
  uint64_t first_sequence = 0;
  uint64_t next_sequence = 0;  // after the group
};

// The writing end of a log of segments. Many fibers append; one fiber writes what waits as a group
// and syncs once for all of it. After a failed write the segment is cut back to what was good, so
// that nothing of a refused append remains, and the next group tries again. Made, resumed and used
// by the log that owns it, on one loop. Who reads the files must not look behind the last group.
class LogWriter {
 public:
  // `on_written` is called for each group before anybody who waits for it resumes; it must not
  // block.
  using OnWritten = std::function<void(const WrittenGroup&)>;
  LogWriter(fiber::Disk& disk, LogWriterOptions options, OnWritten on_written);
  ~LogWriter();  // Close()
  LogWriter(const LogWriter&) = delete;
  LogWriter& operator=(const LogWriter&) = delete;

  // One of these first: an empty segment, or the newest one, of which the end of a write that a
  // crash cut is taken off. Both block.
  Status Create(uint64_t first_sequence);
  Status Resume(uint64_t first_sequence, const RecordVisitor& visit);
  // From here on appends are written.
  void Start();

  // Blocks until the records are durable, one after another, whatever the fiber's deadline, or
  // failed as a whole. The first one's sequence, which `committed` is told too, in order, before
  // any waiter resumes; it must not block. kResourceExhausted: disk or queue full; kUnavailable:
  // closed.
  using Committed = std::function<void(uint64_t sequence)>;
  Result<uint64_t> Append(std::vector<std::string> payloads, Committed committed = nullptr);

  // Begins another segment, if this one holds anything. Blocks.
  Status Roll();
  // Writes what waits, then refuses.
  void Close();

  bool closed() const { return closed_; }
  // OK, or why the last write failed; OK again after the next that succeeds.
  const Status& health() const { return health_; }
  uint64_t next_sequence() const { return next_sequence_; }
  uint64_t segment_first() const { return segment_first_; }
  uint64_t segment_bytes() const { return segment_good_bytes_; }  // durable
  uint64_t syncs() const { return syncs_; }

 private:
  struct Pending {
    std::vector<std::string> payloads;
    size_t bytes = 0;
    Committed committed;
    Status result;
    uint64_t first_sequence = 0;
    fiber::Event done;
  };
  using PendingPtr = std::shared_ptr<Pending>;

  Status Check(const Pending& pending) const;
  Status Enqueue(const PendingPtr& pending);
  void Run();
  std::vector<PendingPtr> NextGroup();
  void CommitGroup(const std::vector<PendingPtr>& group);
  Status WriteGroup(const std::vector<PendingPtr>& group);
  void NoteHealth(Status written);
  Status CutToGood();
  Status RollIfNeeded();

  fiber::Disk& disk_;
  const LogWriterOptions options_;
  const OnWritten on_written_;
  std::unique_ptr<fiber::File> file_;
  uint64_t segment_first_ = 0;  // first sequence of the open segment
  uint64_t segment_good_bytes_ = 0;
  bool tail_dirty_ = false;  // a failed write may have left bytes behind segment_good_bytes_
  uint64_t next_sequence_ = 0;
  uint64_t syncs_ = 0;
  Status health_;
  bool closed_ = false;
  bool roll_asked_ = false;
  std::vector<PendingPtr> queue_;
  size_t queue_bytes_ = 0;
  size_t queue_records_ = 0;
  fiber::WaitQueue work_;
  fiber::WaitQueue rolled_;
  fiber::JoinHandle writer_;
};

}  // namespace bellrock::store
