// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/metrics/figures_text.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>

#include "cli/output.h"
#include "metrics/quantile.h"

namespace bellrock::cli {
namespace {

namespace v1 = metrics::v1;

constexpr int64_t kHour = 3600;
constexpr int64_t kDay = 24 * kHour;

std::string MomentText(int64_t second) {
  return fmt::format("{:%Y-%m-%d %H:%M:%S}", fmt::gmtime(static_cast<std::time_t>(second)));
}

std::string LengthText(int64_t seconds) {
  if (seconds % kDay == 0) return fmt::format("{}d", seconds / kDay);
  if (seconds % kHour == 0) return fmt::format("{}h", seconds / kHour);
  return fmt::format("{}s", seconds);
}

// Six nines must be told from five.
std::string ShareText(double share) {
  if (share >= 1) return "100 %";
  return fmt::format("{:.{}f} %", share * 100, share > 0.999 ? 5 : 2);
}

std::string ChangeText(double now, double before) {
  if (before == 0) return now == 0 ? "=" : "new";
  return fmt::format("{:+.1f} %", (now / before - 1) * 100);
}

std::vector<std::string> Header(const v1::FiguresRequest& request, const v1::FiguresReply& reply) {
  std::vector<std::string> header;
  if (request.step() > 0) header.push_back("FROM (UTC)");
  for (std::string name : request.group_by()) {
    std::transform(name.begin(), name.end(), name.begin(), ::toupper);
    header.push_back(std::move(name));
  }
  for (const char* name : {"CALLS", "/S", "SUCCESS", "MEAN"}) header.push_back(name);
  for (const uint32_t quantile : reply.quantiles()) {
    header.push_back(metrics::QuantileName(static_cast<metrics::Quantile>(quantile)));
  }
  header.push_back("MAX");
  if (request.step() > 0) return header;
  for (const int64_t seconds : request.earlier()) {
    header.push_back("CALLS vs " + LengthText(seconds));
    header.push_back("TP vs " + LengthText(seconds));
  }
  return header;
}

void AddFigures(const v1::Figures& figures, std::vector<std::string>& row) {
  row.push_back(std::to_string(figures.calls()));
  row.push_back(fmt::format("{:.1f}", figures.calls_per_second()));
  row.push_back(ShareText(figures.success_rate()));
  row.push_back(LatencyText(figures.mean_us()));
  for (const uint32_t us : figures.quantiles_us()) row.push_back(LatencyText(us));
  row.push_back(LatencyText(figures.max_us()));
}

void AddLine(const v1::FiguresRequest& request, const v1::FiguresReply::Line& line,
             TextTable& table) {
  const std::vector<std::string> key(line.key().begin(), line.key().end());
  if (request.step() > 0) {
    for (const v1::Figures& point : line.points()) {
      std::vector<std::string> row = {MomentText(point.from())};
      row.insert(row.end(), key.begin(), key.end());
      AddFigures(point, row);
      table.Add(std::move(row));
    }
    return;
  }
  std::vector<std::string> row = key;
  AddFigures(line.total(), row);
  for (const v1::Figures& before : line.earlier()) {
    row.push_back(
        ChangeText(static_cast<double>(line.total().calls()), static_cast<double>(before.calls())));
    row.push_back(
        ChangeText(*line.total().quantiles_us().rbegin(), *before.quantiles_us().rbegin()));
  }
  table.Add(std::move(row));
}

double LeastComplete(const v1::FiguresReply& reply) {
  double least = 1;
  for (const v1::FiguresReply::Line& line : reply.lines()) {
    least = std::min(least, line.total().completeness());
  }
  return least;
}

}  // namespace

std::string LatencyText(double us) {
  if (us < 1000) return fmt::format("{:.0f} us", us);
  if (us < 1e6) return fmt::format("{:.2f} ms", us / 1e3);
  return fmt::format("{:.2f} s", us / 1e6);
}

std::string FiguresText(const v1::FiguresRequest& request, const v1::FiguresReply& reply) {
  if (reply.lines().empty()) {
    return fmt::format("no calls from {} to {} UTC\n", MomentText(request.from()),
                       MomentText(request.to()));
  }
  TextTable table(Header(request, reply));
  for (const v1::FiguresReply::Line& line : reply.lines()) AddLine(request, line, table);
  std::string text = table.ToString();
  if (reply.more() > 0) text += fmt::format("{} more; ask with --limit\n", reply.more());
  if (const double least = LeastComplete(reply); least < 1) {
    text += fmt::format("{} of the calls are in these figures; their sources dropped the rest\n",
                        ShareText(least));
  }
  if (reply.complete_until() > 0 && reply.complete_until() < request.to()) {
    text += fmt::format("complete until {} UTC\n", MomentText(reply.complete_until()));
  }
  return text;
}

}  // namespace bellrock::cli
