// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/pages/metrics_page.h"

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "base/exposition.h"
#include "fiber/process.h"
#include "fiber/unix_time.h"
#include "rpc/error_catalog.h"
#include "rpc/error_text.h"
#include "rpc/http/json.h"

namespace bellrock::rpc {
namespace {

double Seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

const std::vector<double>& BoundsInSeconds() {
  static const std::vector<double> bounds = [] {
    std::vector<double> seconds;
    for (const uint64_t us : kLatencyBoundsUs) {
      seconds.push_back(static_cast<double>(us) / 1e6);
    }
    return seconds;
  }();
  return bounds;
}

// Under the names that dashboards of Prometheus' own clients use.
void AddProcess(double started_unix_s, Exposition& out) {
  const fiber::ProcessUsage usage = fiber::CurrentUsage();
  out.Counter("process_cpu_seconds", "User and system time.");
  out.Add({}, Seconds(usage.cpu));
  out.Gauge("process_resident_memory_bytes", "Memory that is in RAM.");
  out.Add({}, usage.rss_bytes);
  out.Gauge("process_open_fds", "Open files and sockets.");
  out.Add({}, usage.open_files);
  out.Gauge("process_threads", "Threads of the system.");
  out.Add({}, usage.threads);
  out.Gauge("process_start_time_seconds", "Unix time at which the server was made.");
  out.Add({}, started_unix_s);
}

}  // namespace

MetricsPage::MetricsPage(const ServerState& state, std::function<ServerSnapshot()> gather)
    : state_(state), gather_(std::move(gather)) {}

HttpReply MetricsPage::Serve(const HttpRequest& request) const {
  if (request.path != kPath) {
    const Status error = NotFoundError(
        Numbered(ErrorNumber::kNothingAtPath,
                 fmt::format("there is no page {}; there is: {}", request.path, kPath)));
    return {HttpStatusOf(error.code()), "application/json", StatusToJson(error), {}};
  }
  Exposition out(Exposition::FormatFor(request.accept));
  const ServerSnapshot all = gather_();
  AddServer(all, out);
  AddMethods(all, out);
  const Duration up = state_.environment.clock.Now() - state_.started;
  AddProcess(static_cast<double>(fiber::UnixMs(state_.environment.clock)) / 1e3 - Seconds(up), out);
  for (const auto& expose : state_.exposed) expose(out);
  HttpReply reply;
  reply.content_type = Exposition::ContentType(out.format());
  reply.body = out.Finish();
  reply.headers = {{"Cache-Control", "no-store"}};
  return reply;
}

void MetricsPage::AddServer(const ServerSnapshot& all, Exposition& out) const {
  out.Gauge("bellrock_server_info", "Who this is.");
  out.Add({{"name", state_.options.name}, {"instance_path", state_.options.instance}}, uint64_t{1});
  out.Gauge("bellrock_connections", "Open connections.");
  out.Add({}, uint64_t{all.connection_count});
  out.Gauge("bellrock_calls_in_flight", "Calls that are being served.");
  out.Add({}, uint64_t{all.call_count});
  out.Counter("bellrock_connections_refused", "Connections that were not served, by reason.");
  for (int i = 0; i < kRefusalCount; ++i) {
    const auto reason = static_cast<Refusal>(i);
    out.Add({{"reason", RefusalName(reason)}}, state_.refusals.count(reason));
  }
  uint64_t fibers = 0;
  uint64_t long_runs = 0;
  for (const LoopRow& loop : all.loops) {
    fibers += loop.live_fibers;
    long_runs += loop.long_runs;
  }
  out.Gauge("bellrock_fibers", "Fibers of the loops that take connections.");
  out.Add({}, fibers);
  out.Counter("bellrock_fiber_long_runs", "Times a fiber kept its loop from others for long.");
  out.Add({}, long_runs);
}

void MetricsPage::AddMethods(const ServerSnapshot& all, Exposition& out) const {
  out.Counter("bellrock_calls_served", "Calls that ended, by method and result.");
  for (const Method* method : state_.methods.All()) {
    const MethodStats& stats = all.methods[method->index];
    for (int i = 0; i < kStatusCodeCount; ++i) {
      const auto code = static_cast<StatusCode>(i);
      // The series of a good result is there from the start, so that a first call is an increase.
      if (stats.calls(code) == 0 && code != StatusCode::kOk) continue;
      out.Add({{"service", method->service_name},
               {"method", method->name},
               {"result", StatusCodeName(code)}},
              stats.calls(code));
    }
  }
  out.Histogram("bellrock_call_duration_seconds", "How long calls took to serve.");
  for (const Method* method : state_.methods.All()) {
    const LatencyHistogram latencies = all.methods[method->index].SinceStart();
    out.AddHistogram({{"service", method->service_name}, {"method", method->name}},
                     BoundsInSeconds(), {latencies.counts.begin(), latencies.counts.end()},
                     static_cast<double>(latencies.sum_us) / 1e6);
  }
}

}  // namespace bellrock::rpc
