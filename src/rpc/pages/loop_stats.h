// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "fiber/loop.h"
#include "rpc/client/endpoint_source.h"
#include "rpc/pages/call_journal.h"
#include "rpc/pages/method_stats.h"

namespace bellrock::rpc {

// What one loop of a server remembers of the calls it served, for the built-in pages. Touched on
// that loop only.
struct LoopStats {
  LoopStats(fiber::Loop& of, size_t methods_served) : loop(&of), methods(methods_served) {}

  void Add(size_t method, Time now, const CallRecord& record) {
    methods[method].Add(now, record.code, record.latency);
    journal.Add(now, record);
  }

  fiber::Loop* loop;
  std::vector<MethodStats> methods;  // by Method::index
  CallJournal journal;
};

}  // namespace bellrock::rpc
