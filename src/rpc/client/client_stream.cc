// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/client/client_stream.h"

#include <fmt/format.h>

#include <utility>

#include "fiber/user_section.h"
#include "rpc/error_catalog.h"

namespace bellrock::rpc {

ClientStream::ClientStream(std::shared_ptr<ClientCore> core, ConnectionPool::Lease connection,
                           std::unique_ptr<TransportStream> stream, Endpoint endpoint,
                           const CallProgress& progress)
    : core_(std::move(core)),
      connection_(std::move(connection)),
      stream_(std::move(stream)),
      endpoint_(std::move(endpoint)),
      service_(progress.service),
      method_(progress.method),
      trace_(progress.trace),
      begun_(core_->clock().Now()),
      deadline_(progress.deadline),
      tries_(progress.tries),
      details_(progress.options->details) {}

ClientStream::~ClientStream() {
  fiber::LeaveUserCode();
  ReportOnce(CancelledError(Numbered(ErrorNumber::kCancelled, "the caller left the stream")));
}

Status ClientStream::Write(const Message& message) {
  const fiber::FrameworkSection framework;
  return stream_->Write(message);
}

Status ClientStream::CloseWrites() {
  const fiber::FrameworkSection framework;
  return stream_->CloseWrites();
}

Result<bool> ClientStream::Read(Message& message) {
  const fiber::FrameworkSection framework;
  Result<bool> read = stream_->Read(message);
  if (read.ok()) {
    ReportOnce(Status::Ok());
    if (!*read) TellDetails();
    return read;
  }
  const IncomingReply& end = stream_->end();
  const bool by_caller = !end.replied && read.status().code() != StatusCode::kUnavailable &&
                         core_->clock().Now() < deadline_;
  // A reader that stopped to wait may go on to read.
  if (by_caller) return read;
  ReportOnce(read.status());
  TellDetails();
  if (end.replied) return read;
  return read.status().WithContext(fmt::format("stream {}/{}", service_, method_));
}

void ClientStream::TellDetails() {
  FillDetails(trace_, tries_, endpoint_, stream_->end(), std::exchange(details_, nullptr));
}

void ClientStream::ReportOnce(const Status& status) {
  if (std::exchange(reported_, true)) return;
  core_->Report(endpoint_, service_, method_, trace_, status, stream_->end(),
                core_->clock().Now() - begun_);
}

}  // namespace bellrock::rpc
