// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/server/server_state.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "rpc/error_catalog.h"

namespace bellrock::rpc {

Status ConnectionCensus::Admit(const std::string& peer_host) {
  const std::lock_guard lock(mutex_);
  if (total_ >= total_max_) {
    return ResourceExhaustedError(
        Numbered(ErrorNumber::kConnectionsOpen,
                 fmt::format("{} connections are open, the limit (connections_max)", total_)));
  }
  size_t& of_peer = per_peer_[peer_host];
  if (of_peer >= per_peer_max_) {
    return ResourceExhaustedError(Numbered(
        ErrorNumber::kConnectionsOpen,
        fmt::format("{} connections from {} are open, the limit (connections_per_peer_max)",
                    of_peer, peer_host)));
  }
  ++of_peer;
  ++total_;
  return Status::Ok();
}

void ConnectionCensus::Leave(const std::string& peer_host) {
  const std::lock_guard lock(mutex_);
  --total_;
  const auto found = per_peer_.find(peer_host);
  if (--found->second == 0) per_peer_.erase(found);
}

size_t ConnectionCensus::total() const {
  const std::lock_guard lock(mutex_);
  return total_;
}

void ServerState::AddLoop(fiber::Loop& loop) {
  loops.push_back(std::make_unique<ServerLoop>(loop, methods.size()));
}

ServerLoop& ServerState::LoopOf(const fiber::Loop& loop) {
  const auto found = std::find_if(loops.begin(), loops.end(),
                                  [&loop](const auto& each) { return each->loop == &loop; });
  BELLROCK_CHECK(found != loops.end(), "a connection on a loop that the server does not know");
  return **found;
}

void ServerState::NoteCall(const ServedCall& call, Time now) {
  const CallRecord record = call.Record(options.name, options.instance, now);
  ServerLoop& of = call.server_loop();
  of.Add(call.method().index, now, record);
  if (observer == nullptr) return;
  CallKind* kind =
      record.code == StatusCode::kOk ? &of.kinds[call.method().index].Of(record.caller) : nullptr;
  if (kind != nullptr && observer->OnCallOf(*kind, record.latency)) return;
  observer->OnCall(record);
  if (kind != nullptr) *kind = observer->KindOf(record);
}

}  // namespace bellrock::rpc
