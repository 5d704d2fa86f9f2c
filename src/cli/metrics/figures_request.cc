// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/metrics/figures_request.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "cli/naming/time_option.h"
#include "metrics/quantile.h"

namespace bellrock::cli {
namespace {

namespace v1 = metrics::v1;

constexpr int64_t kSecondMs = 1000;
constexpr int64_t kMinute = 60;

// A length before now, or a moment.
Result<int64_t> SecondOf(std::string_view option, const std::string& text, int64_t now_ms) {
  if (const auto length = ParseLengthMs(option, text); length.ok()) {
    return (now_ms - *length) / kSecondMs;
  }
  BELLROCK_ASSIGN(const int64_t moment, ParseMoment(option, text, now_ms));
  return moment / kSecondMs;
}

Result<int64_t> SecondsOf(std::string_view option, const std::string& text) {
  BELLROCK_ASSIGN(const int64_t length, ParseLengthMs(option, text));
  return length / kSecondMs;
}

Result<v1::Condition> ConditionOf(const std::string& text) {
  const size_t at = text.find_first_of("=!");
  if (at != 0 && at != std::string::npos) {
    for (const std::string_view how : {"=~", "!~", "!=", "="}) {
      if (!std::string_view(text).substr(at).starts_with(how)) continue;
      v1::Condition condition;
      condition.set_dimension(text.substr(0, at));
      condition.set_how(std::string(how));
      condition.set_value(text.substr(at + how.size()));
      return condition;
    }
  }
  return InvalidArgumentError(
      fmt::format("--where '{}': write dimension=value, or with !=, =~, !~", text));
}

Status SetBounds(const FiguresOptions& options, int64_t now_ms, v1::FiguresRequest& request) {
  BELLROCK_ASSIGN(int64_t from, SecondOf("--since", options.since, now_ms));
  int64_t to = now_ms / kSecondMs;
  if (!options.until.empty()) {
    BELLROCK_ASSIGN(to, SecondOf("--until", options.until, now_ms));
  }
  int64_t step = 0;
  if (!options.step.empty()) {
    BELLROCK_ASSIGN(step, SecondsOf("--step", options.step));
  }
  if (to - from > 2 * kMinute && step % kMinute == 0) {
    from -= from % kMinute;
    to += (kMinute - to % kMinute) % kMinute;
  }
  request.set_from(from);
  request.set_to(to);
  request.set_step(step);
  return Status::Ok();
}

}  // namespace

Result<v1::FiguresRequest> FiguresRequestOf(const FiguresOptions& options, int64_t now_ms) {
  v1::FiguresRequest request;
  BELLROCK_TRY(SetBounds(options, now_ms, request));
  for (const std::string& text : options.where) {
    BELLROCK_ASSIGN(*request.add_where(), ConditionOf(text));
  }
  request.mutable_group_by()->Assign(options.group_by.begin(), options.group_by.end());
  for (const std::string& text : options.quantiles) {
    auto quantile = metrics::ParseQuantile(text);
    if (!quantile.ok()) return quantile.status().WithContext("--quantiles");
    request.add_quantiles(static_cast<uint32_t>(*quantile));
  }
  for (const std::string& text : options.compare) {
    BELLROCK_ASSIGN(const int64_t seconds, SecondsOf("--compare", text));
    request.add_earlier(seconds);
  }
  request.set_order_by(options.order_by);
  request.set_limit(options.limit);
  return request;
}

}  // namespace bellrock::cli
