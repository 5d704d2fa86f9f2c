// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/client/meter.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "base/immortal.h"
#include "base/log.h"
#include "metrics/bounds.h"
#include "metrics/client/value_shards.h"

namespace bellrock {
namespace {

constexpr std::string_view kSubject = "metrics/client";

uint32_t Clipped(uint64_t value) {
  return static_cast<uint32_t>(std::min<uint64_t>(value, std::numeric_limits<uint32_t>::max()));
}

}  // namespace

class Distribution::Series::Values : public metrics::client::ValueShards {};

Distribution::Series::Series() = default;
Distribution::Series::~Series() = default;

namespace metrics::client {

Series::Series(MetricKind kind, std::string text, uint32_t number)
    : attributes(std::move(text)), cell(number), told(SumOfCell(number)) {
  counter.cell_ = number;
  if (kind == MetricKind::kDistribution) {
    distribution.values_ = std::make_unique<Distribution::Series::Values>();
  }
}

void Series::Tell(MetricKind kind, const SeriesName& name, int64_t second, bool last,
                  v1::PushRequest& push) {
  if (kind == MetricKind::kCounter) {
    const uint64_t sum = SumOfCell(cell);
    AddCounter(name, second, sum - std::exchange(told, sum), push);
  } else if (kind == MetricKind::kGauge) {
    const uint64_t value = gauge.value_.load(std::memory_order_relaxed);
    if (value != Gauge::Series::kUnset && !last) AddGauge(name, second, value, push);
  } else {
    AddCard(name, second, distribution.values_->Take(), push);
    const uint64_t lost = distribution.values_->TakeLost();
    if (lost == 0) return;
    v1::LostCalls& told_lost = *push.add_lost();
    told_lost.set_callee(std::string(name.callee));
    told_lost.set_second(second);
    told_lost.set_calls(lost);
  }
}

Metric::Metric(Meter& meter, MetricKind kind, std::string name, AttributeKeys keys, Status status)
    : meter_(meter),
      kind_(kind),
      name_(std::move(name)),
      keys_(std::move(keys)),
      status_(std::move(status)) {
  if (!status_.ok()) log::Error(kSubject, "metric counts nothing: {}", status_.ToString());
}

Series& Metric::Find(std::initializer_list<std::string_view> values) {
  const bool fits = values.size() == keys_.size();
  std::string text = fits && status_.ok() ? keys_.TextOf({values.begin(), values.size()})
                                          : std::string(kOverflowName);
  std::lock_guard<std::mutex> lock(mutex_);
  if (!fits && status_.ok() && !std::exchange(told_wrong_, true)) {
    log::Error(kSubject, "metric \"{}\": {} values for {} attributes; they count under \"{}\"",
               name_, values.size(), keys_.size(), kOverflowName);
  }
  const auto found = series_.find(text);
  if (found != series_.end()) return *found->second;
  return Make(std::move(text));
}

Series& Metric::Make(std::string text) {
  const bool room = text == kOverflowName ||
                    (series_.size() < meter_.bounds().series_per_metric_max && meter_.TakeRoom());
  const auto cell = kind_ == MetricKind::kCounter && status_.ok() && room
                        ? NewCounterCell()
                        : std::optional(kNoCounterCell);
  if (room && cell) {
    auto made = std::make_unique<Series>(kind_, text, *cell);
    return *series_.emplace(std::move(text), std::move(made)).first->second;
  }
  const auto others = series_.find(kOverflowName);
  if (others != series_.end()) return *others->second;
  log::Warning(kSubject, "metric \"{}\": more than {} series; further values count under \"{}\"",
               name_, series_.size(), kOverflowName);
  auto made = std::make_unique<Series>(
      kind_, kOverflowName,
      kind_ == MetricKind::kCounter ? NewCounterCell().value_or(kNoCounterCell) : kNoCounterCell);
  return *series_.emplace(kOverflowName, std::move(made)).first->second;
}

void Metric::Retain(std::function<uint64_t()> sample) {
  std::lock_guard<std::mutex> lock(mutex_);
  ++objects_;
  if (sample) sample_ = std::move(sample);
}

void Metric::Release() {
  std::lock_guard<std::mutex> lock(mutex_);
  if (--objects_ > 0) return;
  sample_ = nullptr;
  for (const auto& [text, series] : series_) series->StopSampling();
}

// The lock is held over the call: who releases the gauge may take away what the call uses.
void Metric::Sample() {
  std::unique_lock<std::mutex> lock(mutex_);
  if (!sample_) return;
  auto found = series_.find("");
  Series& series = found == series_.end() ? Make("") : *found->second;
  series.gauge.Set(sample_());
}

void Metric::Tell(std::string_view callee, std::string_view instance, int64_t second, bool last,
                  v1::PushRequest& push) {
  if (!status_.ok()) return;
  if (!last) Sample();
  std::lock_guard<std::mutex> lock(mutex_);
  for (const auto& [text, series] : series_) {
    series->Tell(kind_, {callee, name_, instance, text}, second, last, push);
  }
}

Meter& Meter::OfProcess() {
  static Immortal<Meter> meter;
  return *meter;
}

void Meter::SetIdentity(std::string service, std::string instance) {
  std::lock_guard<std::mutex> lock(mutex_);
  callee_ = SeriesCallee(SeriesKind::kCustom, service);
  instance_ = std::move(instance);
}

Metric& Meter::Declare(MetricKind kind, std::string_view name,
                       std::initializer_list<std::string_view> keys) {
  Key key(kind, name, std::vector<std::string>(keys.begin(), keys.end()));
  std::lock_guard<std::mutex> lock(mutex_);
  const auto found = metrics_.find(key);
  if (found != metrics_.end()) return *found->second;
  if (metrics_.size() >= bounds_.metrics_max) {
    return Refused(std::move(key),
                   ResourceExhaustedError(fmt::format("metric \"{}\": there are {} already; tell "
                                                      "them apart by attributes",
                                                      name, bounds_.metrics_max)));
  }
  Status status = CheckMetricName("metric", name);
  auto made = AttributeKeys::Make(std::get<2>(key));
  if (status.ok() && !made.ok()) {
    status = made.status().WithContext(fmt::format("metric \"{}\"", name));
  }
  auto metric = std::make_unique<Metric>(*this, kind, std::string(name),
                                         made.ok() ? *std::move(made) : AttributeKeys(), status);
  return *metrics_.emplace(std::move(key), std::move(metric)).first->second;
}

Metric& Meter::Refused(Key key, Status status) {
  if (refused_ == nullptr) {
    refused_ = std::make_unique<Metric>(*this, MetricKind::kDistribution, std::get<1>(key),
                                        AttributeKeys(), std::move(status));
  }
  return *refused_;
}

bool Meter::TakeRoom() {
  if (series_.fetch_add(1, std::memory_order_relaxed) < bounds_.series_max) return true;
  series_.fetch_sub(1, std::memory_order_relaxed);
  return false;
}

void Meter::Collect(int64_t second, bool last, v1::PushRequest& push) {
  std::vector<Metric*> metrics;
  std::string callee;
  std::string instance;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    for (const auto& [key, metric] : metrics_) metrics.push_back(metric.get());
    callee = callee_;
    instance = instance_;
  }
  for (Metric* metric : metrics) metric->Tell(callee, instance, second, last, push);
}

}  // namespace metrics::client

using metrics::client::Meter;
using metrics::client::MetricKind;

Counter::Counter(std::string_view name, std::initializer_list<std::string_view> attributes)
    : metric_(Meter::OfProcess().Declare(MetricKind::kCounter, name, attributes)) {}

Status Counter::status() const {
  return metric_.status();
}

Counter::Series& Counter::Find(std::initializer_list<std::string_view> values) {
  return metric_.Find(values).counter;
}

void Counter::Series::Add(uint64_t n) {
  metrics::client::AddToCell(cell_, n);
}

Gauge::Gauge(std::string_view name, std::initializer_list<std::string_view> attributes)
    : metric_(Meter::OfProcess().Declare(MetricKind::kGauge, name, attributes)) {
  metric_.Retain(nullptr);
}

Gauge::Gauge(std::string_view name, std::function<uint64_t()> sample)
    : metric_(Meter::OfProcess().Declare(MetricKind::kGauge, name, {})) {
  metric_.Retain(std::move(sample));
}

Gauge::~Gauge() {
  metric_.Release();
}

Status Gauge::status() const {
  return metric_.status();
}

Gauge::Series& Gauge::Find(std::initializer_list<std::string_view> values) {
  return metric_.Find(values).gauge;
}

Distribution::Distribution(std::string_view name,
                           std::initializer_list<std::string_view> attributes)
    : metric_(Meter::OfProcess().Declare(MetricKind::kDistribution, name, attributes)) {}

Status Distribution::status() const {
  return metric_.status();
}

Distribution::Series& Distribution::Find(std::initializer_list<std::string_view> values) {
  return metric_.Find(values).distribution;
}

void Distribution::Series::Record(uint64_t value) {
  values_->Add(Clipped(value));
}

}  // namespace bellrock
