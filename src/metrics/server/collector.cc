// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/server/collector.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "fiber/unix_time.h"
#include "metrics/compute/owner.h"
#include "metrics/server/push_batches.h"

namespace bellrock::metrics::server {
namespace {

constexpr std::string_view kSubject = "metrics/server";
constexpr Duration kLinger = std::chrono::milliseconds(20);  // for more to come into a record
constexpr Duration kRetryPause = std::chrono::milliseconds(200);
constexpr size_t kRecordBytes = 256 << 10;  // queues carry large records best (monitor.md 4.1)
constexpr int64_t kHeardSeconds = 60;
constexpr int64_t kSpreadPeriodSeconds = 10;

int64_t NewestSecond(const v1::PushRequest& push) {
  int64_t newest = 0;
  for (const v1::Card& card : push.cards()) newest = std::max(newest, card.second());
  return newest;
}

}  // namespace

// One Take() waits for as many lanes as its push has partitions.
struct Collector::Ticket {
  size_t open = 0;
  Status status;
  fiber::Event done;
};

struct Collector::Lane {
  struct Pending {
    v1::SourceBatch batch;
    std::shared_ptr<Ticket> ticket;
  };
  std::vector<Pending> pending;
  v1::Marker marker;
  bool marked = false;
  fiber::Event work;
  fiber::JoinHandle fiber;
};

Collector::Collector(fiber::Environment environment, queue::Queue& queue, CollectorOptions options)
    : environment_(environment),
      queue_(queue),
      options_(std::move(options)),
      spreads_(options_.partitions) {}

Collector::~Collector() = default;

void Collector::Start() {
  for (uint32_t partition = 0; partition < options_.partitions; ++partition) {
    Lane& lane = *lanes_.emplace_back(std::make_unique<Lane>());
    lane.fiber = fiber::Start([this, partition, &lane] { RunLane(partition, lane); });
  }
  markers_ = fiber::Start([this] { RunMarkers(); });
}

void Collector::Stop() {
  stopping_ = true;
  markers_.Cancel();
  markers_.Join();
  for (const auto& lane : lanes_) {
    lane->fiber.Cancel();
    lane->fiber.Join();
    for (Lane::Pending& pending : lane->pending) {
      pending.ticket->status = UnavailableError("the server stops; send again");
      pending.ticket->done.Set();
    }
  }
}

Status Collector::Take(const v1::PushRequest& push) {
  if (stopping_) return UnavailableError("the server stops; send again");
  BELLROCK_ASSIGN(auto batches, BatchesOf(push, options_.partitions));
  auto ticket = std::make_shared<Ticket>();
  size_t bytes = 0;
  for (const auto& [partition, parts] : batches) {
    ticket->open += parts.size();
    for (const v1::SourceBatch& part : parts) bytes += part.table().size();
  }
  if (pending_bytes_ + bytes > options_.pending_bytes_max) {
    ++counts_.refused;
    return ResourceExhaustedError(
        fmt::format("{} bytes wait for the queue, at most {}; send again later", pending_bytes_,
                    options_.pending_bytes_max));
  }
  for (const v1::Card& card : push.cards()) {
    spreads_.Count(card.dimensions().callee(), static_cast<uint64_t>(card.count_size()));
  }
  heard_[push.source()] = std::max(heard_[push.source()], NewestSecond(push));
  ++counts_.pushes;
  pending_bytes_ += bytes;
  for (auto& [partition, parts] : batches) {
    for (v1::SourceBatch& part : parts) {
      lanes_[partition]->pending.push_back({std::move(part), ticket});
    }
    lanes_[partition]->work.Set();
  }
  while (ticket->open > 0 && ticket->status.ok()) {
    BELLROCK_TRY(ticket->done.Wait());
    ticket->done.Reset();
  }
  return ticket->status;
}

void Collector::RunLane(uint32_t partition, Lane& lane) {
  while (lane.work.Wait().ok() && fiber::SleepFor(kLinger).ok()) {
    lane.work.Reset();
    while (!lane.pending.empty() || lane.marked) {
      const Status appended = Append(partition, lane);
      if (appended.ok()) continue;
      log::Warning(kSubject, "partition {}: will be appended again: {}", partition,
                   appended.ToString());
      if (!fiber::SleepFor(kRetryPause).ok()) return;
    }
  }
}

// One record of what waits, and everybody whose push is in it is told.
Status Collector::Append(uint32_t partition, Lane& lane) {
  v1::CardMessage message;
  size_t taken = 0;
  size_t bytes = 0;
  for (; taken < lane.pending.size(); ++taken) {
    const v1::SourceBatch& batch = lane.pending[taken].batch;
    if (taken > 0 && bytes + batch.table().size() > kRecordBytes) break;
    *message.add_batches() = batch;
    bytes += batch.table().size();
  }
  const bool marks = lane.marked && taken == lane.pending.size();
  if (marks) *message.mutable_marker() = lane.marker;
  std::string value = message.SerializeAsString();
  const size_t size = value.size();
  std::vector<std::string> values;
  values.push_back(std::move(value));
  BELLROCK_TRY(queue_.Append(compute::kCardsTopic, partition, std::move(values)).status());
  if (marks) lane.marked = false;
  ++counts_.records;
  counts_.bytes += size;
  pending_bytes_ -= bytes;
  for (size_t i = 0; i < taken; ++i) {
    Ticket& ticket = *lane.pending[i].ticket;
    if (--ticket.open == 0) ticket.done.Set();
  }
  lane.pending.erase(lane.pending.begin(), lane.pending.begin() + static_cast<ptrdiff_t>(taken));
  return Status::Ok();
}

void Collector::RunMarkers() {
  for (int64_t tick = 1; fiber::SleepFor(std::chrono::seconds(1)).ok(); ++tick) {
    const int64_t now = fiber::UnixSecond(environment_.clock);
    Forget(now);
    const v1::Marker marker = MakeMarker(now);
    for (const auto& lane : lanes_) {
      lane->marker = marker;
      lane->marked = true;
      lane->work.Set();
    }
    if (tick % kSpreadPeriodSeconds == 0) spreads_.EndPeriod();
  }
}

// A second is complete here when every source has had time to tell of it; sources that have not
// are named by their number, since a silent one may have had no calls.
v1::Marker Collector::MakeMarker(int64_t now) const {
  v1::Marker marker;
  marker.set_collector(options_.name);
  marker.set_second(now - kSettleSeconds - 1);
  marker.set_sources(heard_.size());
  marker.set_sources_silent(
      static_cast<uint64_t>(std::count_if(heard_.begin(), heard_.end(), [&](const auto& source) {
        return source.second < marker.second();
      })));
  return marker;
}

void Collector::Forget(int64_t now) {
  std::erase_if(heard_, [&](const auto& source) { return source.second < now - kHeardSeconds; });
}

}  // namespace bellrock::metrics::server
