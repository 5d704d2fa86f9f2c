// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/host/host_source.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace bellrock::metrics::host {
namespace {

constexpr std::string_view kSubject = "metrics/host";
constexpr size_t kReadBytes = 16 << 10;
constexpr size_t kFileBytesMax = 1 << 20;
constexpr size_t kMountsMax = 16;

std::string CalleeOf(const HostSourceOptions& options) {
  return SeriesCallee(SeriesKind::kHost, options.site.empty() ? kSiteUnknown : options.site);
}

}  // namespace

HostSource::HostSource(fiber::Environment environment, HostSourceOptions options)
    : environment_(environment), callee_(CalleeOf(options)), options_(std::move(options)) {}

void HostSource::Collect(int64_t second, bool last, v1::PushRequest& push) {
  if (last) return;
  for (const HostFigure& figure : figures_.Next(Read())) {
    const SeriesName name{callee_, figure.name, options_.host};
    if (figure.counter) {
      AddCounter(name, second, figure.value, push);
    } else {
      AddGauge(name, second, figure.value, push);
    }
  }
}

HostReading HostSource::Read() {
  HostReading reading;
  reading.at = environment_.clock.Now();
  ReadInto(reading.stat, "/proc/stat", ParseStat);
  ReadInto(reading.load, "/proc/loadavg", ParseLoadAverage);
  ReadInto(reading.memory, "/proc/meminfo", ParseMemory);
  ReadInto(reading.network, "/proc/net/dev", ParseNetworkDevices);
  ReadInto(reading.disks, "/proc/diskstats", ParseDiskStats);
  ReadInto(reading.tcp, "/proc/net/snmp", ParseSnmp);
  ReadInto(reading.open_files, "/proc/sys/fs/file-nr", ParseFileNumbers);
  ReadSpace(reading);
  return reading;
}

template <typename Value>
void HostSource::ReadInto(std::optional<Value>& value, const std::string& file,
                          Result<Value> (*parse)(std::string_view)) {
  auto text = Text(file);
  if (!text.ok()) return TellOnce(file, text.status());
  auto parsed = parse(*text);
  if (!parsed.ok()) return TellOnce(file, parsed.status());
  value = *std::move(parsed);
}

void HostSource::ReadSpace(HostReading& reading) {
  const std::string file = "/proc/mounts";
  auto text = Text(file);
  if (!text.ok()) return TellOnce(file, text.status());
  std::vector<std::string> mounts = ParseMounts(*text);
  mounts.resize(std::min(mounts.size(), kMountsMax));
  for (const std::string& mount : mounts) {
    const auto space = options_.space(options_.root + mount);
    if (!space.ok()) {
      TellOnce(mount, space.status());
      continue;
    }
    // As df counts: what is kept for root is not there for the others.
    const uint64_t usable = space->used_bytes + space->available_bytes;
    if (usable > 0) reading.used_permille.push_back(space->used_bytes * 1000 / usable);
  }
}

// Files in /proc have no size: they are read to their end.
Result<std::string> HostSource::Text(const std::string& file) {
  BELLROCK_ASSIGN(const auto opened,
                  environment_.disk.Open(options_.root + file, fiber::OpenMode::kRead));
  std::string text;
  while (text.size() < kFileBytesMax) {
    const size_t end = text.size();
    text.resize(end + kReadBytes);
    const auto read = opened->ReadAt(end, std::as_writable_bytes(std::span(text)).subspan(end));
    text.resize(end + (read.ok() ? *read : 0));
    BELLROCK_TRY(read.status());
    if (*read == 0) break;
  }
  return text;
}

void HostSource::TellOnce(const std::string& file, const Status& status) {
  if (!told_.insert(file).second) return;
  log::Warning(kSubject, "{}: left out of this host's figures: {}", file, status.ToString());
}

}  // namespace bellrock::metrics::host
