// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bellrock/time.h"
#include "rpc/pages/call_journal.h"
#include "rpc/pages/method_stats.h"

// What the built-in pages show, gathered from all loops of a server at one moment: plain values.
namespace bellrock::rpc {

struct ConnectionRow {
  std::string peer;
  std::string identity;
  std::string protocol;  // "native", "http/1.1", ...; "" = has not said
  size_t loop = 0;
  Duration age{0};
  Duration silent{0};
  size_t in_flight = 0;
  uint64_t bytes_in = 0;
  uint64_t bytes_out = 0;
  size_t queued_bytes = 0;
};

struct CallRow {
  std::string method;
  std::string caller;
  std::string peer;
  Duration age{0};
  Duration left{0};  // until its deadline; Duration::max() without one
  TraceContext trace;
};

struct LoopRow {
  size_t live_fibers = 0;
  uint64_t switches = 0;
  uint64_t handoffs = 0;
  uint64_t handoffs_refused = 0;
  uint64_t long_runs = 0;
};

struct ServerSnapshot {
  std::vector<MethodStats> methods;  // by Method::index
  CallJournal journal;
  std::vector<ConnectionRow> connections;
  std::vector<CallRow> calls;
  std::vector<LoopRow> loops;

  // Connections and calls listed at most; the rest is only counted.
  static constexpr size_t kRowsMax = 1000;
  size_t connection_count = 0;
  size_t call_count = 0;
};

}  // namespace bellrock::rpc
