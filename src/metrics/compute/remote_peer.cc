// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/compute/remote_peer.h"

#include <utility>

#include "fiber/disk_pool.h"

namespace bellrock::metrics::compute {
namespace {

constexpr Duration kAnswerTime = std::chrono::seconds(kLiveAnswerSeconds);

LivePartition FromWire(const v1::LivePartition& from) {
  LivePartition to;
  to.number = from.number();
  to.counts = from.counts();
  to.epoch = from.epoch();
  to.moves = from.moves();
  to.complete_until = from.complete_until();
  to.cut_until = from.cut_until();
  to.cut = from.cut();
  to.next = from.next();
  to.takeovers = from.takeovers();
  to.counted.calls = from.calls();
  to.counted.calls_lost = from.calls_lost();
  to.counted.duplicates = from.duplicates();
  to.error = from.error();
  return to;
}

Status AddTables(const v1::LiveReply& reply, NodeLive& live) {
  for (const v1::LiveTable& from : reply.tables()) {
    auto table = DecodeTable(from.table());
    if (!table.ok()) {
      return DataLossError("a compute node sent a table that cannot be read")
          .WithCause(table.status());
    }
    live.tables.push_back({from.partition(), *std::move(table)});
  }
  return Status::Ok();
}

}  // namespace

Result<NodeLive> RemotePeer::Ask(const std::string& set, const std::string& callee) {
  v1::LiveRequest request;
  request.set_set(set);
  request.set_callee(callee);
  BELLROCK_ASSIGN(auto reader, stub_.Live(request, {.timeout = kAnswerTime, .attempts = 1}));
  NodeLive live;
  for (;;) {
    v1::LiveReply reply;
    BELLROCK_ASSIGN(const bool more, reader.Read(reply));
    if (!more) return live;
    if (!reply.node().empty()) live.node = reply.node();
    for (const v1::LivePartition& from : reply.partitions()) {
      live.partitions.push_back(FromWire(from));
    }
    if (reply.tables_size() == 0) continue;
    Status added;
    fiber::RunOnDiskThread([&] { added = AddTables(reply, live); });
    BELLROCK_TRY(added);
  }
}

}  // namespace bellrock::metrics::compute
