// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/demo/report.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace bellrock::cli::demo {

Result<LoadLine> LoadLine::Parse(std::string_view text) {
  const nlohmann::json json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("calls")) {
    return InvalidArgumentError("load line '" + std::string(text.substr(0, 80)) + "' is no JSON");
  }
  LoadLine line;
  line.unix_ms = json.value("unix_ms", int64_t{0});
  line.calls = json.value("calls", int64_t{0});
  line.failed = json.value("failed", int64_t{0});
  line.last_failure_unix_ms = json.value("last_failure_unix_ms", int64_t{0});
  line.last_error = json.value("last_error", std::string());
  for (const auto& pair : json.value("latency_us", nlohmann::json::array())) {
    if (pair.is_array() && pair.size() == 2) line.latency_us[pair[0]] += pair[1].get<int64_t>();
  }
  return line;
}

int64_t PercentileUs(const std::map<int64_t, int64_t>& counts, double quantile) {
  int64_t total = 0;
  for (const auto& [us, count] : counts) total += count;
  const auto rank = static_cast<int64_t>(std::ceil(quantile * static_cast<double>(total)));
  int64_t seen = 0;
  for (const auto& [us, count] : counts) {
    seen += count;
    if (seen >= std::max<int64_t>(rank, 1)) return us;
  }
  return 0;
}

void Report::OnFault(int64_t unix_ms) {
  if (!fault_unix_ms_.has_value()) fault_unix_ms_ = unix_ms;
}

void Report::Add(const LoadLine& line) {
  calls_ += line.calls;
  failed_ += line.failed;
  if (!line.last_error.empty()) last_error_ = line.last_error;
  Phase* phase = &before_;
  if (fault_unix_ms_.has_value() && line.unix_ms > *fault_unix_ms_) {
    phase = line.unix_ms <= *fault_unix_ms_ + kDuringMs ? &during_ : &after_;
    failed_after_fault_ += line.failed;
    last_failure_unix_ms_ = std::max(last_failure_unix_ms_, line.last_failure_unix_ms);
  }
  for (const auto& [us, count] : line.latency_us) phase->latency_us[us] += count;
}

std::string Report::ToJson() const {
  nlohmann::ordered_json json;
  json["calls"] = calls_;
  json["failed"] = failed_;
  json["failed_after_fault"] = nullptr;
  json["seconds_to_last_failure"] = nullptr;
  if (fault_unix_ms_.has_value()) {
    json["failed_after_fault"] = failed_after_fault_;
    const int64_t last = std::max<int64_t>(0, last_failure_unix_ms_ - *fault_unix_ms_);
    json["seconds_to_last_failure"] = static_cast<double>(last) / 1000.0;
  }
  auto p99 = [](const Phase& phase) -> nlohmann::ordered_json {
    if (phase.latency_us.empty()) return nullptr;
    return PercentileUs(phase.latency_us, 0.99);
  };
  json["p99_us"] = {{"before", p99(before_)}, {"during", p99(during_)}, {"after", p99(after_)}};
  return json.dump();
}

}  // namespace bellrock::cli::demo
