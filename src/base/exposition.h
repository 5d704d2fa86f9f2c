// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bellrock {

// Writes figures as monitoring systems scrape them: Prometheus' text format 0.0.4, or OpenMetrics
// 1.0.0. Families come one after another, the samples of each right behind it. Not thread-safe.
class Exposition {
 public:
  enum class Format { kPrometheus, kOpenMetrics };
  using Labels = std::vector<std::pair<std::string_view, std::string_view>>;

  explicit Exposition(Format format = Format::kPrometheus) : format_(format) {}
  // What a request's Accept header asks for.
  static Format FormatFor(std::string_view accept);
  static std::string_view ContentType(Format format);

  // Begins a family. The name of a counter comes without "_total".
  void Counter(std::string_view name, std::string_view help);
  void Gauge(std::string_view name, std::string_view help);
  void Histogram(std::string_view name, std::string_view help);

  // A sample of the counter or gauge that was begun last.
  void Add(const Labels& labels, uint64_t value);
  void Add(const Labels& labels, double value);
  // A series of the histogram that was begun last: `counts[i]` calls were not above `bounds[i]` and
  // above the one before; one count more than bounds is for what is above all.
  void AddHistogram(const Labels& labels, const std::vector<double>& bounds,
                    const std::vector<uint64_t>& counts, double sum);

  Format format() const { return format_; }
  // Ends the text.
  std::string Finish();

 private:
  void Begin(std::string_view name, std::string_view suffix, std::string_view type,
             std::string_view help);
  void Line(std::string_view suffix, const Labels& labels, std::string_view value);

  Format format_;
  std::string family_;
  std::string_view suffix_;  // of plain samples
  std::string text_;
};

}  // namespace bellrock
