// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/compute/live_service.h"

#include <utility>

#include "fiber/disk_pool.h"
#include "metrics/compute/live_tables.h"

namespace bellrock::metrics::compute {
namespace {

void ToWire(const LivePartition& from, v1::LivePartition& to) {
  to.set_number(from.number);
  to.set_counts(from.counts);
  to.set_epoch(from.epoch);
  to.set_moves(from.moves);
  to.set_complete_until(from.complete_until);
  to.set_cut_until(from.cut_until);
  to.set_cut(from.cut);
  to.set_next(from.next);
  to.set_takeovers(from.takeovers);
  to.set_calls(from.counted.calls);
  to.set_calls_lost(from.counted.calls_lost);
  to.set_duplicates(from.counted.duplicates);
  to.set_error(from.error);
}

// Sends tables as they are packed, several in a reply.
class Replies {
 public:
  explicit Replies(Writer<v1::LiveReply>& writer) : writer_(writer) {}

  Status Add(const LiveTable& live) {
    std::vector<std::string> packed;
    fiber::RunOnDiskThread([&] {
      for (const CardTable& piece : PiecesOf(live.table, kLivePieceBuckets)) {
        packed.push_back(EncodeTable(piece));
      }
    });
    for (std::string& table : packed) {
      bytes_ += table.size();
      v1::LiveTable& to = *reply_.add_tables();
      to.set_partition(live.partition);
      to.set_table(std::move(table));
      if (bytes_ >= kLiveReplyBytes) BELLROCK_TRY(Flush());
    }
    return Status::Ok();
  }
  Status Flush() {
    if (reply_.tables_size() == 0) return Status::Ok();
    const Status written = writer_.Write(reply_);
    reply_.Clear();
    bytes_ = 0;
    return written;
  }

 private:
  Writer<v1::LiveReply>& writer_;
  v1::LiveReply reply_;
  size_t bytes_ = 0;
};

}  // namespace

Status LiveService::Live(ServerContext&, const v1::LiveRequest& request,
                         Writer<v1::LiveReply>& writer) {
  const NodeLive live = node_.ConfirmedLive(request.set(), request.callee());
  v1::LiveReply first;
  first.set_node(live.node);
  for (const LivePartition& partition : live.partitions) ToWire(partition, *first.add_partitions());
  BELLROCK_TRY(writer.Write(first));
  Replies replies(writer);
  for (const LiveTable& table : live.tables) BELLROCK_TRY(replies.Add(table));
  return replies.Flush();
}

}  // namespace bellrock::metrics::compute
