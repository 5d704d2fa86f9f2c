// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
//
// A load generator: calls web/gateway at a steady rate whatever the answers take (open loop) and
// prints one JSON line per 100 ms:
//   {"unix_ms":..,"calls":200,"failed":0,"last_failure_unix_ms":0,"latency_us":[[310,12],..],
//    "last_error":""}
// Latency is counted from the moment the call was due.
//   music_load [CALLS_PER_SECOND] [SECONDS]
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

#include "bellrock/channel.h"
#include "bellrock/fiber.h"
#include "music/v1/music.bellrock.h"

namespace {

constexpr int kInFlightMax = 20'000;
constexpr auto kLineInterval = std::chrono::milliseconds(100);

// What ended since the last line. Touched by fibers of one loop only.
struct Tally {
  int64_t calls = 0;
  int64_t failed = 0;
  std::map<int64_t, int64_t> latency_us;
  std::string last_error;
  int64_t last_failure_unix_ms = 0;
};

Tally tally;
int in_flight = 0;

int64_t UnixMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             bellrock::WallNow().time_since_epoch())
      .count();
}

void CallOnce(const music::v1::GatewayStub& gateway, int64_t user, bellrock::Time due) {
  music::v1::MyMusicRequest request;
  request.set_user(user);
  auto reply = gateway.MyMusic(request);
  --in_flight;
  ++tally.calls;
  const auto latency = bellrock::Now() - due;
  ++tally.latency_us[std::chrono::duration_cast<std::chrono::microseconds>(latency).count()];
  if (reply.ok()) return;
  ++tally.failed;
  tally.last_error = reply.status().ToString();
  tally.last_failure_unix_ms = UnixMs();
}

std::string Escaped(const std::string& text) {
  std::string out;
  for (char c : text) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(static_cast<unsigned char>(c) < 0x20 ? ' ' : c);
  }
  return out;
}

void PrintAndReset() {
  std::string line = "{\"unix_ms\":" + std::to_string(UnixMs()) +
                     ",\"calls\":" + std::to_string(tally.calls) +
                     ",\"failed\":" + std::to_string(tally.failed) +
                     ",\"last_failure_unix_ms\":" + std::to_string(tally.last_failure_unix_ms) +
                     ",\"latency_us\":[";
  bool first = true;
  for (const auto& [us, count] : tally.latency_us) {
    if (!std::exchange(first, false)) line += ",";
    line += "[" + std::to_string(us) + "," + std::to_string(count) + "]";
  }
  line += "],\"last_error\":\"" + Escaped(tally.last_error) + "\"}";
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
  tally = Tally();
}

void Generate(const music::v1::GatewayStub& gateway, int64_t rate, int64_t duration) {
  const bellrock::Time start = bellrock::Now();
  const auto interval = bellrock::Duration(std::chrono::seconds(1)) / rate;
  bellrock::Time next_line = start + kLineInterval;
  for (int64_t n = 0; duration == 0 || n < rate * duration; ++n) {
    const bellrock::Time due = start + n * interval;
    (void)bellrock::SleepUntil(due);
    if (due >= next_line) {
      PrintAndReset();
      next_line += kLineInterval;
    }
    if (in_flight >= kInFlightMax) {
      ++tally.calls, ++tally.failed;
      tally.last_error = "too many calls in flight";
      tally.last_failure_unix_ms = UnixMs();
      continue;
    }
    ++in_flight;
    if (!bellrock::Go([&gateway, n, due] { CallOnce(gateway, 1 + n % 100'000, due); }).ok()) {
      --in_flight;
    }
  }
  while (in_flight > 0) (void)bellrock::SleepFor(std::chrono::milliseconds(1));
  PrintAndReset();
}

}  // namespace

int main(int argc, char** argv) {
  const int64_t rate = argc > 1 ? std::atoll(argv[1]) : 2000;
  const int64_t duration = argc > 2 ? std::atoll(argv[2]) : 0;
  if (rate < 1 || rate > 1'000'000 || duration < 0) {
    std::fprintf(stderr,
                 "usage: music_load [CALLS_PER_SECOND 1..1000000] [SECONDS, 0 = endless]\n");
    return 2;
  }
  bellrock::ChannelOptions options;
  options.caller = "demo/load";
  bellrock::Channel channel("web/gateway", options);
  music::v1::GatewayStub gateway(channel);
  bellrock::Status status = bellrock::Run([&] { Generate(gateway, rate, duration); });
  if (!status.ok()) std::fprintf(stderr, "music_load: %s\n", status.ToString().c_str());
  return status.ok() ? 0 : 1;
}
