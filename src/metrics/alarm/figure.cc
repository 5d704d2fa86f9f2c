// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm/figure.h"

#include "metrics/alarm/rule_terms.h"

namespace bellrock::metrics::alarm {
namespace {

std::optional<double> PropertyOf(const v1::AlarmFigure& figure, const Reading& reading) {
  const auto calls = static_cast<double>(reading.calls());
  if (reading.calls() == 0) return std::nullopt;
  switch (figure.kind()) {
    case v1::AlarmFigure::KIND_SUCCESS_RATE:
      return static_cast<double>(reading.calls() - reading.failures) / calls;
    case v1::AlarmFigure::KIND_LATENCY_US:
      return static_cast<double>(reading.card.PercentileUs(QuantileOf(figure)));
    case v1::AlarmFigure::KIND_MAX_US:
      return static_cast<double>(reading.card.max_us());
    case v1::AlarmFigure::KIND_MEAN_US:
      return static_cast<double>(MicrosecondsOf(reading.card)) / calls;
    default:
      return std::nullopt;
  }
}

}  // namespace

uint64_t MicrosecondsOf(const Card& card) {
  uint64_t sum = 0;
  for (const Card::Bucket& bucket : card.buckets()) {
    sum += uint64_t{bucket.latency_us} * bucket.count;
  }
  return sum;
}

std::optional<double> FigureOf(const v1::AlarmFigure& figure, const Reading& reading,
                               int64_t seconds) {
  const auto window = static_cast<double>(seconds);
  switch (figure.kind()) {
    case v1::AlarmFigure::KIND_CALLS_PER_SECOND:
      return static_cast<double>(reading.calls()) / window;
    case v1::AlarmFigure::KIND_FAILURES_PER_SECOND:
      return static_cast<double>(reading.failures) / window;
    default:
      return PropertyOf(figure, reading);
  }
}

}  // namespace bellrock::metrics::alarm
