// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "bellrock/metrics.h"
#include "metrics/attributes.h"
#include "metrics/client/counter_cells.h"
#include "metrics/series_source.h"

namespace bellrock::metrics::client {

struct MeterBounds {
  size_t metrics_max = 1000;
  size_t series_per_metric_max = 1000;
  size_t series_max = 10'000;
};

enum class MetricKind : uint8_t { kCounter, kGauge, kDistribution };

// One set of attributes of a metric: what the public handles are. Never moves and never dies.
struct Series {
  Series(MetricKind kind, std::string text, uint32_t cell);
  // Adds what came since the last time.
  void Tell(MetricKind kind, const SeriesName& name, int64_t second, bool last,
            v1::PushRequest& push);
  void StopSampling() { gauge.value_.store(Gauge::Series::kUnset, std::memory_order_relaxed); }

  const std::string attributes;
  const uint32_t cell;  // a counter's
  uint64_t told;        // of the cell; the flushing fiber's
  Counter::Series counter;
  Gauge::Series gauge;
  Distribution::Series distribution;
};

class Meter;

// A metric of the program, by its kind, name and attributes. Any thread.
class Metric {
 public:
  Metric(Meter& meter, MetricKind kind, std::string name, AttributeKeys keys, Status status);

  const Status& status() const { return status_; }
  // The series of the values, or the one of all others: beyond the bounds, and for values that are
  // not as many as the attributes, which is told in the log once.
  Series& Find(std::initializer_list<std::string_view> values);

  // Of a gauge: how many objects there are, and what is called for a sample. Without an object
  // nothing is sampled.
  void Retain(std::function<uint64_t()> sample);
  void Release();

  void Tell(std::string_view callee, std::string_view instance, int64_t second, bool last,
            v1::PushRequest& push);

 private:
  Series& Make(std::string text);
  void Sample();

  Meter& meter_;
  const MetricKind kind_;
  const std::string name_;
  const AttributeKeys keys_;
  const Status status_;
  std::mutex mutex_;
  // Guarded by it.
  std::map<std::string, std::unique_ptr<Series>, std::less<>> series_;
  int objects_ = 0;
  std::function<uint64_t()> sample_;
  bool told_wrong_ = false;
};

// The metrics of a process (MSEC-105), told as cards at each flush. Any thread, but for Collect().
class Meter final : public SeriesSource {
 public:
  explicit Meter(MeterBounds bounds = {}) : bounds_(bounds) {}
  // The one that the public classes count in; lives until the process ends.
  static Meter& OfProcess();

  // Under which names figures are told from now on.
  void SetIdentity(std::string service, std::string instance);
  // The metric, made when it is asked for first. One that will not do counts nothing: status().
  Metric& Declare(MetricKind kind, std::string_view name,
                  std::initializer_list<std::string_view> keys);

  void Collect(int64_t second, bool last, v1::PushRequest& push) override;

 private:
  friend class Metric;
  using Key = std::tuple<MetricKind, std::string, std::vector<std::string>>;

  Metric& Refused(Key key, Status status);
  // A series more; false when there are as many as may be.
  bool TakeRoom();
  const MeterBounds& bounds() const { return bounds_; }

  const MeterBounds bounds_;
  std::atomic<size_t> series_ = 0;
  std::mutex mutex_;
  // Guarded by it; metrics stay where they are.
  std::map<Key, std::unique_ptr<Metric>> metrics_;
  std::unique_ptr<Metric> refused_;  // stands for all that would be too many
  std::string callee_ = SeriesCallee(SeriesKind::kCustom, "cli");
  std::string instance_;
};

}  // namespace bellrock::metrics::client
