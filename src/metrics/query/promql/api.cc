// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/promql/api.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/query/promql/api_parameters.h"
#include "metrics/query/promql/bounds.h"
#include "metrics/query/promql/catalogue.h"
#include "metrics/query/promql/engine.h"
#include "metrics/query/promql/families.h"
#include "metrics/query/promql/json_text.h"
#include "metrics/query/promql/parser.h"
#include "metrics/query/promql/result_json.h"

namespace bellrock::metrics::query::promql {
namespace {

constexpr int64_t kMinute = 60;
// Names are looked for in this much time at most, up to the end that is asked for.
constexpr int64_t kNamesSecondsDefault = 3600;
constexpr int64_t kNamesSecondsMax = 86'400;

struct Call {
  const ApiParameters& parameters;
  Source& source;
  int64_t now_ms;
};

ApiReply Text(int status, std::string body) {
  return {.status = status, .content_type = "text/plain; charset=utf-8", .body = std::move(body)};
}

ApiReply Data(std::string_view data, const QueryNotes& notes = {}) {
  ApiReply reply;
  reply.body = fmt::format(R"({{"status":"success","data":{})", data);
  for (const auto& [name, texts] :
       {std::pair("warnings", &notes.warnings()), std::pair("infos", &notes.infos())}) {
    if (texts->empty()) continue;
    fmt::format_to(std::back_inserter(reply.body), ",\"{}\":", name);
    AppendJsonTexts(*texts, reply.body);
  }
  reply.body += '}';
  return reply;
}

ApiReply Error(int status, std::string_view type, std::string_view message) {
  ApiReply reply;
  reply.status = status;
  reply.body = fmt::format(R"({{"status":"error","errorType":"{}","error":)", type);
  AppendJsonString(message, reply.body);
  reply.body += '}';
  return reply;
}

ApiReply BadData(const Status& status) {
  return Error(400, "bad_data", status.message());
}

ApiReply BadParameter(std::string_view name, const Status& status) {
  return Error(400, "bad_data",
               fmt::format("invalid parameter \"{}\": {}", name, status.message()));
}

ApiReply ServeQuery(const Call& call) {
  const auto time = call.parameters.TimeMs("time");
  if (!time.ok()) return BadData(time.status());
  const auto expression = Parse(call.parameters.Get("query"));
  if (!expression.ok()) return BadParameter("query", expression.status());
  const auto result = RunInstant(call.source, **expression, time->value_or(call.now_ms));
  if (!result.ok()) return FailedReply(result.status());
  const auto json = InstantJson(*result);
  return json.ok() ? Data(*json, result->notes) : FailedReply(json.status());
}

struct Range {
  int64_t start_ms = 0;
  int64_t end_ms = 0;
  int64_t step_ms = 0;
};

Result<Range> RangeOf(const ApiParameters& parameters) {
  BELLROCK_ASSIGN(const auto start, parameters.TimeMs("start"));
  BELLROCK_ASSIGN(const auto end, parameters.TimeMs("end"));
  BELLROCK_ASSIGN(const auto step, parameters.DurationMs("step"));
  for (const auto& [name, field] :
       {std::pair("start", &start), std::pair("end", &end), std::pair("step", &step)}) {
    if (field->has_value()) continue;
    return InvalidArgumentError(fmt::format("invalid parameter \"{}\": it is missing", name));
  }
  if (*end < *start) {
    return InvalidArgumentError(
        "invalid parameter \"end\": end timestamp must not be before start time");
  }
  if (*step <= 0) {
    return InvalidArgumentError(
        "invalid parameter \"step\": zero or negative query resolution step widths are not "
        "accepted. Try a positive integer");
  }
  if ((*end - *start) / *step + 1 > static_cast<int64_t>(kStepsMax)) {
    return InvalidArgumentError(
        "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query "
        "resolution (?step=XX)");
  }
  return Range{*start, *end, *step};
}

ApiReply ServeQueryRange(const Call& call) {
  const auto range = RangeOf(call.parameters);
  if (!range.ok()) return BadData(range.status());
  const auto expression = Parse(call.parameters.Get("query"));
  if (!expression.ok()) return BadParameter("query", expression.status());
  const ValueType type = (*expression)->type;
  const auto result =
      RunRange(call.source, **expression, range->start_ms, range->end_ms, range->step_ms);
  if (!result.ok()) {
    const bool no_range = type == ValueType::kMatrix || type == ValueType::kString;
    return no_range ? BadParameter("query", result.status()) : FailedReply(result.status());
  }
  const auto json = RangeJson(*result);
  return json.ok() ? Data(*json, result->notes) : FailedReply(json.status());
}

Result<Selectors> SelectorsOf(const ApiParameters& parameters) {
  Selectors selectors;
  for (std::string_view text : parameters.All("match[]")) {
    auto matches = ParseSelector(text);
    if (!matches.ok()) {
      return InvalidArgumentError(
          fmt::format("invalid parameter \"match[]\": {}", matches.status().message()));
    }
    selectors.push_back(std::move(*matches));
  }
  return selectors;
}

// Whole minutes, the newest that are asked for.
Result<Span> SpanOf(const Call& call) {
  BELLROCK_ASSIGN(const auto start, call.parameters.TimeMs("start"));
  BELLROCK_ASSIGN(const auto end, call.parameters.TimeMs("end"));
  const int64_t last = std::min(end.value_or(call.now_ms), call.now_ms) / 1000;
  const int64_t to = (last + kMinute - 1) / kMinute * kMinute;
  const int64_t first = start ? *start / 1000 / kMinute * kMinute : to - kNamesSecondsDefault;
  return Span{std::clamp(first, to - kNamesSecondsMax, to - kMinute), to};
}

ApiReply ServeSeries(const Call& call) {
  const auto selectors = SelectorsOf(call.parameters);
  if (!selectors.ok()) return BadData(selectors.status());
  if (selectors->empty()) return Error(400, "bad_data", "no match[] parameter provided");
  const auto span = SpanOf(call);
  if (!span.ok()) return BadData(span.status());
  QueryNotes notes;
  const auto series = SeriesLabels(call.source, *selectors, *span, notes);
  if (!series.ok()) return FailedReply(series.status());
  std::string json = "[";
  for (const Labels& labels : *series) {
    if (json.size() > 1) json += ',';
    AppendJsonLabels(labels, json);
  }
  return Data(json + "]", notes);
}

ApiReply ServeLabels(const Call& call) {
  const auto selectors = SelectorsOf(call.parameters);
  if (!selectors.ok()) return BadData(selectors.status());
  std::string json;
  AppendJsonTexts(LabelNames(*selectors), json);
  return Data(json);
}

ApiReply ServeLabelValues(const Call& call, std::string_view label) {
  const auto selectors = SelectorsOf(call.parameters);
  if (!selectors.ok()) return BadData(selectors.status());
  const auto span = SpanOf(call);
  if (!span.ok()) return BadData(span.status());
  QueryNotes notes;
  const auto values = LabelValues(call.source, label, *selectors, *span, notes);
  if (!values.ok()) return FailedReply(values.status());
  std::string json;
  AppendJsonTexts(*values, json);
  return Data(json, notes);
}

ApiReply ServeMetadata(const Call& call) {
  const std::string_view wanted = call.parameters.Get("metric");
  const std::string_view limit_text = call.parameters.Get("limit");
  int64_t limit = INT64_MAX;
  const auto [end, error] =
      std::from_chars(limit_text.data(), limit_text.data() + limit_text.size(), limit);
  if (!limit_text.empty() &&
      (error != std::errc() || end != limit_text.data() + limit_text.size())) {
    return Error(400, "bad_data", "limit must be a number");
  }
  std::map<std::string_view, const Family*> bases;
  for (const Family& family : Families()) {
    if (wanted.empty() || family.base == wanted) bases.try_emplace(family.base, &family);
  }
  std::string json = "{";
  int64_t listed = 0;
  for (const auto& [base, family] : bases) {
    if (limit >= 0 && listed++ >= limit) break;
    if (json.size() > 1) json += ',';
    fmt::format_to(std::back_inserter(json), R"("{}":[{{"type":"{}","help":)", base, family->type);
    AppendJsonString(family->help, json);
    json += ",\"unit\":\"\"}]";
  }
  return Data(json + "}");
}

// Clients turn features on by the version of Prometheus that a server says it is.
constexpr std::string_view kBuild = R"({"version":"2.42.0","revision":"bellrock","branch":"",)"
                                    R"("buildUser":"","buildDate":"","goVersion":""})";

using Handler = ApiReply (*)(const Call&);
constexpr std::array<std::pair<std::string_view, Handler>, 9> kHandlers = {{
    {"query", ServeQuery},
    {"query_range", ServeQueryRange},
    {"series", ServeSeries},
    {"labels", ServeLabels},
    {"metadata", ServeMetadata},
    {"status/buildinfo", [](const Call&) { return Data(kBuild); }},
    {"rules", [](const Call&) { return Data(R"({"groups":[]})"); }},
    {"alerts", [](const Call&) { return Data(R"({"alerts":[]})"); }},
    {"query_exemplars", [](const Call&) { return Data("[]"); }},
}};

// The NAME of label/NAME/values.
std::optional<std::string_view> LabelOf(std::string_view path) {
  constexpr std::string_view kBefore = "label/";
  constexpr std::string_view kAfter = "/values";
  if (!path.starts_with(kBefore) || !path.ends_with(kAfter)) return std::nullopt;
  if (path.size() <= kBefore.size() + kAfter.size()) return std::nullopt;
  path.remove_prefix(kBefore.size());
  path.remove_suffix(kAfter.size());
  return path.find('/') == std::string_view::npos ? std::optional(path) : std::nullopt;
}

}  // namespace

// The expression's fault is 422, as Prometheus has it.
ApiReply FailedReply(const Status& status) {
  switch (status.code()) {
    case StatusCode::kInvalidArgument:
    case StatusCode::kOutOfRange:
    case StatusCode::kResourceExhausted:
    case StatusCode::kUnimplemented:
    case StatusCode::kFailedPrecondition:
    case StatusCode::kNotFound:
      return Error(422, "execution", status.message());
    case StatusCode::kDeadlineExceeded:
      return Error(503, "timeout", status.message());
    case StatusCode::kCancelled:
      return Error(503, "canceled", status.message());
    case StatusCode::kUnavailable:
      return Error(503, "unavailable", status.message());
    default:
      return Error(500, "internal", status.message());
  }
}

ApiReply ServeApi(const ApiRequest& request, Source& source, int64_t now_ms) {
  constexpr std::string_view kRoot = "/api/v1/";
  if (request.path == "/-/healthy") return Text(200, "Bellrock is Healthy.\n");
  if (request.path == "/-/ready") return Text(200, "Bellrock is Ready.\n");
  if (!request.path.starts_with(kRoot)) return Text(404, "404 page not found\n");
  const std::string_view path = std::string_view(request.path).substr(kRoot.size());
  ApiParameters parameters;
  for (const std::string* text : {&request.body, &request.query}) {
    if (const Status added = parameters.Add(*text); !added.ok()) return BadData(added);
  }
  const Call call{parameters, source, now_ms};
  if (const auto label = LabelOf(path)) return ServeLabelValues(call, *label);
  for (const auto& [name, handler] : kHandlers) {
    if (name == path) return handler(call);
  }
  return Text(404, "404 page not found\n");
}

}  // namespace bellrock::metrics::query::promql
