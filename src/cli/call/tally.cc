// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/call/tally.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

#include "cli/output.h"

namespace bellrock::cli {
namespace {

double Seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

std::string Microseconds(uint64_t us) {
  return us < 10'000 ? fmt::format("{} us", us)
                     : fmt::format("{:.1f} ms", static_cast<double>(us) / 1000);
}

struct NamedShare {
  const char* name;
  double share;
};
constexpr NamedShare kShares[] = {{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p999", 0.999}};

}  // namespace

void Tally::Add(const Status& status, Duration latency) {
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(latency).count();
  latencies_.Add(static_cast<uint64_t>(std::max<int64_t>(us, 0)));
  const auto code = static_cast<size_t>(status.code());
  ++by_code_[code];
  if (!status.ok()) last_error_[code] = status.message();
}

uint64_t Tally::failed() const {
  return std::accumulate(by_code_.begin() + 1, by_code_.end(), uint64_t{0});
}

double Tally::Rate(Duration elapsed) const {
  return elapsed > Duration(0) ? static_cast<double>(calls()) / Seconds(elapsed) : 0;
}

std::string Tally::Table(Duration elapsed) const {
  TextTable table({"CALLS", "FAILED", "CALLS/S", "P50", "P90", "P99", "P99.9", "MAX"});
  std::vector<std::string> row = {std::to_string(calls()), std::to_string(failed()),
                                  fmt::format("{:.0f}", Rate(elapsed))};
  for (const NamedShare& each : kShares)
    row.push_back(Microseconds(latencies_.Quantile(each.share)));
  row.push_back(Microseconds(latencies_.max()));
  table.Add(std::move(row));
  std::string text = table.ToString();
  for (size_t code = 1; code < by_code_.size(); ++code) {
    if (by_code_[code] == 0) continue;
    text += fmt::format("{} x {}, the last: {}\n", by_code_[code],
                        StatusCodeName(static_cast<StatusCode>(code)), last_error_[code]);
  }
  if (late_ > 0) {
    text += fmt::format("{} began late, with all calls in flight: raise --concurrency\n", late_);
  }
  if (latencies_.inexact() > 0) {
    text += fmt::format("{} latencies are rounded up: over {} different ones\n",
                        latencies_.inexact(), rpc::LatencyCounts::kLongMax);
  }
  return text;
}

std::string Tally::Json(Duration elapsed) const {
  nlohmann::ordered_json json;
  json["calls"] = calls();
  json["failed"] = failed();
  json["failed_by_code"] = nlohmann::ordered_json::object();
  for (size_t code = 1; code < by_code_.size(); ++code) {
    if (by_code_[code] == 0) continue;
    json["failed_by_code"][std::string(StatusCodeName(static_cast<StatusCode>(code)))] =
        by_code_[code];
  }
  json["seconds"] = Seconds(elapsed);
  json["calls_per_second"] = Rate(elapsed);
  for (const NamedShare& each : kShares) {
    json["latency_us"][each.name] = latencies_.Quantile(each.share);
  }
  json["latency_us"]["max"] = latencies_.max();
  json["late"] = late_;
  json["rounded"] = latencies_.inexact();
  return json.dump();
}

std::string Tally::Progress(Duration elapsed) const {
  return fmt::format("{:3.0f} s  {} calls  {:.0f}/s  p99 {}  {} failed", Seconds(elapsed), calls(),
                     Rate(elapsed), Microseconds(latencies_.Quantile(0.99)), failed());
}

}  // namespace bellrock::cli
