// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/client_stream.h"

#include <fmt/format.h>

#include <utility>

#include "rpc/frame_writer.h"

namespace bellrock::rpc {

ClientStream::ClientStream(std::shared_ptr<ClientCore> core,
                           std::shared_ptr<ClientConnection> connection, Endpoint endpoint,
                           const CallProgress& progress)
    : core_(std::move(core)),
      connection_(std::move(connection)),
      endpoint_(std::move(endpoint)),
      service_(progress.service),
      method_(progress.method),
      begun_(core_->clock().Now()),
      deadline_(progress.deadline),
      attempt_(static_cast<int>(progress.attempts.size())) {}

ClientStream::~ClientStream() {
  if (!open_) return;
  connection_->Drop(id_, true);
  ReportOnce(StatusCode::kCancelled);
}

Status ClientStream::Open(const Message& request) {
  BELLROCK_ASSIGN(id_, connection_->Open({.service = service_,
                                          .method = method_,
                                          .request = &request,
                                          .deadline = deadline_,
                                          .attempt = attempt_},
                                         pending_));
  open_ = true;
  return Status::Ok();
}

Result<bool> ClientStream::Read(Message& message) {
  while (pending_.items.empty() && !pending_.done) {
    Status waited = pending_.waiters.Wait(deadline_);
    if (waited.ok() || !pending_.items.empty() || pending_.done) continue;
    if (core_->clock().Now() >= deadline_) ReportOnce(waited.code());
    return waited;
  }
  if (!pending_.items.empty()) return TakeItem(message);
  ReportOnce(pending_.status.code());
  if (pending_.status.ok()) return false;
  return pending_.replied
             ? pending_.status
             : pending_.status.WithContext(fmt::format("stream {}/{}", service_, method_));
}

Result<bool> ClientStream::TakeItem(Message& message) {
  ReportOnce(StatusCode::kOk);
  const std::string item = std::move(pending_.items.front());
  pending_.items.pop_front();
  pending_.item_bytes -= item.size();
  read_bytes_ += item.size();
  // In halves of the window: few frames, and the callee never waits for a reader that keeps up.
  if (read_bytes_ >= ClientConnection::kStreamCreditBytes / 2 && !pending_.done) {
    connection_->GiveCredit(id_, std::exchange(read_bytes_, 0));
  }
  BELLROCK_TRY(ParseMessage(item, "stream item", message));
  return true;
}

void ClientStream::ReportOnce(StatusCode code) {
  if (std::exchange(reported_, true)) return;
  core_->Report(endpoint_, service_, method_, code, core_->clock().Now() - begun_);
}

}  // namespace bellrock::rpc
