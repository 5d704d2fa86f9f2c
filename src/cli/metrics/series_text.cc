// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/metrics/series_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "cli/output.h"
#include "metrics/attributes.h"
#include "metrics/quantile.h"
#include "metrics/series_kind.h"

namespace bellrock::cli {
namespace {

namespace v1 = metrics::v1;

constexpr int kLinesMax = 10'000;  // of an answer
constexpr char kUnknown[] = "-";

void AddCondition(const char* dimension, const char* how, std::string value,
                  v1::FiguresRequest& request) {
  v1::Condition& condition = *request.add_where();
  condition.set_dimension(dimension);
  condition.set_how(how);
  condition.set_value(std::move(value));
}

std::string PerMille(double permille) {
  return fmt::format("{:.1f} %", permille / 10);
}
std::string Thousandths(double milli) {
  return fmt::format("{:.2f}", milli / 1000);
}
std::string Plain(double value) {
  return fmt::format("{:.0f}", value);
}
std::string Bytes(double bytes) {
  const char* unit = "B";
  for (const char* next : {"KB", "MB", "GB"}) {
    if (bytes < 1000) break;
    bytes /= 1000;
    unit = next;
  }
  return fmt::format("{:.1f} {}", bytes, unit);
}

// The columns of the table of hosts, by metric.
struct HostColumn {
  const char* metric;
  const char* header;
  bool counter;
  std::string (*text)(double);
};
constexpr HostColumn kHostColumns[] = {
    {"cpu_permille", "CPU", false, PerMille},
    {"load1_milli", "LOAD1", false, Thousandths},
    {"memory_used_permille", "MEMORY", false, PerMille},
    {"disk_used_permille", "DISK", false, PerMille},
    {"disk_busy_permille", "DISK BUSY", false, PerMille},
    {"network_receive_bytes", "RECEIVED/S", true, Bytes},
    {"network_transmit_bytes", "SENT/S", true, Bytes},
    {"tcp_connections", "TCP", false, Plain},
};

// What the lines of one metric and group come to.
struct Sum {
  uint64_t count = 0;
  double per_second = 0;
  double total = 0;  // of values
  uint32_t most = 0;
  int lines = 0;
  std::vector<uint32_t> quantiles;

  void Add(const v1::Figures& figures) {
    count += figures.calls();
    per_second += figures.calls_per_second();
    total += figures.mean_us() * static_cast<double>(figures.calls());
    most = std::max(most, figures.max_us());
    quantiles.assign(figures.quantiles_us().begin(), figures.quantiles_us().end());
    ++lines;
  }
};

std::vector<std::string> ValuesOf(const std::string& attributes,
                                  const std::vector<std::string>& names) {
  const auto parsed = metrics::ParseAttributes(attributes);
  std::vector<std::string> values;
  for (const std::string& name : names) {
    const auto found = std::find_if(parsed.begin(), parsed.end(),
                                    [&](const auto& attribute) { return attribute.first == name; });
    values.push_back(found != parsed.end()    ? found->second
                     : attributes == "(more)" ? "(more)"
                                              : "");
  }
  return values;
}

void AddFigures(const std::string& kind, const Sum& sum, size_t quantiles,
                std::vector<std::string>& row) {
  const bool counter = kind == metrics::kResultCounter;
  const bool card = kind == metrics::kResultCard;
  row.push_back(counter || card ? std::to_string(sum.count) : kUnknown);
  row.push_back(counter || card ? fmt::format("{:.1f}", sum.per_second) : kUnknown);
  const double mean = sum.count == 0 ? 0 : sum.total / static_cast<double>(sum.count);
  row.push_back(counter ? kUnknown : fmt::format("{:.1f}", mean));
  for (size_t i = 0; i < quantiles; ++i) {
    const bool known = card && sum.lines == 1 && i < sum.quantiles.size();
    row.push_back(known ? std::to_string(sum.quantiles[i]) : kUnknown);
  }
  row.push_back(counter ? kUnknown : std::to_string(sum.most));
}

}  // namespace

void AskForHosts(v1::FiguresRequest& request) {
  AddCondition("callee", "=~", std::string(PrefixOf(metrics::SeriesKind::kHost)) + ".*", request);
  std::string shown;
  for (const HostColumn& column : kHostColumns) {
    shown += (shown.empty() ? "" : "|") + std::string(column.metric);
  }
  AddCondition("method", "=~", shown, request);
  for (const char* dimension : {"callee", "callee_host", "method"}) {
    request.add_group_by(dimension);
  }
  request.set_limit(kLinesMax);
}

std::string HostsText(const v1::FiguresReply& reply) {
  std::map<std::pair<std::string, std::string>, std::map<std::string, v1::Figures>> hosts;
  for (const v1::FiguresReply::Line& line : reply.lines()) {
    if (line.key_size() != 3) continue;
    hosts[{std::string(metrics::WithoutPrefix(line.key(0))), line.key(1)}][line.key(2)] =
        line.total();
  }
  if (hosts.empty()) return "no host has told its figures: is there a bellrock agent on it?\n";
  std::vector<std::string> header = {"SITE", "HOST"};
  for (const HostColumn& column : kHostColumns) header.emplace_back(column.header);
  TextTable table(std::move(header));
  for (const auto& [host, figures] : hosts) {
    std::vector<std::string> row = {host.first, host.second};
    for (const HostColumn& column : kHostColumns) {
      const auto found = figures.find(column.metric);
      if (found == figures.end()) {
        row.emplace_back(kUnknown);
      } else {
        row.push_back(column.text(column.counter ? found->second.calls_per_second()
                                                 : found->second.mean_us()));
      }
    }
    table.Add(std::move(row));
  }
  return table.ToString();
}

void AskForCustom(const std::string& service, const std::string& metric,
                  v1::FiguresRequest& request) {
  const std::string prefix(PrefixOf(metrics::SeriesKind::kCustom));
  AddCondition("callee", service.empty() ? "=~" : "=", prefix + (service.empty() ? ".*" : service),
               request);
  if (!metric.empty()) AddCondition("method", "=", metric, request);
  for (const char* dimension : {"callee", "method", "result", "caller"}) {
    request.add_group_by(dimension);
  }
  if (request.limit() == 0) request.set_limit(kLinesMax);
}

std::string CustomText(const v1::FiguresReply& reply, const std::vector<std::string>& attributes) {
  std::map<std::vector<std::string>, Sum> sums;
  for (const v1::FiguresReply::Line& line : reply.lines()) {
    if (line.key_size() != 4) continue;
    std::vector<std::string> key = {std::string(metrics::WithoutPrefix(line.key(0))), line.key(1),
                                    line.key(2)};
    for (std::string& value : ValuesOf(line.key(3), attributes)) key.push_back(std::move(value));
    sums[std::move(key)].Add(line.total());
  }
  if (sums.empty()) return "no program has told figures of its own\n";
  std::vector<std::string> header = {"SERVICE", "METRIC", "KIND"};
  for (std::string name : attributes) {
    std::transform(name.begin(), name.end(), name.begin(), ::toupper);
    header.push_back(std::move(name));
  }
  for (const char* name : {"COUNT", "/S", "MEAN"}) header.emplace_back(name);
  for (const uint32_t quantile : reply.quantiles()) {
    header.push_back(metrics::QuantileName(static_cast<metrics::Quantile>(quantile)));
  }
  header.emplace_back("MAX");
  TextTable table(std::move(header));
  for (const auto& [key, sum] : sums) {
    std::vector<std::string> row = key;
    std::transform(row[2].begin(), row[2].end(), row[2].begin(), ::tolower);
    AddFigures(key[2], sum, static_cast<size_t>(reply.quantiles_size()), row);
    table.Add(std::move(row));
  }
  return table.ToString();
}

}  // namespace bellrock::cli
