// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "base/exposition.h"

#include <fmt/format.h>

#include <cmath>

#include "base/check.h"

namespace bellrock {
namespace {

// Both formats escape backslash and line feed; label values the quotation mark, too.
std::string Escaped(std::string_view text, bool quoted) {
  std::string escaped;
  escaped.reserve(text.size());
  for (const char c : text) {
    if (c == '\n') {
      escaped += "\\n";
      continue;
    }
    if (c == '\\' || (quoted && c == '"')) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string NumberText(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  return fmt::format("{}", value);
}

}  // namespace

Exposition::Format Exposition::FormatFor(std::string_view accept) {
  const bool open = accept.find("application/openmetrics-text") != std::string_view::npos;
  return open ? Format::kOpenMetrics : Format::kPrometheus;
}

std::string_view Exposition::ContentType(Format format) {
  return format == Format::kOpenMetrics
             ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
             : "text/plain; version=0.0.4; charset=utf-8";
}

void Exposition::Counter(std::string_view name, std::string_view help) {
  Begin(name, "_total", "counter", help);
}

void Exposition::Gauge(std::string_view name, std::string_view help) {
  Begin(name, "", "gauge", help);
}

void Exposition::Histogram(std::string_view name, std::string_view help) {
  Begin(name, "", "histogram", help);
}

// OpenMetrics names a counter's family without the suffix of its samples.
void Exposition::Begin(std::string_view name, std::string_view suffix, std::string_view type,
                       std::string_view help) {
  family_ = name;
  suffix_ = suffix;
  const std::string_view told = format_ == Format::kOpenMetrics ? "" : suffix;
  text_ += fmt::format("# HELP {}{} {}\n# TYPE {}{} {}\n", name, told, Escaped(help, false), name,
                       told, type);
}

void Exposition::Add(const Labels& labels, uint64_t value) {
  Line(suffix_, labels, fmt::format("{}", value));
}

void Exposition::Add(const Labels& labels, double value) {
  Line(suffix_, labels, NumberText(value));
}

void Exposition::AddHistogram(const Labels& labels, const std::vector<double>& bounds,
                              const std::vector<uint64_t>& counts, double sum) {
  BELLROCK_CHECK(counts.size() == bounds.size() + 1, "one count more than bounds");
  uint64_t below = 0;
  for (size_t i = 0; i < counts.size(); ++i) {
    below += counts[i];
    // Bounds are written with a point, as OpenMetrics wants them in both formats.
    const std::string bound = i < bounds.size() ? fmt::format("{:#}", bounds[i]) : "+Inf";
    Labels with = labels;
    with.emplace_back("le", bound);
    Line("_bucket", with, fmt::format("{}", below));
  }
  Line("_count", labels, fmt::format("{}", below));
  Line("_sum", labels, NumberText(sum));
}

void Exposition::Line(std::string_view suffix, const Labels& labels, std::string_view value) {
  text_ += family_;
  text_ += suffix;
  char separator = '{';
  for (const auto& [name, label] : labels) {
    text_ += fmt::format("{}{}=\"{}\"", separator, name, Escaped(label, true));
    separator = ',';
  }
  if (!labels.empty()) text_ += '}';
  text_ += fmt::format(" {}\n", value);
}

std::string Exposition::Finish() {
  if (format_ == Format::kOpenMetrics) text_ += "# EOF\n";
  return std::move(text_);
}

}  // namespace bellrock
