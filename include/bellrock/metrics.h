// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string_view>

#include "bellrock/status.h"

// Figures of a program's own (MSEC-105), beside the calls that are counted without its help. They
// are told by attributes, go the way of calls once a second, and are as exact: what is counted
// counts once, whatever dies in between (docs/metrics-custom.md).
//
//   bellrock::Counter logins("logins", {"level", "vip"});
//   logins.Add({"28", "yes"});
//   static auto& vip28 = logins.With("28", "yes");  // on a hot path: about two nanoseconds
//   vip28.Add();
//
// A metric is made once and kept, best as a static. Two of the same kind, name and attributes are
// one. Any thread or fiber may use it. A name that will not do is told by status() and in the log,
// and then nothing is counted. Beyond 1,000 series of a metric, and 10,000 of the process, values
// of attributes count under "(more)".
namespace bellrock {

namespace metrics::client {
class Metric;
struct Series;
}  // namespace metrics::client

// Counts what happens: it only grows.
class Counter {
 public:
  // Of one set of attributes; lives as long as the process.
  class Series {
   public:
    void Add(uint64_t n = 1);

   private:
    friend class Counter;
    friend struct metrics::client::Series;
    uint32_t cell_ = 0;
  };

  explicit Counter(std::string_view name, std::initializer_list<std::string_view> attributes = {});
  // kInvalidArgument or kResourceExhausted with the name and the remedy, if it counts nothing.
  Status status() const;

  // A value for each attribute, in their order.
  template <typename... Values>
  Series& With(const Values&... values) {
    return Find({std::string_view(values)...});
  }
  void Add(std::initializer_list<std::string_view> values, uint64_t n = 1) { Find(values).Add(n); }
  // Of a counter without attributes.
  void Add(uint64_t n = 1) { Find({}).Add(n); }

 private:
  Series& Find(std::initializer_list<std::string_view> values);
  metrics::client::Metric& metric_;
};

// A value that goes up and down, sampled once a second: a queue's length. Up to 2^32 - 1; give it
// a unit that fits, and a name that says the unit ("queue_bytes").
class Gauge {
 public:
  class Series {
   public:
    void Set(uint64_t value) { value_.store(value, std::memory_order_relaxed); }

   private:
    friend class Gauge;
    friend struct metrics::client::Series;
    static constexpr uint64_t kUnset = UINT64_MAX;
    std::atomic<uint64_t> value_{kUnset};
  };

  explicit Gauge(std::string_view name, std::initializer_list<std::string_view> attributes = {});
  // Asked once a second, on the SDK's first loop: it must neither block nor use metrics.
  Gauge(std::string_view name, std::function<uint64_t()> sample);
  // No more samples.
  ~Gauge();
  Gauge(const Gauge&) = delete;
  Gauge& operator=(const Gauge&) = delete;
  Status status() const;

  template <typename... Values>
  Series& With(const Values&... values) {
    return Find({std::string_view(values)...});
  }
  void Set(uint64_t value) { Find({}).Set(value); }

 private:
  Series& Find(std::initializer_list<std::string_view> values);
  metrics::client::Metric& metric_;
};

// Each value counts, so that any percentile of them is exact: sizes, waits, prices. Values are
// integers up to 2^32 - 1 in a unit of your choice, named in the name ("reply_bytes").
class Distribution {
 public:
  class Series {
   public:
    Series();
    ~Series();
    void Record(uint64_t value);

   private:
    friend class Distribution;
    friend struct metrics::client::Series;
    class Values;
    std::unique_ptr<Values> values_;
  };

  explicit Distribution(std::string_view name,
                        std::initializer_list<std::string_view> attributes = {});
  Status status() const;

  template <typename... Values>
  Series& With(const Values&... values) {
    return Find({std::string_view(values)...});
  }
  void Record(std::initializer_list<std::string_view> values, uint64_t value) {
    Find(values).Record(value);
  }
  void Record(uint64_t value) { Find({}).Record(value); }

 private:
  Series& Find(std::initializer_list<std::string_view> values);
  metrics::client::Metric& metric_;
};

// For a program that has neither a Server nor a Channel: sends its figures each second while it
// lives, and what is left when it ends. A Server does so by itself.
class MetricsSession {
 public:
  // Figures stand under `service`, "line/service".
  explicit MetricsSession(std::string_view service);
  ~MetricsSession();
  MetricsSession(const MetricsSession&) = delete;
  MetricsSession& operator=(const MetricsSession&) = delete;
  // Why nothing is sent: a wrong variable of the environment, for example.
  Status status() const;

 private:
  class Core;
  std::unique_ptr<Core> core_;
};

}  // namespace bellrock
