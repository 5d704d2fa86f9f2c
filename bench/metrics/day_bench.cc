// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <rocksdb/db.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/splitmix.h"
#include "bellrock/metrics/v1/compute.pb.h"
#include "fiber/fiber.h"
#include "fiber/loop.h"
#include "fiber/unix_time.h"
#include "metrics/compute/owner.h"
#include "metrics/queue/segment_log.h"
#include "metrics/server/upkeep.h"
#include "metrics/store/rocks_key.h"
#include "metrics/store/rocks_store.h"
#include "testing/world.h"

// What a day of recorded calls takes on the disk: plays what collectors appended to a server's
// queue (DIRECTORY/metrics/queue) over and over, with virtual time, through owners, upkeep, segment
// log and RocksDB as a server has them. metrics_day_bench.py records the demo for it.
//
//   bench_metrics_day QUEUE_DIRECTORY HOURS [--json]
namespace bellrock::metrics {
namespace {

constexpr uint32_t kPartitions = kPartitionsDefault;
constexpr int64_t kMinute = 60;
constexpr int64_t kDay = 86400;
constexpr int64_t kHoursOfDay = 24;
constexpr uint64_t kSequencesPerPass = 1 << 20;
// Every pass moves each latency by up to this share of itself, or an hour would have no more
// distinct ones than the recording.
constexpr uint32_t kJitterShare = 64;

struct Recording {
  using Second = std::vector<v1::SourceBatch>;
  std::vector<std::map<int64_t, Second>> partitions;  // by second since it began
  int64_t begin = 0;                                  // unix second, a whole minute
  int64_t seconds = 0;                                // whole minutes
};

int64_t NewestSecond(const CardTable& table) {
  return *std::max_element(table.seconds.begin(), table.seconds.end());
}

std::vector<v1::SourceBatch> BatchesIn(queue::Queue& log, uint32_t partition) {
  std::vector<v1::SourceBatch> batches;
  uint64_t next = log.OffsetsOf(compute::kCardsTopic, partition).value().begin;
  while (true) {
    const auto records = log.Read(compute::kCardsTopic, partition, next, {}).value();
    if (records.empty()) return batches;
    for (const queue::Record& record : records) {
      v1::CardMessage message;
      BELLROCK_CHECK(message.ParseFromString(record.value), "a record is none of a collector's");
      for (v1::SourceBatch& batch : *message.mutable_batches()) {
        if (!batch.table().empty()) batches.push_back(std::move(batch));
      }
      next = record.offset + 1;
    }
  }
}

queue::SegmentLogOptions LogOptions(const std::string& directory) {
  queue::SegmentLogOptions options;
  options.directory = directory;
  for (const char* topic : {compute::kCardsTopic, compute::kCutsTopic}) {
    options.topics.push_back({.name = topic, .partitions = kPartitions});
  }
  return options;
}

// Its first and last minutes, in which processes began and ended, are left out.
Recording Read(const std::string& directory) {
  auto log = queue::SegmentLog::Open(fiber::RealEnvironment(), LogOptions(directory));
  BELLROCK_CHECK(log.ok(), log.status().ToString().c_str());
  std::vector<std::vector<std::pair<int64_t, v1::SourceBatch>>> found(kPartitions);
  int64_t first = INT64_MAX, last = 0;
  for (uint32_t partition = 0; partition < kPartitions; ++partition) {
    for (v1::SourceBatch& batch : BatchesIn(**log, partition)) {
      const int64_t second = NewestSecond(DecodeTable(batch.table()).value());
      first = std::min(first, second);
      last = std::max(last, second);
      found[partition].emplace_back(second, std::move(batch));
    }
  }
  (*log)->Close();
  Recording recording;
  recording.partitions.resize(kPartitions);
  recording.begin = (first / kMinute + 1) * kMinute;
  recording.seconds = last / kMinute * kMinute - recording.begin;
  BELLROCK_CHECK(recording.seconds > 0, "the recording has no whole minute");
  for (uint32_t partition = 0; partition < kPartitions; ++partition) {
    for (auto& [second, batch] : found[partition]) {
      const int64_t at = second - recording.begin;
      if (at < 0 || at >= recording.seconds) continue;
      recording.partitions[partition][at].push_back(std::move(batch));
    }
  }
  return recording;
}

class Player {
 public:
  // Played from unix second `begin` on. The recording is borrowed.
  Player(const Recording& recording, int64_t begin) : recording_(recording), begin_(begin) {}

  // The record of a second, "" for none.
  std::string RecordOf(uint32_t partition, int64_t second) {
    const int64_t pass = (second - begin_) / recording_.seconds;
    const int64_t at = (second - begin_) % recording_.seconds;
    const auto found = recording_.partitions[partition].find(at);
    if (found == recording_.partitions[partition].end()) return "";
    v1::CardMessage message;
    for (const v1::SourceBatch& batch : found->second) {
      v1::SourceBatch& again = *message.add_batches();
      again.set_source(batch.source());
      again.set_epoch(batch.epoch());
      again.set_sequence(static_cast<uint64_t>(pass) * kSequencesPerPass + batch.sequence());
      again.set_table(EncodeTable(Moved(DecodeTable(batch.table()).value(),
                                        begin_ + pass * recording_.seconds - recording_.begin)));
    }
    message.mutable_marker()->set_collector("collector");
    message.mutable_marker()->set_second(second - kSettleSeconds - 1);
    return message.SerializeAsString();
  }
  int64_t begin() const { return begin_; }
  uint64_t calls() const { return calls_; }

 private:
  CardTable Moved(CardTable table, int64_t seconds) {
    for (int64_t& second : table.seconds) second += seconds;
    for (size_t row = 0; row < table.rows(); ++row) {
      uint32_t before = 0;  // a card's latencies ascend
      for (uint32_t i = table.begin(row); i < table.ends[row]; ++i) {
        Card::Bucket& bucket = table.buckets[i];
        const uint32_t spread = bucket.latency_us / kJitterShare;
        bucket.latency_us += static_cast<uint32_t>(random_.Next() % (2 * spread + 1)) - spread;
        before = bucket.latency_us = std::max(bucket.latency_us, before + 1);
        calls_ += bucket.count;
      }
    }
    return table;
  }

  const Recording& recording_;
  const int64_t begin_;
  SplitMix64 random_{1};
  uint64_t calls_ = 0;
};

struct Sizes {
  uint64_t calls = 0;
  uint64_t appended = 0;                                               // to the queue, over all
  uint64_t queue = 0;                                                  // what it has at the end
  uint64_t store = 0;                                                  // files at the end
  std::map<std::pair<store::Grain, std::string>, uint64_t> rows = {};  // keys and values by set
};

// The parts of a server that keep calls, in a simulated world but for RocksDB.
class Keeper {
 public:
  Keeper(fiber::Environment environment, const std::string& directory)
      : environment_(environment),
        log_(queue::SegmentLog::Open(environment, LogOptions("queue")).value()),
        rows_(store::RocksStore::Open({.directory = directory}).value()),
        upkeep_(environment, *rows_, sets_) {
    for (uint32_t partition = 0; partition < kPartitions; ++partition) {
      owners_.push_back(std::make_unique<compute::Owner>(
          environment, *log_, *rows_,
          compute::Owner::Options{.partition = partition, .node = "node", .sets = sets_}));
      BELLROCK_CHECK(owners_.back()->TakeOver().ok(), "no takeover");
    }
  }

  void Append(uint32_t partition, std::string record) {
    appended_ += record.size();
    const auto appended = log_->Append(compute::kCardsTopic, partition, {std::move(record)});
    BELLROCK_CHECK(appended.ok(), appended.status().ToString().c_str());
  }
  void Work() {
    for (const auto& owner : owners_) {
      const Status worked = owner->Step(Duration(0));
      BELLROCK_CHECK(worked.ok(), worked.ToString().c_str());
    }
    const int64_t now = fiber::UnixSecond(environment_.clock);
    if (now % kMinute != 0) return;
    const Status kept = upkeep_.Round(now);
    BELLROCK_CHECK(kept.ok(), kept.ToString().c_str());
  }
  Sizes Close() {
    log_->Close();
    return {.appended = appended_, .queue = log_->bytes(), .store = rows_->DiskBytes().value()};
  }

 private:
  fiber::Environment environment_;
  const std::vector<DimensionSet> sets_ = DefaultDimensionSets();
  std::unique_ptr<queue::SegmentLog> log_;
  std::unique_ptr<store::RocksStore> rows_;
  server::Upkeep upkeep_;
  std::vector<std::unique_ptr<compute::Owner>> owners_;
  uint64_t appended_ = 0;
};

Sizes Play(const Recording& recording, int64_t hours, const std::string& directory) {
  Sizes sizes;
  testing::World world(1);
  const fiber::Environment environment = world.Host("server");
  const auto pass = [](int64_t seconds) {
    BELLROCK_CHECK(fiber::SleepFor(std::chrono::seconds(seconds)).ok(), "cancelled");
  };
  world.Run([&] {
    const int64_t now = fiber::UnixSecond(environment.clock);
    Player player(recording, now - now % kDay + kDay);
    pass(player.begin() - now);
    Keeper keeper(environment, directory);
    for (int64_t at = 0; at < hours * 3600; ++at) {
      for (uint32_t partition = 0; partition < kPartitions; ++partition) {
        std::string record = player.RecordOf(partition, player.begin() + at);
        if (!record.empty()) keeper.Append(partition, std::move(record));
      }
      pass(1);
      keeper.Work();
    }
    for (int64_t at = 0; at < 2 * kMinute; ++at) {  // for the last cut
      pass(1);
      keeper.Work();
    }
    sizes = keeper.Close();
    sizes.calls = player.calls();
  });
  return sizes;
}

void AddRows(const std::string& directory, Sizes& sizes) {
  rocksdb::DB* opened = nullptr;
  const auto status = rocksdb::DB::OpenForReadOnly(rocksdb::Options(), directory, &opened);
  BELLROCK_CHECK(status.ok(), status.ToString().c_str());
  const std::unique_ptr<rocksdb::DB> db(opened);
  const std::unique_ptr<rocksdb::Iterator> row(db->NewIterator(rocksdb::ReadOptions()));
  for (row->SeekToFirst(); row->Valid(); row->Next()) {
    const auto shelf = store::ParseShelf(row->key().ToStringView());
    if (!shelf) continue;
    const std::string_view set = shelf->prefix.substr(6);  // behind 'B', grain, era
    sizes.rows[{shelf->grain, std::string(set.substr(0, set.find('\0')))}] +=
        row->key().size() + row->value().size();
  }
}

void Print(const Sizes& sizes, const Recording& recording, int64_t hours) {
  constexpr const char* kGrains[] = {"second", "minute", "hour", "day"};
  std::map<store::Grain, uint64_t> grains;
  for (const auto& [place, bytes] : sizes.rows) {
    grains[place.first] += bytes;
    fmt::print("{:<8} {:<48} {:>12} bytes\n", kGrains[static_cast<int>(place.first)], place.second,
               bytes);
  }
  for (const auto& [grain, bytes] : grains) {
    fmt::print("{:<8} {:<48} {:>12} bytes\n", kGrains[static_cast<int>(grain)], "all sets", bytes);
  }
  fmt::print(
      "{} calls in {} h, {} s of recording over and over\nstore {} bytes of files, queue {} bytes, "
      "{} "
      "appended to it over all\n",
      sizes.calls, hours, recording.seconds, sizes.store, sizes.queue, sizes.appended);
}

void PrintJson(const Sizes& sizes, const Recording& recording, int64_t hours) {
  const std::string name =
      hours == kHoursOfDay ? "metrics.day_bytes" : fmt::format("metrics.{}h_bytes", hours);
  fmt::print(
      "[{{\"name\":\"{}\",\"value\":{},\"unit\":\"bytes\",\"conditions\":\"the demo: {} calls in "
      "{} "
      "h, {} s of it recorded and played again with latencies moved by up to 1/{}; RocksDB's files "
      "{} bytes, queue {} bytes\"}}]\n",
      name, sizes.store + sizes.queue, sizes.calls, hours, recording.seconds, kJitterShare,
      sizes.store, sizes.queue);
}

}  // namespace
}  // namespace bellrock::metrics

int main(int argc, char** argv) {
  using namespace bellrock::metrics;
  const int64_t hours = argc > 2 ? std::strtoll(argv[2], nullptr, 10) : 0;
  if (hours <= 0) {
    fmt::print(stderr, "usage: {} QUEUE_DIRECTORY HOURS [--json]\n", argv[0]);
    return 2;
  }
  const auto directory =
      std::filesystem::temp_directory_path() / fmt::format("bellrock_day_bench_{}", ::getpid());
  Recording recording;
  bellrock::fiber::LoopGroup loops(1);
  const auto read = bellrock::fiber::RunOn(loops.loop(0), [&] { recording = Read(argv[1]); });
  BELLROCK_CHECK(read.ok(), read.ToString().c_str());
  Sizes sizes = Play(recording, hours, directory);
  AddRows(directory, sizes);
  std::filesystem::remove_all(directory);
  const bool json = argc > 3 && std::string_view(argv[3]) == "--json";
  (json ? PrintJson : Print)(sizes, recording, hours);
  return 0;
}
