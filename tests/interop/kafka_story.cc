// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// What kafka_test.py has the queue do on the broker it started: kafka_story HOST:PORT. Says where
// it is line by line; waits for "restarted" on its input while the broker is killed and comes back.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "fiber/disk_pool.h"
#include "fiber/environment.h"
#include "fiber/fiber.h"
#include "fiber/loop.h"
#include "metrics/queue/kafka_queue.h"

namespace bellrock::metrics::queue {
namespace {

using std::chrono::seconds;

constexpr char kContract[] = "contract";
constexpr char kCalls[] = "calls";
constexpr int kWriters = 8;
constexpr int kBefore = 500;  // acknowledged before the broker is killed
constexpr int kAfter = 500;   // and after it has come back

void Say(const std::string& line) {
  std::fputs((line + "\n").c_str(), stdout);
  std::fflush(stdout);
}

void Require(bool holds, const std::string& what) {
  if (holds) return;
  Say("failed: " + what);
  std::exit(1);
}

template <typename T>
T Must(Result<T> result, const std::string& what) {
  Require(result.ok(), what + ": " + result.status().ToString());
  return std::move(*result);
}

std::unique_ptr<KafkaQueue> Open(const std::string& broker) {
  KafkaOptions options;
  options.brokers = {broker};
  options.topics = {{.name = kContract, .partitions = 2}, {.name = kCalls, .partitions = 3}};
  options.replicas = 1;
  options.append_timeout = seconds(120);
  options.ask_timeout = seconds(60);
  return Must(KafkaQueue::Open(options), "open");
}

void CheckContract(Queue& queue) {
  Require(Must(queue.Append(kContract, 1, {"a", "b", "c"}), "append") == 0, "first offset is 0");
  const std::string large(kQueueRecordBytesMax, 'x');
  Require(Must(queue.Append(kContract, 1, {large}), "append the largest") == 3, "fourth is 3");
  auto records = Must(queue.Read(kContract, 1, 1, {}), "read");
  Require(records.size() == 2 || records.size() == 3, "two small records, perhaps the large one");
  Require(records[0].offset == 1 && records[0].value == "b", "the record asked for");
  records = Must(queue.Read(kContract, 1, 3, {.bytes_max = 1}), "read the largest");
  Require(records.size() == 1 && records[0].value == large, "one however large");
  Require(Must(queue.Read(kContract, 1, 4, {}), "read at the end").empty(), "nothing at the end");
  Require(Must(queue.Read(kContract, 0, 0, {}), "read an empty partition").empty(), "nothing");
  const Status behind = queue.Read(kContract, 1, 9, {}).status();
  Require(behind.code() == StatusCode::kOutOfRange, "behind the end: " + behind.ToString());
  Require(queue.Trim(kContract, 1, 2).ok(), "trim");
  Require(queue.Trim(kContract, 1, 9).code() == StatusCode::kOutOfRange, "trim behind the end");
  const Offsets kept = Must(queue.OffsetsOf(kContract, 1), "offsets");
  Require(kept.begin == 2 && kept.end == 4, "trimmed to 2, ends at 4");
  const Status early = queue.Read(kContract, 1, 1, {}).status();
  Require(early.code() == StatusCode::kOutOfRange, "before begin: " + early.ToString());
  Require(early.ToString().find("begin is 2, end is 4") != std::string::npos, early.ToString());
  Require(Must(queue.Read(kContract, 1, 2, {.bytes_max = 1}), "read begin")[0].value == "c", "c");
}

// How long after its append a record reaches a reader that waits.
std::string Latency(Queue& queue) {
  fiber::Clock& clock = fiber::RealEnvironment().clock;
  std::vector<Duration> took;
  uint64_t from = 0;
  for (int i = 0; i < 50; ++i) {
    Time came{};
    auto reader = fiber::Start([&] {
      Must(queue.Read(kContract, 0, from, {.wait = seconds(60)}), "long poll");
      came = clock.Now();
    });
    const Time appended = clock.Now();
    from = Must(queue.Append(kContract, 0, {"x"}), "append") + 1;
    reader.Join();
    took.push_back(came - appended);
  }
  std::sort(took.begin(), took.end());
  const auto ms = [](Duration d) { return std::chrono::duration<double, std::milli>(d).count(); };
  return fmt::format("append to reader: median {:.1f} ms, slowest {:.1f} ms", ms(took[25]),
                     ms(took[49]));
}

// Writers append numbers of their own, one after another; a number that failed comes again.
struct Writers {
  explicit Writers(Queue& to) : queue(to) {
    for (int i = 0; i < kWriters; ++i) fibers.push_back(fiber::Start([this, i] { Write(i); }));
  }
  void Write(int writer) {
    for (int k = 0; !ended;) {
      const std::string value = fmt::format("{}-{}", writer, k);
      const auto partition = static_cast<uint32_t>(k % 3);
      auto offset = queue.Append(kCalls, partition, {value});
      if (!offset.ok()) {
        ++failed;
        (void)fiber::SleepFor(std::chrono::milliseconds(50));
        continue;
      }
      acknowledged[partition].emplace_back(*offset, value);
      ++count;
      ++k;
    }
  }
  void AwaitCount(int wanted) {
    while (count < wanted) (void)fiber::SleepFor(std::chrono::milliseconds(10));
  }
  void End() {
    ended = true;
    for (auto& one : fibers) one.Join();
  }

  Queue& queue;
  std::map<uint32_t, std::vector<std::pair<uint64_t, std::string>>> acknowledged;
  int count = 0;
  int failed = 0;
  bool ended = false;
  std::vector<fiber::JoinHandle> fibers;
};

// Goes on at its offset, whatever happens to the broker, until it has all up to `ends`.
struct Follower {
  Follower(Queue& queue, uint32_t partition) {
    fiber = fiber::Start([this, &queue, partition] {
      while (end == 0 || from < end) {
        auto records = queue.Read(kCalls, partition, from, {.wait = seconds(1)});
        if (!records.ok()) {
          Require(records.status().code() == StatusCode::kUnavailable,
                  "follow: " + records.status().ToString());
          (void)fiber::SleepFor(std::chrono::milliseconds(50));
          continue;
        }
        for (Record& record : *records) {
          Require(record.offset >= from, "offsets ascend");
          from = record.offset + 1;
          seen[record.offset] = std::move(record.value);
        }
      }
    });
  }
  uint64_t from = 0;
  uint64_t end = 0;  // 0: not yet known
  std::map<uint64_t, std::string> seen;
  fiber::JoinHandle fiber;
};

void RunThroughRestart(Queue& queue) {
  std::vector<std::unique_ptr<Follower>> followers;
  for (uint32_t i = 0; i < 3; ++i) followers.push_back(std::make_unique<Follower>(queue, i));
  Writers writers(queue);
  writers.AwaitCount(kBefore);
  Say(fmt::format("appending: {} acknowledged", writers.count));
  std::string line;
  fiber::RunOnDiskThread([&] { std::getline(std::cin, line); });
  Require(line == "restarted", "the broker came back");
  writers.AwaitCount(writers.count + kAfter);
  writers.End();
  size_t kept = 0;
  for (uint32_t i = 0; i < 3; ++i) {
    followers[i]->end = Must(queue.OffsetsOf(kCalls, i), "offsets").end;
    followers[i]->fiber.Join();
    for (const auto& [offset, value] : writers.acknowledged[i]) {
      const auto found = followers[i]->seen.find(offset);
      Require(found != followers[i]->seen.end() && found->second == value,
              fmt::format("partition {}: {} was acknowledged at {}", i, value, offset));
      ++kept;
    }
  }
  Say(fmt::format("kept: all of {} acknowledged, {} appends failed meanwhile", kept,
                  writers.failed));
}

}  // namespace
}  // namespace bellrock::metrics::queue

int main(int argc, char** argv) {
  using namespace bellrock;
  if (argc != 2) {
    std::fputs("usage: kafka_story HOST:PORT\n", stderr);
    return 2;
  }
  fiber::LoopGroup loops(1);
  const Status ran = fiber::RunOn(loops.loop(0), [&] {
    auto queue = metrics::queue::Open(argv[1]);
    metrics::queue::CheckContract(*queue);
    metrics::queue::Say("contract: holds; " + metrics::queue::Latency(*queue));
    metrics::queue::RunThroughRestart(*queue);
  });
  return ran.ok() ? 0 : 1;
}
