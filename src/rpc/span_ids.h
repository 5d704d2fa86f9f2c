// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/splitmix.h"
#include "bellrock/trace.h"
#include "fiber/environment.h"

namespace bellrock::rpc {

// Makes ids of traces and spans from a random seed, a few cycles each. Belongs to one loop.
class SpanIds {
 public:
  explicit SpanIds(fiber::Random& random) : numbers_(random.Next()) {}

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
  uint64_t Next() { return numbers_.Next() | 1; }  // an id of zeros means none

  SplitMix64 numbers_;
};

}  // namespace bellrock::rpc
