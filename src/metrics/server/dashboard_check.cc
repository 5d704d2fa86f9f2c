// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/server/dashboard_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "metrics/query/asking.h"
#include "metrics/query/value_matcher.h"

namespace bellrock::metrics::server {
namespace {

constexpr std::array<std::string_view, 7> kFigures = {"calls", "failures", "success_rate", "mean",
                                                      "max",   "tp",       "heat"};
constexpr uint32_t kQuantileMax = 1'000'000;

Status CheckTitle(std::string_view title) {
  if (!title.empty() && title.size() <= kDashboardTextMax) return Status::Ok();
  return InvalidArgumentError(
      fmt::format("title: {} bytes; give 1 to {}", title.size(), kDashboardTextMax));
}

Status CheckConditions(const v1::DashboardChart& chart) {
  if (chart.where_size() > kChartConditionsMax) {
    return InvalidArgumentError(
        fmt::format("where: {} conditions, at most {}", chart.where_size(), kChartConditionsMax));
  }
  BELLROCK_ASSIGN(const auto matches, query::MatchesFrom(chart.where()));
  for (const query::Match& match : matches) {
    if (match.value.size() > kDashboardTextMax) {
      return InvalidArgumentError(
          fmt::format("where.value: {} bytes, at most {}", match.value.size(), kDashboardTextMax));
    }
    const auto matcher = query::ValueMatcher::Make(match.how, match.value);
    if (!matcher.ok()) return matcher.status().WithContext("where.value");
  }
  return Status::Ok();
}

Status CheckChart(const v1::DashboardChart& chart) {
  BELLROCK_TRY(CheckTitle(chart.title()));
  BELLROCK_TRY(CheckConditions(chart));
  if (std::find(kFigures.begin(), kFigures.end(), chart.figure()) == kFigures.end()) {
    return InvalidArgumentError(fmt::format(
        "figure: '{}'; use calls, failures, success_rate, mean, max, tp or heat", chart.figure()));
  }
  if (chart.quantile() > kQuantileMax) {
    return InvalidArgumentError(fmt::format(
        "quantile: {}; give parts per million, 0 to 1000000: 990000 is TP99", chart.quantile()));
  }
  if (chart.group_by().empty()) return Status::Ok();
  if (chart.figure() == "heat") {
    return InvalidArgumentError(
        fmt::format("group_by: '{}'; a heat map is of all calls, leave it out", chart.group_by()));
  }
  const auto dimension = DimensionFromName(chart.group_by());
  return dimension.ok() ? Status::Ok() : dimension.status().WithContext("group_by");
}

}  // namespace

Status CheckDashboard(const v1::Dashboard& dashboard) {
  BELLROCK_TRY(CheckTitle(dashboard.title()));
  if (dashboard.span() < 0 || dashboard.span() > kDashboardSpanMax) {
    return InvalidArgumentError(
        fmt::format("span: {} s; give 1 to {}, or 0", dashboard.span(), kDashboardSpanMax));
  }
  if (dashboard.charts_size() > kDashboardChartsMax) {
    return InvalidArgumentError(fmt::format("charts: {}, at most {}; make another dashboard",
                                            dashboard.charts_size(), kDashboardChartsMax));
  }
  for (int i = 0; i < dashboard.charts_size(); ++i) {
    const Status checked = CheckChart(dashboard.charts(i));
    if (!checked.ok()) return checked.WithContext(fmt::format("charts[{}]", i));
  }
  const size_t bytes = dashboard.ByteSizeLong();
  if (bytes <= kDashboardBytesMax) return Status::Ok();
  return InvalidArgumentError(
      fmt::format("dashboard: {} bytes, at most {}; take charts away", bytes, kDashboardBytesMax));
}

}  // namespace bellrock::metrics::server
