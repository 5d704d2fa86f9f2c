// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/metrics/movers_request.h"

#include <fmt/format.h>

#include "cli/metrics/figures_text.h"
#include "cli/naming/time_option.h"
#include "cli/output.h"

namespace bellrock::cli {
namespace {

namespace v1 = metrics::v1;

constexpr int64_t kSecondMs = 1000;
constexpr int64_t kMinute = 60;
constexpr int64_t kDay = 86'400;
constexpr int64_t kUntilWritten = 10;  // after the end of a minute

// Former windows are kept by the minute.
Result<int64_t> MinutesOf(const char* option, const std::string& text) {
  BELLROCK_ASSIGN(const int64_t length, ParseLengthMs(option, text));
  const int64_t seconds = length / kSecondMs;
  if (seconds >= kMinute && seconds % kMinute == 0) return seconds;
  return InvalidArgumentError(
      fmt::format("{} '{}': give whole minutes, for instance 10m", option, text));
}

Result<int64_t> AgainstOf(const std::string& text) {
  if (text == "before") return 0;
  if (text == "yesterday") return kDay;
  if (text == "week") return 7 * kDay;
  return MinutesOf("--against", text);
}

std::string FromTo(const std::string& past, const std::string& now) {
  return past + " -> " + now;
}

void AddPart(const v1::MoversReply::Part& part, TextTable& table) {
  const auto rate = [](const v1::Figures& one) {
    return fmt::format("{:.1f}", one.calls_per_second());
  };
  const auto success = [](const v1::Figures& one) {
    return one.calls() == 0 ? "-" : fmt::format("{:.3f} %", one.success_rate() * 100);
  };
  const auto tp99 = [](const v1::Figures& one) {
    return one.calls() == 0 ? "-" : LatencyText(one.quantiles_us(1));
  };
  table.Add({part.value().empty() ? "(not known)" : part.value(),
             fmt::format("{:+.0f}", part.change()), FromTo(rate(part.past()), rate(part.now())),
             FromTo(success(part.past()), success(part.now())),
             FromTo(tp99(part.past()), tp99(part.now()))});
}

}  // namespace

Result<v1::MoversRequest> MoversRequestOf(const MoversOptions& options, int64_t now_ms) {
  v1::MoversRequest request;
  BELLROCK_ASSIGN(const int64_t span, MinutesOf("--span", options.span));
  BELLROCK_ASSIGN(const int64_t against, AgainstOf(options.against));
  const int64_t to = (now_ms / kSecondMs - kUntilWritten) / kMinute * kMinute;
  request.set_from(to - span);
  request.set_to(to);
  request.set_against(against);
  request.set_by(options.by);
  request.set_limit(options.limit);
  if (options.service.empty()) return request;
  v1::Condition& condition = *request.add_where();
  condition.set_dimension("callee");
  condition.set_value(options.service);
  return request;
}

std::string MoversText(const v1::MoversReply& reply) {
  std::string text;
  for (const v1::MoversReply::Dimension& dimension : reply.dimensions()) {
    if (!text.empty()) text += "\n";
    if (!dimension.problem().empty()) {
      text += fmt::format("{}: {}\n", dimension.dimension(), dimension.problem());
      continue;
    }
    TextTable table({dimension.dimension(), "CHANGE", "CALLS/S", "SUCCESS", "TP99"});
    for (const v1::MoversReply::Part& part : dimension.parts()) AddPart(part, table);
    text += dimension.parts().empty() ? dimension.dimension() + ": no calls\n" : table.ToString();
    if (dimension.more() > 0) text += fmt::format("{} more; ask with --limit\n", dimension.more());
  }
  return text;
}

}  // namespace bellrock::cli
