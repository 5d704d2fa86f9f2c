// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "fiber/environment.h"
#include "metrics/compute/cut_log.h"
#include "metrics/compute/partition.h"
#include "metrics/queue/queue.h"
#include "metrics/store/store.h"

namespace bellrock::metrics::compute {

inline constexpr char kCardsTopic[] = "cards";
inline constexpr char kCutsTopic[] = "cuts";

// Works one partition: reads its records, cuts, and writes what a cut comes to. Several owners of
// one partition may work at a time; the cut log lets one of them count, and what they do together
// is what one would have done (docs/design/metrics.md). All calls block the fiber. Not thread-safe.
class Owner {
 public:
  struct Options {
    uint32_t partition = 0;
    std::string node;  // of one run of one process, so that a restarted one is another
    std::vector<DimensionSet> sets;
    PartitionBounds bounds = {};
  };

  // The queue and the store are borrowed.
  Owner(fiber::Environment environment, queue::Queue& queue, store::Store& store, Options options);

  // Makes this owner the one that counts, and does the results of the last cut again if they may be
  // missing. kAborted if another took over meanwhile.
  Status TakeOver();
  // Applies what came, waiting at most `wait` for it, and cuts if that is due. kUnavailable: to be
  // called again, nothing is lost. kAborted if another owner counts; this one's state is then worth
  // nothing. kDataLoss if records it needs are gone.
  Status Step(Duration wait);
  // Cuts now, if anything came since the last cut. kAborted as above.
  Status CutNow();

  // Not while moves() is odd.
  Partition& partition() { return partition_; }
  const Partition& partition() const { return partition_; }
  // Odd while calls move from the partition to the store, when neither tells all of them, or both
  // may.
  uint64_t moves() const { return moves_; }
  // A cut is on its way into the log; that it holds is not known yet.
  bool appending() const { return appending_; }
  const CutLog& cuts() const { return cuts_; }
  uint64_t cuts_next() const { return cuts_next_; }  // where cuts() has read the log up to
  uint64_t epoch() const { return epoch_; }          // of its takeover
  // When the cut log last showed that no other had taken over.
  Time verified() const { return verified_; }

 private:
  // Appends until it is in the log, and reads the log so far.
  Status AppendCut(const v1::CutRecord& record);
  bool Holds(const v1::CutRecord& record) const;
  Status ReadCuts();
  Status Verify();
  Status Replaced() const;
  Status Redo(const Cut& cut);
  Status ApplyUntil(uint64_t to);
  Status MoveResults(const Cut& cut);
  Status Forget(const Cut& cut);
  std::string MemoryName(uint64_t cut) const;

  fiber::Environment environment_;
  queue::Queue& queue_;
  store::Store& store_;
  const Options options_;
  Partition partition_;
  CutLog cuts_;
  uint64_t cuts_next_ = 0;        // offset in the cut log
  uint64_t last_cut_offset_ = 0;  // of the newest cut that holds
  uint64_t cuts_since_trim_ = 0;
  uint64_t moves_ = 0;
  bool appending_ = false;
  uint64_t epoch_ = 0;
  Time verified_{};
};

}  // namespace bellrock::metrics::compute
