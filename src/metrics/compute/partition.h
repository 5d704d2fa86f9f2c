// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "bellrock/metrics/v1/compute.pb.h"
#include "metrics/bounds.h"
#include "metrics/card_table.h"
#include "metrics/compute/source_memory.h"
#include "metrics/dimension.h"
#include "metrics/store/store.h"
#include "metrics/tree/fold.h"

namespace bellrock::metrics::compute {

struct PartitionBounds {
  size_t fold_bytes_max = kFoldBytesMax;  // held between two cuts; beyond it the cut comes early
  size_t sources_max = kSourcesMax;
};

// What one partition's records come to: a function of the records from one cut to the next, and of
// the batches known at the first of them. Seconds of the coarse sets can be read at any time;
// minutes of all sets are made at the cut. Time comes in as an argument and decides only when a cut
// is due, never what is in it. Not thread-safe.
class Partition {
 public:
  struct Counts {
    uint64_t batches = 0;
    uint64_t duplicates = 0;
    uint64_t calls = 0;
    uint64_t calls_lost = 0;      // told by their sources
    uint64_t records_broken = 0;  // not what a collector writes; passed over
  };

  explicit Partition(std::vector<DimensionSet> sets, PartitionBounds bounds = {});

  // Begins at `offset`, with the memory saved at the cut that ended there; "" for none.
  Status Begin(uint64_t offset, const std::string& memory);
  // Records ascend; one before next() is passed over.
  void Apply(uint64_t offset, const std::string& value);
  uint64_t next() const { return next_; }
  // A collector's word that did not come as a record.
  void Hear(const v1::Marker& marker);
  // There are no records from next() up to `offset`.
  void SkipTo(uint64_t offset) { next_ = std::max(next_, offset); }

  // A minute has passed since the last cut and the collectors have told all of it (or are late by
  // kCutLateSeconds), or memory runs short. Never if nothing came since.
  bool CutDue(int64_t unix_second) const;
  // The partition goes on from next(): TakeCut() gives all blocks of the records before it. Slow, a
  // thread's work of about 0.4 us a call; only cut_until() and counts may be asked meanwhile.
  void BeginCut(int64_t unix_second);
  std::vector<store::Block> TakeCut();
  std::string SaveMemory() const;

  // Seconds since the last cut by coarse set, as deltas: their sum is what is known now. The
  // reference is valid until the next call.
  struct LiveSeconds {
    std::map<std::string, std::vector<CardTable>> tables;  // by DimensionSet::name
  };
  const LiveSeconds& Live();

  // The second up to which all sources have spoken, by the collectors' word; 0 if none ever has.
  int64_t complete_until() const;
  // The second up to which calls that came in time are in the blocks of a cut.
  int64_t cut_until() const;
  const Counts& counts() const { return counts_; }

 private:
  void ApplyBatch(const v1::SourceBatch& batch);
  void AddLost(const v1::SourceBatch& batch);
  Status LoadMemory(const std::string& memory);

  std::vector<DimensionSet> sets_;
  std::vector<DimensionSet> coarse_;
  PartitionBounds bounds_;
  SourceMemory memory_;
  tree::Fold minutes_;
  tree::Fold seconds_;
  LiveSeconds live_;
  std::map<std::pair<std::string, int64_t>, uint64_t> lost_;  // (callee, second)
  std::map<std::string, int64_t> collectors_;                 // newest second each has completed
  uint64_t begin_ = 0;
  uint64_t next_ = 0;
  int64_t last_cut_minute_ = 0;
  int64_t cut_until_ = 0;
  Counts counts_;
};

}  // namespace bellrock::metrics::compute
