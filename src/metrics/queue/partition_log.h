// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "bellrock/status.h"
#include "fiber/environment.h"
#include "fiber/sync.h"
#include "metrics/queue/queue.h"
#include "store/log_writer.h"

namespace bellrock::metrics::queue {

struct PartitionOptions {
  std::string directory = "";
  uint64_t bytes_max = kQueuePartitionBytesDefault;  // beyond it the oldest segments go
  uint64_t segment_bytes = 16 << 20;  // read whole of the newest one when it is opened
  size_t queue_bytes_max = kQueueUnwrittenBytesMax;  // waiting to be written
  size_t group_bytes_max = 4 << 20;                  // written and synced at once
};

// One partition of a SegmentLog: a folder of segments, log-OFFSET.seg from that offset on. Appends
// go through bellrock::store::LogWriter; what is durable can be read from any offset, by way of a
// sparse index that is not kept on disk but learnt as records are written and read. Whole segments
// go, oldest first, by retention or Trim; the newest stays, since its name tells the next offset.
// Damage in the newest segment is kDataLoss at Open, elsewhere when it is read. Lives on one loop.
class PartitionLog {
 public:
  // Blocks. Creates the directory if it is not there.
  static Result<std::unique_ptr<PartitionLog>> Open(fiber::Environment environment,
                                                    PartitionOptions options);
  ~PartitionLog();  // Close(); no call may be under way
  PartitionLog(const PartitionLog&) = delete;
  PartitionLog& operator=(const PartitionLog&) = delete;

  // See Queue.
  Result<uint64_t> Append(std::vector<std::string> values);
  Result<std::vector<Record>> Read(uint64_t from, const ReadBounds& bounds);
  Offsets offsets() const { return {segments_.begin()->first, writer_.next_sequence()}; }
  Status Trim(uint64_t offset);

  // Writes what waits, then refuses; readers that wait get kUnavailable.
  void Close();

  uint64_t bytes() const { return bytes_; }
  uint64_t syncs() const { return writer_.syncs(); }

 private:
  struct Segment {
    uint64_t first = 0;                     // offset
    uint64_t bytes = 0;                     // durable
    std::map<uint64_t, uint64_t> places{};  // offset -> position in the file; some of them
  };
  using SegmentPtr = std::shared_ptr<Segment>;
  // The file that was read last, so that a reader at the end need not open it again.
  struct OpenSegment {
    uint64_t first = 0;
    std::unique_ptr<fiber::File> file;
  };

  PartitionLog(fiber::Environment environment, PartitionOptions options);
  Status Recover();
  void OnWritten(const bellrock::store::WrittenGroup& group);
  Status CheckRange(uint64_t from) const;
  Status AwaitRecord(uint64_t from, Duration wait);
  Result<std::vector<Record>> ReadSegment(const SegmentPtr& segment, uint64_t from,
                                          size_t bytes_max);
  Result<std::vector<Record>> Scan(Segment& segment, fiber::File& file, uint64_t from,
                                   size_t bytes_max);
  Result<OpenSegment> TakeOpen(uint64_t first);
  static void NotePlace(Segment& segment, uint64_t offset, uint64_t position);
  void RemoveOldest(uint64_t unwanted_before);
  std::string PathOf(const Segment& segment) const;

  fiber::Environment environment_;
  const PartitionOptions options_;
  std::map<uint64_t, SegmentPtr> segments_;  // by first offset; never empty once open
  uint64_t bytes_ = 0;                       // of all segments
  OpenSegment kept_open_;
  bool removing_ = false;
  bool closed_ = false;
  fiber::WaitQueue written_;
  bellrock::store::LogWriter writer_;
};

}  // namespace bellrock::metrics::queue
