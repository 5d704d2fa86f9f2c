// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "bellrock/metrics/v1/compute.pb.h"

namespace bellrock::metrics::compute {

// The cut of a partition's records that counts as number `number`.
struct Cut {
  uint64_t number = 0;  // from 1
  uint64_t from = 0;    // [from, to) of the queue's offsets
  uint64_t to = 0;

  friend bool operator==(const Cut&, const Cut&) = default;
};

// Decides which records of a partition's cut log hold, in the log's order alone, so that every
// reader decides the same and a node that was paused finds itself replaced: a takeover holds if its
// epoch is higher than all before; a cut holds if it is of the newest takeover's epoch and node,
// and goes on where the last one that holds ended. A log may be trimmed up to a cut that holds.
// Not thread-safe.
class CutLog {
 public:
  // True if the record holds.
  bool Apply(const v1::CutRecord& record);

  uint64_t epoch() const { return epoch_; }
  const std::string& node() const { return node_; }
  // The last that holds; number 0 before the first.
  const Cut& last() const { return last_; }

  // What to append next.
  v1::CutRecord Takeover(const std::string& node) const;
  v1::CutRecord Next(uint64_t to) const;

 private:
  bool ApplyTakeover(const v1::CutRecord& record);
  bool ApplyCut(const v1::CutRecord& record);

  bool begun_ = false;
  uint64_t epoch_ = 0;
  std::string node_;
  Cut last_;
};

}  // namespace bellrock::metrics::compute
