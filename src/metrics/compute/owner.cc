// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/compute/owner.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "base/log.h"
#include "fiber/disk_pool.h"
#include "fiber/fiber.h"
#include "fiber/unix_time.h"
#include "metrics/compute/blocks.h"

namespace bellrock::metrics::compute {
namespace {

constexpr std::string_view kSubject = "metrics/compute";
constexpr Duration kRetryPause = std::chrono::milliseconds(200);
constexpr Duration kVerifyEvery = std::chrono::seconds(kCutLogReadSeconds);

// What is kUnavailable is tried again until it works or the fiber is cancelled: what the owner
// holds in memory cannot be given to anybody else, and a takeover begins where it did.
Status Insist(const std::function<Status()>& attempt) {
  while (true) {
    Status status = attempt();
    if (status.code() != StatusCode::kUnavailable) return status;
    log::Warning(kSubject, "will be tried again: {}", status.ToString());
    BELLROCK_TRY(fiber::SleepFor(kRetryPause));
  }
}

}  // namespace

Owner::Owner(fiber::Environment environment, queue::Queue& queue, store::Store& store,
             Options options)
    : environment_(environment),
      queue_(queue),
      store_(store),
      options_(std::move(options)),
      partition_(options_.sets, options_.bounds) {}

std::string Owner::MemoryName(uint64_t cut) const {
  return fmt::format("memory/{}/{}", options_.partition, cut);
}

Status Owner::TakeOver() {
  BELLROCK_ASSIGN(const auto kept, queue_.OffsetsOf(kCutsTopic, options_.partition));
  cuts_next_ = kept.begin;
  BELLROCK_TRY(Insist([this] { return ReadCuts(); }));
  const v1::CutRecord takeover = cuts_.Takeover(options_.node);
  BELLROCK_TRY(AppendCut(takeover));
  epoch_ = takeover.epoch();
  const Cut last = cuts_.last();
  if (last.number == 0) {
    BELLROCK_ASSIGN(const auto cards, queue_.OffsetsOf(kCardsTopic, options_.partition));
    return partition_.Begin(cards.begin, "");
  }
  auto memory = store_.Get(MemoryName(last.number));
  if (memory.ok()) return partition_.Begin(last.to, *memory);
  if (memory.status().code() != StatusCode::kNotFound) return memory.status();
  return Redo(last);
}

// The node that made the cut ended before it wrote all its results down.
Status Owner::Redo(const Cut& cut) {
  std::string before;
  if (cut.number > 1) {
    BELLROCK_ASSIGN(before, store_.Get(MemoryName(cut.number - 1)));
  }
  BELLROCK_TRY(partition_.Begin(cut.from, before));
  BELLROCK_TRY(ApplyUntil(cut.to));
  log::Info(kSubject, "partition {}: results of cut {} are written again", options_.partition,
            cut.number);
  return MoveResults(cut);
}

Status Owner::ApplyUntil(uint64_t to) {
  while (partition_.next() < to) {
    BELLROCK_ASSIGN(const auto records,
                    queue_.Read(kCardsTopic, options_.partition, partition_.next(), {}));
    if (records.empty() || records.front().offset >= to) break;  // the last offsets were gaps
    for (const queue::Record& record : records) {
      if (record.offset < to) partition_.Apply(record.offset, record.value);
    }
  }
  partition_.SkipTo(to);
  return Status::Ok();
}

Status Owner::Replaced() const {
  return AbortedError(
      fmt::format("partition {} is now worked by {}", options_.partition, cuts_.node()));
}

// A node that was paused, or cut off from the others, must not go on for long as if it counted.
Status Owner::Verify() {
  if (environment_.clock.Now() - verified_ < kVerifyEvery) return Status::Ok();
  const Time now = environment_.clock.Now();
  BELLROCK_TRY(ReadCuts());
  if (cuts_.epoch() != epoch_) return Replaced();
  verified_ = now;
  return Status::Ok();
}

Status Owner::Step(Duration wait) {
  BELLROCK_TRY(Verify());
  auto records = queue_.Read(kCardsTopic, options_.partition, partition_.next(), {.wait = wait});
  if (records.status().code() == StatusCode::kOutOfRange) {
    return DataLossError(
        fmt::format("partition {}: records from {} on are no longer kept; give "
                    "the queue more room: {}",
                    options_.partition, partition_.next(), records.status().message()));
  }
  BELLROCK_TRY(records.status());
  for (const queue::Record& record : *records) partition_.Apply(record.offset, record.value);
  return partition_.CutDue(fiber::UnixSecond(environment_.clock)) ? CutNow() : Status::Ok();
}

Status Owner::CutNow() {
  // The next cut of the log would be the other's, over records that this owner holds.
  if (cuts_.epoch() != epoch_) return Replaced();
  if (partition_.next() == cuts_.last().to) return Status::Ok();
  // Once the cut may be in the log, another owner may bring its results to the store.
  if (moves_ % 2 == 0) ++moves_;
  appending_ = true;
  BELLROCK_TRY(AppendCut(cuts_.Next(partition_.next())));
  appending_ = false;
  const Cut cut = cuts_.last();
  // After an error they are in neither, and this owner is of no more use.
  BELLROCK_TRY(MoveResults(cut));
  ++moves_;
  return Forget(cut);
}

Status Owner::MoveResults(const Cut& cut) {
  partition_.BeginCut(fiber::UnixSecond(environment_.clock));
  std::vector<store::Block> blocks;
  fiber::RunOnDiskThread([&] { blocks = partition_.TakeCut(); });
  // Seconds and minutes, then the same calls as hours, then as days.
  const store::Contribution contribution{options_.partition, cut.number};
  while (!blocks.empty()) {
    BELLROCK_TRY(Insist([&] { return store_.Write(contribution, blocks); }));
    fiber::RunOnDiskThread([&] { blocks = RollUp(std::move(blocks)); });
  }
  // That it is there says that the results are.
  return Insist([&] { return store_.Put(MemoryName(cut.number), partition_.SaveMemory()); });
}

// What nobody will ask for again. The cut before stays, should a reader be behind.
Status Owner::Forget(const Cut& cut) {
  if (cut.number > 2) BELLROCK_TRY(store_.Put(MemoryName(cut.number - 2), ""));
  BELLROCK_TRY(queue_.Trim(kCardsTopic, options_.partition, cut.from));
  if (++cuts_since_trim_ < kCutsBetweenTrims) return Status::Ok();
  cuts_since_trim_ = 0;
  return queue_.Trim(kCutsTopic, options_.partition, last_cut_offset_);
}

bool Owner::Holds(const v1::CutRecord& record) const {
  if (cuts_.epoch() != record.epoch() || cuts_.node() != record.node()) return false;
  return record.number() == 0 || cuts_.last() == Cut{record.number(), record.from(), record.to()};
}

Status Owner::AppendCut(const v1::CutRecord& record) {
  return Insist([&]() -> Status {
    const auto appended =
        queue_.Append(kCutsTopic, options_.partition, {record.SerializeAsString()});
    const Time now = environment_.clock.Now();
    BELLROCK_TRY(ReadCuts());
    if (Holds(record)) {
      verified_ = now;
      return Status::Ok();
    }
    const bool later = cuts_.epoch() > record.epoch();
    if (later || (cuts_.epoch() == record.epoch() && cuts_.node() != record.node())) {
      return Replaced();
    }
    BELLROCK_TRY(appended.status());
    return UnavailableError("the cut log does not show yet what was appended");
  });
}

Status Owner::ReadCuts() {
  while (true) {
    BELLROCK_ASSIGN(const auto records,
                    queue_.Read(kCutsTopic, options_.partition, cuts_next_, {}));
    if (records.empty()) return Status::Ok();
    for (const queue::Record& record : records) {
      v1::CutRecord cut;
      const bool holds = cut.ParseFromString(record.value) && cuts_.Apply(cut);
      if (holds && cut.number() > 0) last_cut_offset_ = record.offset;
      cuts_next_ = record.offset + 1;
    }
  }
}

}  // namespace bellrock::metrics::compute
