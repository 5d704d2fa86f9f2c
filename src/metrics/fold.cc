// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/fold.h"

namespace bellrock::metrics {

void FoldCalls(std::span<const RawCall> calls, uint32_t sets,
               const std::function<void(uint32_t set, Card card)>& each) {
  std::vector<uint32_t> begins(sets + 1, 0);
  for (const RawCall& call : calls) ++begins[call.set + 1];
  for (uint32_t set = 0; set < sets; ++set) begins[set + 1] += begins[set];
  std::vector<uint32_t> latencies(calls.size());
  std::vector<uint32_t> ends(begins.begin(), begins.end() - 1);
  for (const RawCall& call : calls) latencies[ends[call.set]++] = call.latency_us;
  for (uint32_t set = 0; set < sets; ++set) {
    if (begins[set] == ends[set]) continue;
    each(set,
         Card::FromLatencies(std::span(latencies).subspan(begins[set], ends[set] - begins[set])));
  }
}

}  // namespace bellrock::metrics
