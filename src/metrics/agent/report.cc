// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/agent/report.h"

#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "metrics/attributes.h"
#include "metrics/bounds.h"
#include "metrics/card.h"
#include "metrics/series_source.h"

namespace bellrock::metrics::agent {
namespace {

constexpr char kSuccess[] = "OK";
constexpr int64_t kSecondMax = int64_t{1} << 40;

Status CheckService(std::string_view field, std::string_view name) {
  const size_t slash = name.find('/');
  const bool whole = slash != std::string_view::npos && slash > 0 && slash + 1 < name.size() &&
                     name.find('/', slash + 1) == std::string_view::npos;
  if (whole && name.size() <= kDimensionBytesMax / 2 && name.find(':') == std::string_view::npos) {
    return Status::Ok();
  }
  return InvalidArgumentError(
      fmt::format("{}: \"{}\"; write line/service without a colon, for instance \"shop/batch\"",
                  field, name.substr(0, kDimensionBytesMax)));
}

Status CheckLength(std::string_view field, const std::string& text) {
  if (text.size() <= kDimensionBytesMax) return Status::Ok();
  return InvalidArgumentError(
      fmt::format("{}: {} bytes, at most {}; shorten it", field, text.size(), kDimensionBytesMax));
}

Status CheckSizes(const v1::ReportRequest& report) {
  const int items =
      report.counters_size() + report.gauges_size() + report.values_size() + report.calls_size();
  if (items > kReportItemsMax) {
    return InvalidArgumentError(fmt::format(
        "{} counters, gauges, values and calls in one push, at most {}; push more often", items,
        kReportItemsMax));
  }
  int values = 0;
  for (const v1::ReportedValues& of : report.values()) values += of.values_size();
  for (const v1::ReportedCalls& of : report.calls()) values += of.latencies_us_size();
  if (values <= kReportValuesMax) return Status::Ok();
  return InvalidArgumentError(
      fmt::format("{} values and latencies in one push, at most {}; push more often", values,
                  kReportValuesMax));
}

// Counters, gauges and values have a name and attributes.
template <typename Item>
Result<std::string> AttributesOf(const Item& item) {
  BELLROCK_TRY(CheckMetricName("name", item.name()));
  std::vector<std::string> keys;
  std::vector<std::string_view> values;
  for (const auto& [key, value] : item.attributes()) {
    keys.push_back(key);
    values.push_back(value);
  }
  BELLROCK_ASSIGN(const AttributeKeys known, AttributeKeys::Make(std::move(keys)));
  return known.TextOf(values);
}

Card CardOfAll(const google::protobuf::RepeatedField<uint32_t>& values) {
  std::vector<uint32_t> all(values.begin(), values.end());
  return Card::FromLatencies(all);
}

// Adds cards to a push.
class Writer {
 public:
  Writer(const v1::ReportRequest& report, const std::string& host, int64_t now)
      : report_(report),
        custom_(SeriesCallee(SeriesKind::kCustom, report.service())),
        instance_(report.instance().empty() ? host : report.instance()),
        second_(report.second() == 0 ? now : report.second()) {}

  template <typename Item>
  Status Add(const Item& item) {
    BELLROCK_ASSIGN(const std::string attributes, AttributesOf(item));
    AddTo({custom_, item.name(), instance_, attributes}, item);
    return Status::Ok();
  }

  Status Add(const v1::ReportedCalls& calls) {
    const std::string& callee =
        calls.callee().empty() && calls.served() ? report_.service() : calls.callee();
    BELLROCK_TRY(CheckService("callee", callee));
    BELLROCK_TRY(CheckLength("method", calls.method()));
    BELLROCK_TRY(CheckLength("callee_host", calls.callee_host()));
    BELLROCK_TRY(CheckLength("result", calls.result()));
    if (calls.latencies_us().empty()) return Status::Ok();
    v1::Card& card = *push_.add_cards();
    v1::Dimensions& of = *card.mutable_dimensions();
    if (!calls.served()) of.set_caller(report_.service());
    of.set_callee(callee);
    of.set_method(calls.method());
    of.set_instance(calls.callee_host().empty() && calls.served() ? instance_
                                                                  : calls.callee_host());
    SetResult(calls.result(), of);
    card.set_second(second_);
    CardOfAll(calls.latencies_us()).Encode(card);
    return Status::Ok();
  }

  v1::PushRequest Take() { return std::move(push_); }

 private:
  void AddTo(const SeriesName& name, const v1::ReportedCounter& counter) {
    AddCounter(name, second_, counter.add(), push_);
  }
  void AddTo(const SeriesName& name, const v1::ReportedGauge& gauge) {
    AddGauge(name, second_, gauge.value(), push_);
  }
  void AddTo(const SeriesName& name, const v1::ReportedValues& values) {
    AddCard(name, second_, CardOfAll(values.values()), push_);
  }
  static void SetResult(const std::string& result, v1::Dimensions& of) {
    if (result.empty() || result == kSuccess) return;
    for (int code = 1; code < kStatusCodeCount; ++code) {
      if (result == StatusCodeName(static_cast<StatusCode>(code))) return of.set_code(code);
    }
    of.set_code(static_cast<int>(StatusCode::kUnknown));
    of.set_result(result);
  }

  const v1::ReportRequest& report_;
  const std::string custom_;
  const std::string instance_;
  const int64_t second_;
  v1::PushRequest push_;
};

template <typename Items>
Status AddAll(std::string_view field, const Items& items, Writer& writer) {
  for (int i = 0; i < items.size(); ++i) {
    const Status added = writer.Add(items[i]);
    if (!added.ok()) return added.WithContext(fmt::format("{}[{}]", field, i));
  }
  return Status::Ok();
}

}  // namespace

Result<v1::PushRequest> CardsOf(const v1::ReportRequest& report, const std::string& host,
                                int64_t now) {
  BELLROCK_TRY(CheckService("service", report.service()));
  BELLROCK_TRY(CheckLength("instance", report.instance()));
  if (report.second() < 0 || report.second() >= kSecondMax) {
    return InvalidArgumentError(
        fmt::format("second: {}; give unix seconds, or leave it out for now", report.second()));
  }
  BELLROCK_TRY(CheckSizes(report));
  Writer writer(report, host, now);
  BELLROCK_TRY(AddAll("counters", report.counters(), writer));
  BELLROCK_TRY(AddAll("gauges", report.gauges(), writer));
  BELLROCK_TRY(AddAll("values", report.values(), writer));
  BELLROCK_TRY(AddAll("calls", report.calls(), writer));
  return writer.Take();
}

uint64_t CallsOf(const v1::ReportRequest& report) {
  uint64_t sum = 0;
  for (const v1::ReportedCalls& calls : report.calls()) {
    sum += static_cast<uint64_t>(calls.latencies_us_size());
  }
  return sum;
}

}  // namespace bellrock::metrics::agent
