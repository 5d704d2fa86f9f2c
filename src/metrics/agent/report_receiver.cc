// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/agent/report_receiver.h"

#include <fmt/format.h>

#include <utility>

#include "fiber/unix_time.h"
#include "metrics/agent/report.h"
#include "metrics/bounds.h"

namespace bellrock::metrics::agent {

ReportReceiver::ReportReceiver(fiber::Environment environment, CardSink& sink, std::string host,
                               std::string source)
    : environment_(environment),
      sink_(sink),
      host_(std::move(host)),
      source_(std::move(source)),
      epoch_(static_cast<uint64_t>(environment.clock.WallNow().time_since_epoch().count())) {}

Result<v1::ReportReply> ReportReceiver::Push(ServerContext&, const v1::ReportRequest& request) {
  BELLROCK_ASSIGN(v1::PushRequest push,
                  CardsOf(request, host_, fiber::UnixSecond(environment_.clock)));
  const bool named = !request.source().empty();
  BELLROCK_TRY(named ? NameBySource(request, push) : NameByAgent(request, push));
  if (push.cards().empty()) return v1::ReportReply();
  const Result<v1::PushReply> sent = sink_.Send(push);
  if (!sent.ok()) {
    if (!named) calls_total_ -= CallsOf(request);  // they are told again, under another number
    return sent.status();
  }
  v1::ReportReply reply;
  reply.set_duplicate(sent->duplicate());
  return reply;
}

Status ReportReceiver::NameByAgent(const v1::ReportRequest& request, v1::PushRequest& push) {
  if (request.sequence() != 0 || request.epoch() != 0 || request.calls_total() != 0) {
    return InvalidArgumentError(
        "source: \"\", but epoch, sequence or calls_total are there; name the source they number");
  }
  calls_total_ += CallsOf(request);
  push.set_source(source_);
  push.set_epoch(epoch_);
  push.set_sequence(++sequence_);
  push.set_calls_total(calls_total_);
  return Status::Ok();
}

Status ReportReceiver::NameBySource(const v1::ReportRequest& request, v1::PushRequest& push) {
  const std::string source = host_ + ":" + request.source();
  if (source.size() > kSourceBytesMax || request.source().find(':') != std::string::npos) {
    return InvalidArgumentError(
        fmt::format("source: {} bytes; write a name without a colon, at most {} bytes",
                    request.source().size(), kSourceBytesMax - host_.size() - 1));
  }
  if (request.sequence() == 0) {
    return InvalidArgumentError(
        "sequence: 0; number the pushes of a source 1, 2, ..., and a repetition as before");
  }
  if (request.calls_total() < CallsOf(request)) {
    return InvalidArgumentError(
        fmt::format("calls_total: {} is less than the {} calls in this push; give the sum of all "
                    "calls the source has told, these included",
                    request.calls_total(), CallsOf(request)));
  }
  push.set_source(source);
  push.set_epoch(request.epoch() == 0 ? 1 : request.epoch());
  push.set_sequence(request.sequence());
  push.set_calls_total(request.calls_total());
  return Status::Ok();
}

}  // namespace bellrock::metrics::agent
