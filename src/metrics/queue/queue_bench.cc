// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// What the embedded queue takes and gives, beside what the disk under it does in the same run. Data
// lies in a folder of the working directory meanwhile. `--json` prints the list that `./run bench`
// stores; `--quick` writes a tenth.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "fiber/environment.h"
#include "fiber/fiber.h"
#include "fiber/loop.h"
#include "metrics/queue/segment_log.h"

namespace bellrock::metrics::queue {
namespace {

constexpr int kFibers = 16;
constexpr char kFolder[] = "queue_bench.data";
constexpr char kTopic[] = "bench";

struct Figure {
  std::string name;
  double value;
  std::string unit;
  std::string conditions;
};

void Check(const Status& status) {
  BELLROCK_CHECK(status.ok(), status.ToString().c_str());
}

double Seconds(const std::function<void()>& work) {
  fiber::Clock& clock = fiber::RealEnvironment().clock;
  const Time start = clock.Now();
  work();
  return std::chrono::duration<double>(clock.Now() - start).count();
}

struct Load {
  std::string name;  // "100kb"
  size_t record_bytes;
  size_t records;
  size_t megabytes() const { return record_bytes * records >> 20; }
};

SegmentLogOptions Options() {
  SegmentLogOptions options;
  options.directory = kFolder;
  options.topics = {{.name = kTopic}};
  return options;
}

// Bytes that no file system makes smaller.
std::string Noise(size_t bytes) {
  std::string noise(bytes, '\0');
  for (char& c : noise) c = static_cast<char>(fiber::RealEnvironment().random.Next());
  return noise;
}

// The ceiling: what all fibers append at once, written to one file and synced, nothing else.
double DiskSeconds(const Load& load) {
  fiber::Disk& disk = fiber::RealEnvironment().disk;
  const std::string group = Noise(load.record_bytes * kFibers);
  auto file = disk.Open(std::string(kFolder) + "/raw", fiber::OpenMode::kCreateNew);
  Check(file.status());
  return Seconds([&] {
    for (size_t written = 0; written < load.records; written += kFibers) {
      Check((*file)->Append(std::as_bytes(std::span(group))));
      Check((*file)->Sync());
    }
  });
}

double AppendSeconds(SegmentLog& log, const Load& load) {
  const std::string record = Noise(load.record_bytes);
  return Seconds([&] {
    std::vector<fiber::JoinHandle> fibers;
    for (int i = 0; i < kFibers; ++i) {
      fibers.push_back(fiber::Start([&] {
        for (size_t k = 0; k < load.records / kFibers; ++k) {
          Check(log.Append(kTopic, 0, {record}).status());
        }
      }));
    }
    for (auto& one : fibers) one.Join();
  });
}

double ReadSeconds(SegmentLog& log) {
  return Seconds([&] {
    const Offsets kept = *log.OffsetsOf(kTopic, 0);
    for (uint64_t from = kept.begin; from < kept.end;) {
      auto records = log.Read(kTopic, 0, from, {});
      Check(records.status());
      from = records->back().offset + 1;
    }
  });
}

void Measure(const Load& load, std::vector<Figure>& figures) {
  std::filesystem::remove_all(kFolder);
  Check(fiber::RealEnvironment().disk.CreateDirectories(kFolder));
  const double disk = DiskSeconds(load);
  auto log = SegmentLog::Open(fiber::RealEnvironment(), Options());
  Check(log.status());
  const double append = AppendSeconds(**log, load);
  const double read = ReadSeconds(**log);
  const uint64_t syncs = (*log)->syncs();
  log->reset();
  std::filesystem::remove_all(kFolder);
  const auto mb = static_cast<double>(load.megabytes());
  const auto records = static_cast<double>(load.records);
  const std::string prefix = "metrics.queue." + load.name;
  const std::string how =
      fmt::format("{} records of {} bytes by {} fibers, one partition, {} syncs", load.records,
                  load.record_bytes, kFibers, syncs);
  figures.push_back({prefix + ".append_mb_per_s", mb / append, "MB/s", how});
  figures.push_back({prefix + ".append_per_s", records / append, "records/s", how});
  figures.push_back({prefix + ".read_mb_per_s", mb / read, "MB/s", "read back in order, by one"});
  figures.push_back({prefix + ".append_vs_disk", disk / append, "ratio",
                     fmt::format("to {} bytes appended and synced at a time: {:.0f} MB/s",
                                 kFibers * load.record_bytes, mb / disk)});
}

void Print(const std::vector<Figure>& figures, bool json) {
  std::string text;
  for (const Figure& figure : figures) {
    if (json) {
      text += fmt::format(
          "{}{{\"name\":\"{}\",\"value\":{:.3f},\"unit\":\"{}\",\"conditions\":\"{}\"}}",
          text.empty() ? "[" : ",\n", figure.name, figure.value, figure.unit, figure.conditions);
    } else {
      text += fmt::format("{:<38} {:>12.2f} {}  ({})\n", figure.name, figure.value, figure.unit,
                          figure.conditions);
    }
  }
  if (json) text += "]\n";
  std::fputs(text.c_str(), stdout);
}

}  // namespace
}  // namespace bellrock::metrics::queue

int main(int argc, char** argv) {
  using namespace bellrock;
  const std::vector<std::string_view> flags(argv + 1, argv + argc);
  const auto has = [&](std::string_view flag) {
    return std::find(flags.begin(), flags.end(), flag) != flags.end();
  };
  const size_t part = has("--quick") ? 10 : 1;
  std::vector<metrics::queue::Figure> figures;
  fiber::LoopGroup loops(1);
  const Status ran = fiber::RunOn(loops.loop(0), [&] {
    metrics::queue::Measure({"100kb", 100'000, 4000 / part}, figures);
    metrics::queue::Measure({"1kb", 1000, 96'000 / part}, figures);
  });
  BELLROCK_CHECK(ran.ok(), "the loop ran");
  metrics::queue::Print(figures, has("--json"));
  return 0;
}
