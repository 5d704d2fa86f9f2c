// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/server/metrics_service.h"

#include <utility>

#include "base/log.h"
#include "fiber/unix_time.h"
#include "metrics/query.h"

namespace bellrock::metrics::server {
namespace {

constexpr std::string_view kSubject = "metrics/server";

}  // namespace

MetricsService::MetricsService(fiber::Clock& clock, WindowBounds bounds, Keep keep)
    : clock_(clock), keep_(std::move(keep)), window_(bounds) {}

int64_t MetricsService::Second() {
  return fiber::UnixSecond(clock_);
}

Result<v1::PushReply> MetricsService::Push(ServerContext& context, const v1::PushRequest& request) {
  auto applied = window_.Apply(request, Second());
  if (!applied.ok()) {
    log::Warning(kSubject, "push of \"{}\" from {} refused: {}", request.source().substr(0, 64),
                 context.peer(), applied.status().message());
    return applied.status();
  }
  Report(request, *applied);
  v1::PushReply reply;
  if (keep_) {
    BELLROCK_ASSIGN(reply, keep_(request));
  }
  reply.set_duplicate(applied->duplicate);
  return reply;
}

Result<v1::PushReply> MetricsService::PushTable(ServerContext& context,
                                                const v1::PushRequest& request) {
  BELLROCK_ASSIGN(const v1::PushRequest push, sessions_.Open(request));
  return Push(context, push);
}

// Says at most once a second what was counted but cannot be shown.
void MetricsService::Report(const v1::PushRequest& request, const Window::Applied& applied) {
  if (applied.late_cards == 0 && applied.seconds_shed == 0) return;
  if (reported_second_ == window_.now_second()) return;
  reported_second_ = window_.now_second();
  if (applied.late_cards > 0) {
    log::Warning(
        kSubject,
        "{} cards of \"{}\" lie outside the last {} s: counted, not shown; check its clock",
        applied.late_cards, request.source(), kWindowSeconds);
  }
  if (applied.seconds_shed > 0) {
    log::Warning(kSubject, "window is full: it now begins at second {}, {} bytes held",
                 window_.oldest_second(), window_.bytes());
  }
}

Result<v1::SeriesReply> MetricsService::Series(ServerContext&, const v1::SeriesRequest& request) {
  window_.Advance(Second());
  if (const auto* kept = series_.Find(request, window_.now_second())) return *kept;
  auto reply = metrics::Series(window_, request);
  if (reply.ok()) series_.Keep(request, *reply);
  return reply;
}

Result<v1::TableReply> MetricsService::Table(ServerContext&, const v1::TableRequest& request) {
  window_.Advance(Second());
  if (const auto* kept = tables_.Find(request, window_.now_second())) return *kept;
  auto reply = metrics::Table(window_, request);
  if (reply.ok()) tables_.Keep(request, *reply);
  return reply;
}

Result<v1::StatsReply> MetricsService::Stats(ServerContext&, const v1::StatsRequest&) {
  window_.Advance(Second());
  return window_.Stats();
}

}  // namespace bellrock::metrics::server
