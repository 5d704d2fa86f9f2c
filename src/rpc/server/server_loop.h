// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "fiber/loop.h"
#include "rpc/client/call_kind.h"
#include "rpc/client/endpoint_source.h"
#include "rpc/pages/call_journal.h"
#include "rpc/pages/method_stats.h"
#include "rpc/server/message_pool.h"

namespace bellrock::rpc {

// What the connections on one loop of a server share: what is remembered of their calls for the
// built-in pages and for counting, and the messages of ended calls for the next. Touched on that
// loop only.
struct ServerLoop {
  ServerLoop(fiber::Loop& of, size_t methods_served)
      : loop(&of), methods(methods_served), kinds(methods_served), messages(methods_served) {}

  void Add(size_t method, Time now, const CallRecord& record) {
    methods[method].Add(now, record.code, record.latency);
    journal.Add(now, record);
  }

  fiber::Loop* loop;
  std::vector<MethodStats> methods;           // by Method::index
  std::vector<CallKinds<std::string>> kinds;  // of calls that succeeded; likewise, and by caller
  CallJournal journal;
  MessagePool messages;
};

}  // namespace bellrock::rpc
