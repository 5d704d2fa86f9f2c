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
constexpr Duration kMarkerPeriod = std::chrono::seconds(1);
// Other processes know of a partition without calls this much later that it is complete; with the
// time for stragglers that is below the 10 s of OCTO-053.
constexpr Duration kQuietMarkerPeriod = std::chrono::seconds(5);
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
  bool marks = false;  // a marker is due
  uint64_t next = 0;   // behind what was appended last
  Time data_at{};      // when something but a marker was appended last
  Time marked_at{};    // when a marker was
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
    while (!lane.pending.empty() || lane.marks) {
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
  const Time now = environment_.clock.Now();
  const bool marks = taken == lane.pending.size();
  if (marks) *message.mutable_marker() = MakeMarker(fiber::UnixSecond(environment_.clock));
  std::string value = message.SerializeAsString();
  const size_t size = value.size();
  std::vector<std::string> values;
  values.push_back(std::move(value));
  BELLROCK_ASSIGN(const uint64_t offset,
                  queue_.Append(compute::kCardsTopic, partition, std::move(values)));
  lane.next = offset + 1;
  if (taken > 0) lane.data_at = now;
  if (marks) {
    lane.marks = false;
    lane.marked_at = now;
  }
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
  for (int64_t tick = 1; fiber::SleepFor(kMarkerPeriod).ok(); ++tick) {
    const int64_t now = fiber::UnixSecond(environment_.clock);
    Forget(now);
    const v1::Marker marker = MakeMarker(now);
    for (uint32_t partition = 0; partition < lanes_.size(); ++partition) {
      Mark(partition, *lanes_[partition], marker);
    }
    if (tick % kSpreadPeriodSeconds == 0) spreads_.EndPeriod();
  }
}

void Collector::Mark(uint32_t partition, Lane& lane, const v1::Marker& marker) {
  const Time now = environment_.clock.Now();
  if (now - lane.marked_at < kMarkerPeriod) return;  // a record of calls carried one
  const bool quiet = lane.pending.empty() && now - lane.data_at > kQuietMarkerPeriod;
  if (quiet && now - lane.marked_at < kQuietMarkerPeriod) {
    if (options_.on_quiet) options_.on_quiet(partition, lane.next, marker);
    return;
  }
  lane.marks = true;
  lane.work.Set();
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
