// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <unordered_map>

#include "bellrock/metrics/v1/compute.pb.h"
#include "bellrock/status.h"
#include "metrics/bounds.h"
#include "metrics/sequence_window.h"

namespace bellrock::metrics::compute {

// Knows a batch that comes again, by (source, epoch, sequence). What it answers depends on the
// batches noted before, in their order, and on nothing else, so that a partition's next owner,
// which loads what was saved at a cut and reads on, answers the same. At the bound the source
// unheard for longest is forgotten. Not thread-safe.
class SourceMemory {
 public:
  explicit SourceMemory(size_t sources_max = kSourcesMax) : sources_max_(sources_max) {}

  // False if this batch was noted before, or is older than what is remembered.
  bool Note(const std::string& source, uint64_t epoch, uint64_t sequence);

  size_t sources() const { return order_.size(); }
  std::string Save() const;  // never empty
  // In place of all that was known. kDataLoss if the bytes are not what Save() made.
  Status Load(const std::string& bytes);

 private:
  struct Source {
    std::string name;
    uint64_t epoch = 0;
    SequenceWindow sequences;
  };
  using Order = std::list<Source>;  // the one unheard for longest first

  Source& Touch(const std::string& source, uint64_t epoch);

  size_t sources_max_;
  Order order_;
  std::unordered_map<std::string, Order::iterator> by_key_;
};

}  // namespace bellrock::metrics::compute
