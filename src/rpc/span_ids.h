// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "bellrock/trace.h"
#include "fiber/environment.h"

namespace bellrock::rpc {

// Makes ids of traces and spans: splitmix64 (Steele, Lea, Flood 2014) from a random seed, a few
// cycles each. Belongs to one loop.
class SpanIds {
 public:
  explicit SpanIds(fiber::Random& random) : state_(random.Next()) {}

  // A span below `parent`; the root of a new trace if that is not valid.
  TraceContext Child(const TraceContext& parent) {
    TraceContext span = parent;
    if (!parent.valid()) {
      span.trace_id_high = Next();
      span.trace_id_low = Next();
    }
    span.parent_span_id = parent.span_id;
    span.span_id = Next();
    return span;
  }

 private:
  uint64_t Next() {
    uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return (z ^ (z >> 31)) | 1;  // an id of zeros means none
  }

  uint64_t state_;
};

}  // namespace bellrock::rpc
