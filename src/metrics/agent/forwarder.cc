// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/agent/forwarder.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"

namespace bellrock::metrics::agent {
namespace {

constexpr std::string_view kSubject = "metrics/agent";
constexpr Duration kPauseMin = std::chrono::milliseconds(200);
constexpr Duration kPauseMax = std::chrono::seconds(2);

Status AskServer(std::string_view method) {
  return UnimplementedError(
      fmt::format("{}: an agent only forwards calls' counts; ask a bellrock server, for instance "
                  "127.0.0.1:7600",
                  method));
}

}  // namespace

Forwarder::Forwarder(CardSink& sink, std::string site, ForwarderBounds bounds)
    : sink_(sink), site_(std::move(site)), bounds_(bounds) {}

void Forwarder::Start() {
  fiber_ = fiber::Start([this] { Run(); });
}

void Forwarder::Run() {
  Duration pause = kPauseMin;
  while (queued_.Wait().ok()) {
    queued_.Reset();
    const Status status = SendAll();
    if (status.ok()) {
      pause = kPauseMin;
      continue;
    }
    if (pause == kPauseMin) {
      log::Warning(kSubject, "forwarding failed, {} pushes wait: {}", queue_.size(),
                   status.ToString());
    }
    if (!fiber::SleepFor(pause).ok()) return;
    pause = std::min(pause * 2, kPauseMax);
    queued_.Set();
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
  while (!queue_.empty()) {
    const auto reply = sink_.Send(queue_.front());
    const Status status = reply.status();
    if (status.code() == StatusCode::kInvalidArgument) {
      ++refused_for_good_;
      log::Error(kSubject, "push {} of \"{}\" refused, dropped: {}", queue_.front().sequence(),
                 queue_.front().source(), status.ToString());
    } else {
      BELLROCK_TRY(status);
      *last_reply_.mutable_spreads() = reply->spreads();
    }
    bytes_ -= queue_.front().ByteSizeLong();
    queue_.pop_front();
  }
  return Status::Ok();
}

Result<v1::PushReply> Forwarder::Push(ServerContext&, const v1::PushRequest& request) {
  const size_t bytes = request.ByteSizeLong();
  if (queue_.size() >= bounds_.pushes_max || bytes_ + bytes > bounds_.bytes_max) {
    return ResourceExhaustedError(fmt::format(
        "{} pushes and {} bytes wait for the server, at most {} and {}; send again later",
        queue_.size(), bytes_, bounds_.pushes_max, bounds_.bytes_max));
  }
  bytes_ += bytes;
  queue_.push_back(request);
  queue_.back().set_site(site_);
  queued_.Set();
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
