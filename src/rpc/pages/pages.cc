// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/pages/pages.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "bellrock/rpc/v1/protection.pb.h"
#include "fiber/process.h"
#include "fiber/profile.h"
#include "rpc/error_catalog.h"
#include "rpc/error_text.h"
#include "rpc/http/json.h"
#include "rpc/http/url.h"
#include "rpc/pages/page_html.h"
#include "rpc/protect/admission_gate.h"

namespace bellrock::rpc {
namespace {

using nlohmann::json;

constexpr int kProfileSecondsDefault = 5;
constexpr int kProfileSecondsMax = 60;

// Seconds, with as many digits as a double has.
double Seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

int64_t Micros(Duration duration) {
  return std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
}

// Text of peers may be anything; what is no UTF-8 is replaced, not thrown about.
std::string Text(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

json EntryJson(const JournalEntry& entry, Time now) {
  return {{"method", entry.method},
          {"caller", entry.caller},
          {"peer", entry.peer},
          {"code", StatusCodeName(entry.code)},
          {"error", entry.error},
          {"latency_us", Micros(entry.latency)},
          {"ago_s", Seconds(now - entry.ended)},
          {"trace", entry.trace.valid() ? TraceIdText(entry.trace) : ""}};
}

json MethodJson(const Method& method, const MethodStats& stats, Time now) {
  const LatencyCounts recent = stats.Recent();
  json codes = json::object();
  for (int i = 0; i < kStatusCodeCount; ++i) {
    const auto code = static_cast<StatusCode>(i);
    if (stats.calls(code) > 0) codes[std::string(StatusCodeName(code))] = stats.calls(code);
  }
  json row = {{"method", method.service_name + "/" + method.name},
              {"kind", method.kind()},
              {"calls", stats.calls()},
              {"codes", codes},
              {"calls_per_s", stats.Rate(now)},
              {"recent_calls", recent.total()},
              {"recent_inexact", recent.inexact()},
              {"max_us", recent.max()}};
  for (const auto& [name, share] : {std::pair{"p50_us", 0.5}, std::pair{"p90_us", 0.9},
                                    std::pair{"p99_us", 0.99}, std::pair{"p999_us", 0.999}}) {
    row[name] = recent.Quantile(share);
  }
  return row;
}

json ProfileJson(const fiber::Profile& profile) {
  json stacks = json::array();
  for (const fiber::ProfileStack& stack : profile.stacks) {
    stacks.push_back(
        {{"frames", stack.frames}, {"samples", stack.samples}, {"bytes", stack.bytes}});
  }
  return {{"seconds", Seconds(profile.time)},
          {"hertz", profile.hertz},
          {"samples", profile.samples},
          {"dropped", profile.dropped},
          {"stacks", stacks}};
}

HttpReply ErrorReply(const Status& status) {
  return {HttpStatusOf(status.code()), "application/json", StatusToJson(status), {}};
}

}  // namespace

Pages::Pages(ServerState& state, std::function<ServerSnapshot()> gather,
             std::function<Fibers()> gather_fibers)
    : state_(state), gather_(std::move(gather)), gather_fibers_(std::move(gather_fibers)) {}

std::optional<HttpReply> Pages::RefusalFor(const ServerState& state, const HttpRequest& request) {
  if (state.options.pages == PageAccess::kAnybody) return std::nullopt;
  const std::string_view peer = request.peer;
  if (peer.starts_with("127.") || peer.starts_with("[::1]") || peer.starts_with("unix:")) {
    return std::nullopt;
  }
  return ErrorReply(PermissionDeniedError(
      Numbered(ErrorNumber::kPagesDenied,
               fmt::format("the pages under {} answer this host only; ask from {} itself, or set "
                           "ServerOptions.pages (BELLROCK_PAGES=open)",
                           kPrefix, state.options.name))));
}

HttpReply Pages::Serve(const HttpRequest& request) const {
  if (std::optional<HttpReply> refusal = RefusalFor(state_, request)) return std::move(*refusal);
  const std::string name = request.path.substr(std::string_view(kPrefix).size());
  const auto reply = [](std::string body) {
    return HttpReply{200, "application/json", std::move(body), {{"Cache-Control", "no-store"}}};
  };
  if (name.empty()) return {200, "text/html; charset=utf-8", std::string(kPageHtml), {}};
  if (name == "status.json") return reply(StatusJson());
  if (name == "methods.json") return reply(MethodsJson());
  if (name == "connections.json") return reply(ConnectionsJson());
  if (name == "calls.json") return reply(CallsJson());
  if (name == "fibers.json") return reply(FibersJson());
  if (name == "flags.json") return reply(FlagsJson());
  if (name == "protection.json") return Protection();
  if (name == "profile/cpu") return Profile(request, false);
  if (name == "profile/heap") return Profile(request, true);
  return ErrorReply(NotFoundError(
      Numbered(ErrorNumber::kNothingAtPath,
               fmt::format("there is no page {}; there is: {}status.json, methods.json, "
                           "connections.json, calls.json, "
                           "fibers.json, flags.json, protection.json, profile/cpu, profile/heap",
                           request.path, kPrefix))));
}

std::string Pages::StatusJson() const {
  const ServerSnapshot all = gather_();
  const Time now = state_.environment.clock.Now();
  uint64_t calls = 0;
  uint64_t failed = 0;
  for (const MethodStats& method : all.methods) {
    calls += method.calls();
    failed += method.calls() - method.calls(StatusCode::kOk);
  }
  json refusals = json::object();
  for (int i = 0; i < kRefusalCount; ++i) {
    const auto reason = static_cast<Refusal>(i);
    refusals[std::string(RefusalName(reason))] = state_.refusals.count(reason);
  }
  const fiber::ProcessUsage usage = fiber::CurrentUsage();
  return Text({{"name", state_.options.name},
               {"instance", state_.options.instance},
               {"uptime_s", Seconds(now - state_.started)},
               {"loops", all.loops.size()},
               {"connections", all.connection_count},
               {"calls", calls},
               {"failed", failed},
               {"in_flight", all.call_count},
               {"refused_connections", refusals},
               {"rss_bytes", usage.rss_bytes},
               {"cpu_s", Seconds(usage.cpu)},
               {"threads", usage.threads},
               {"open_files", usage.open_files},
               {"allocator", fiber::AllocatorText()}});
}

std::string Pages::MethodsJson() const {
  const ServerSnapshot all = gather_();
  const Time now = state_.environment.clock.Now();
  json rows = json::array();
  for (const Method* method : state_.methods.All()) {
    rows.push_back(MethodJson(*method, all.methods[method->index], now));
  }
  return Text({{"window_s", 2 * Seconds(MethodStats::kWindow)}, {"methods", rows}});
}

std::string Pages::ConnectionsJson() const {
  const ServerSnapshot all = gather_();
  json rows = json::array();
  for (const ConnectionRow& row : all.connections) {
    rows.push_back({{"peer", row.peer},
                    {"identity", row.identity},
                    {"protocol", row.protocol},
                    {"loop", row.loop},
                    {"age_s", Seconds(row.age)},
                    {"silent_s", Seconds(row.silent)},
                    {"in_flight", row.in_flight},
                    {"bytes_in", row.bytes_in},
                    {"bytes_out", row.bytes_out},
                    {"queued_bytes", row.queued_bytes}});
  }
  return Text({{"count", all.connection_count}, {"connections", rows}});
}

std::string Pages::CallsJson() const {
  const ServerSnapshot all = gather_();
  const Time now = state_.environment.clock.Now();
  json under_way = json::array();
  for (const CallRow& row : all.calls) {
    json item = {{"method", row.method},
                 {"caller", row.caller},
                 {"peer", row.peer},
                 {"age_s", Seconds(row.age)},
                 {"trace", row.trace.valid() ? TraceIdText(row.trace) : ""}};
    if (row.left != Duration::max()) item["left_s"] = Seconds(row.left);
    under_way.push_back(std::move(item));
  }
  json failed = json::array();
  for (const JournalEntry& entry : all.journal.Failed()) failed.push_back(EntryJson(entry, now));
  json slow = json::array();
  for (const JournalEntry& entry : all.journal.Slow(now)) slow.push_back(EntryJson(entry, now));
  return Text({{"under_way", under_way},
               {"under_way_count", all.call_count},
               {"failed", failed},
               {"slow", slow}});
}

std::string Pages::FibersJson() const {
  const ServerSnapshot all = gather_();
  json loops = json::array();
  for (const LoopRow& row : all.loops) {
    loops.push_back({{"live_fibers", row.live_fibers},
                     {"switches", row.switches},
                     {"handoffs", row.handoffs},
                     {"handoffs_refused", row.handoffs_refused},
                     {"long_runs", row.long_runs}});
  }
  json fibers = json::array();
  const Fibers by_loop = gather_fibers_();
  for (size_t loop = 0; loop < by_loop.size(); ++loop) {
    for (const fiber::FiberDescription& fiber : by_loop[loop]) {
      fibers.push_back({{"loop", loop},
                        {"state", fiber::ToText(fiber.state)},
                        {"age_s", Seconds(fiber.age)},
                        {"stack", fiber.stack}});
    }
  }
  return Text({{"loops", loops}, {"fibers", fibers}});
}

HttpReply Pages::Protection() const {
  if (state_.gate == nullptr) return ErrorReply(UnavailableError("the server does not serve yet"));
  Result<std::string> status = MessageToJson(state_.gate->Snapshot());
  if (!status.ok()) return ErrorReply(status.status());
  return {200, "application/json", std::move(*status), {{"Cache-Control", "no-store"}}};
}

std::string Pages::FlagsJson() const {
  const ServerOptions& options = state_.options;
  json flags = json::array();
  const auto add = [&flags](std::string_view name, const json& value, std::string_view what) {
    flags.push_back({{"name", name}, {"value", value}, {"what", what}});
  };
  add("frame_bytes_max", options.frame_bytes_max, "largest message, bytes");
  add("out_bytes_max", options.out_bytes_max, "replies queued for a slow reader, bytes");
  add("connections_max", options.connections_max, "open connections");
  add("connections_per_peer_max", options.connections_per_peer_max, "open connections of one IP");
  add("calls_per_connection_max", options.calls_per_connection_max, "calls in flight on one");
  add("preface_timeout_s", Seconds(options.preface_timeout), "first bytes must come within it");
  add("idle_timeout_s", Seconds(options.idle_timeout), "idle connections are closed after it");
  add("hand_off", options.hand_off, "a loop is taken away from a handler that blocks it");
  add("interceptors", options.interceptors.size(), "around each handler");
  return Text({{"flags", flags}});
}

HttpReply Pages::Profile(const HttpRequest& request, bool heap) const {
  int seconds = kProfileSecondsDefault;
  const Result<QueryFields> query = ParseQuery(request.query);
  if (!query.ok()) return ErrorReply(WithNumber(ErrorNumber::kBadHttp, query.status()));
  const std::string_view text = QueryValue(*query, "seconds");
  if (!text.empty()) {
    const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    const bool whole = error == std::errc() && at == text.data() + text.size();
    if (!whole || seconds < 1 || seconds > kProfileSecondsMax) {
      return ErrorReply(InvalidArgumentError(Numbered(
          ErrorNumber::kBadHttpField,
          fmt::format("seconds={}: write a number from 1 to {}", text, kProfileSecondsMax))));
    }
  }
  const Duration time = std::chrono::seconds(seconds);
  Result<fiber::Profile> profile = heap ? fiber::ProfileHeap(time) : fiber::ProfileCpu(time);
  if (!profile.ok()) return ErrorReply(profile.status());
  if (QueryValue(*query, "format") == "folded") {
    return {200, "text/plain; charset=utf-8", fiber::FoldedText(*profile, heap), {}};
  }
  return {200, "application/json", Text(ProfileJson(*profile)), {{"Cache-Control", "no-store"}}};
}

}  // namespace bellrock::rpc
