// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/agent/forwarder.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/log.h"
#include "metrics/push_table.h"

namespace bellrock::metrics::agent {
namespace {

constexpr std::string_view kSubject = "metrics/agent";
constexpr Duration kDirectMax = std::chrono::seconds(2);  // for the server, before the spool
constexpr Duration kPauseMin = std::chrono::milliseconds(200);
constexpr Duration kPauseMax = std::chrono::seconds(2);

Status AskServer(std::string_view method) {
  return UnimplementedError(
      fmt::format("{}: an agent only forwards calls' counts; ask a bellrock server, for instance "
                  "127.0.0.1:7600",
                  method));
}

}  // namespace

Forwarder::Forwarder(fiber::Environment environment, CardSink& sink, queue::Queue& spool,
                     ForwarderOptions options)
    : environment_(environment), sink_(sink), spool_(spool), options_(std::move(options)) {}

Status Forwarder::Start() {
  BELLROCK_TRY(CountLeft());
  if (spooled() > 0) {
    log::Info(kSubject, "{} pushes of an earlier run are in the spool", spooled());
    work_.Set();
  }
  fiber_ = fiber::Start([this] { Run(); });
  return Status::Ok();
}

Status Forwarder::CountLeft() {
  BELLROCK_ASSIGN(const auto offsets, spool_.OffsetsOf(kSpoolTopic, 0));
  next_ = offsets.begin;
  end_ = offsets.end;
  for (uint64_t at = next_; at < end_;) {
    BELLROCK_ASSIGN(const auto records, spool_.Read(kSpoolTopic, 0, at, {}));
    if (records.empty()) break;
    for (const queue::Record& record : records) bytes_ += record.value.size();
    at = records.back().offset + 1;
  }
  return Status::Ok();
}

void Forwarder::Run() {
  Duration pause = kPauseMin;
  while (work_.Wait().ok()) {
    work_.Reset();
    const Status status = SendAll();
    if (status.ok()) {
      pause = kPauseMin;
      continue;
    }
    if (pause == kPauseMin) {
      log::Warning(kSubject, "forwarding failed, {} pushes are spooled: {}", spooled(),
                   status.ToString());
    }
    if (!fiber::SleepFor(pause).ok()) return;
    pause = std::min(pause * 2, kPauseMax);
    work_.Set();
  }
}

Status Forwarder::Stop(Time deadline) {
  if (fiber_.joinable()) {
    fiber_.Cancel();
    fiber_.Join();
  }
  fiber::ScopedDeadline scoped(deadline);
  return SendAll();
}

Status Forwarder::SendAll() {
  while (next_ < end_) {
    BELLROCK_ASSIGN(const auto records, spool_.Read(kSpoolTopic, 0, next_, {}));
    if (records.empty()) next_ = end_;  // the last offsets were gaps
    for (const queue::Record& record : records) {
      BELLROCK_TRY(SendOne(record));
      bytes_ -= std::min(bytes_, record.value.size());
      next_ = record.offset + 1;
    }
    BELLROCK_TRY(spool_.Trim(kSpoolTopic, 0, next_));
  }
  return Status::Ok();
}

Status Forwarder::SendOne(const queue::Record& record) {
  v1::PushRequest packed;
  const Result<v1::PushRequest> opened =
      packed.ParseFromString(record.value)
          ? Unpacked(packed)
          : Result<v1::PushRequest>(InvalidArgumentError("is no message"));
  if (!opened.ok()) {
    ++refused_for_good_;
    log::Error(kSubject, "record {} of the spool is no push, dropped: {}", record.offset,
               opened.status().ToString());
    return Status::Ok();
  }
  const v1::PushRequest& push = *opened;
  const auto reply = sink_.Send(push);
  if (reply.status().code() == StatusCode::kInvalidArgument) {
    ++refused_for_good_;
    log::Error(kSubject, "push {} of \"{}\" refused, dropped: {}", push.sequence(), push.source(),
               reply.status().ToString());
    return Status::Ok();
  }
  BELLROCK_TRY(reply.status());
  Remember(*reply);
  return Status::Ok();
}

void Forwarder::Remember(const v1::PushReply& reply) {
  *last_reply_.mutable_spreads() = reply.spreads();
  *last_reply_.mutable_units() = reply.units();
}

Result<v1::PushReply> Forwarder::Push(ServerContext&, const v1::PushRequest& request) {
  return Send(request);
}

Result<v1::PushReply> Forwarder::Send(const v1::PushRequest& request) {
  v1::PushRequest push = request;
  push.set_site(options_.site);
  if (next_ < end_) return Spool(push, UnavailableError("earlier pushes wait"));
  fiber::ScopedDeadline deadline(environment_.clock.Now() + kDirectMax);
  auto reply = sink_.Send(push);
  if (reply.status().code() == StatusCode::kInvalidArgument) return reply.status();
  if (!reply.ok()) return Spool(push, reply.status());
  Remember(*reply);
  return last_reply_;
}

Result<v1::PushReply> Forwarder::PushTable(ServerContext& context, const v1::PushRequest& request) {
  BELLROCK_ASSIGN(const v1::PushRequest push, sessions_.Open(request));
  return Push(context, push);
}

Result<v1::PushReply> Forwarder::Spool(const v1::PushRequest& push, const Status& why) {
  std::string value = Packed(push).SerializeAsString();
  const size_t size = value.size();
  if (bytes_ + size > options_.spool_bytes_max) {
    return ResourceExhaustedError(
        fmt::format("{} bytes wait on this host's disk for the server, at most {}; send again "
                    "later. The server: {}",
                    bytes_, options_.spool_bytes_max, why.message()));
  }
  std::vector<std::string> values;
  values.push_back(std::move(value));
  // The deadline was the server's; what waits now is the disk.
  fiber::ScopedDeadline deadline(environment_.clock.Now() + kDirectMax);
  BELLROCK_ASSIGN(const uint64_t offset, spool_.Append(kSpoolTopic, 0, std::move(values)));
  end_ = std::max(end_, offset + 1);
  bytes_ += size;
  work_.Set();
  return last_reply_;
}

Result<v1::SeriesReply> Forwarder::Series(ServerContext&, const v1::SeriesRequest&) {
  return AskServer("Series");
}

Result<v1::TableReply> Forwarder::Table(ServerContext&, const v1::TableRequest&) {
  return AskServer("Table");
}

Result<v1::StatsReply> Forwarder::Stats(ServerContext&, const v1::StatsRequest&) {
  return AskServer("Stats");
}

}  // namespace bellrock::metrics::agent
