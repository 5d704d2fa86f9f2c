// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>

#include "bellrock/metrics/v1/metrics.bellrock.h"
#include "fiber/environment.h"
#include "metrics/server/answer_cache.h"
#include "metrics/session_book.h"
#include "metrics/window.h"

namespace bellrock::metrics::server {

// bellrock.metrics.v1.Metrics over one window of the last 600 seconds. All handlers run on one home
// loop (rpc::Server::Add(service, &home)); none but the pushes blocks. Answers of Series and Table
// are shared within a second.
class MetricsService final : public v1::MetricsService {
 public:
  // Where pushes are kept beyond the window; a push is acknowledged when it is there. Blocks the
  // fiber.
  using Keep = std::function<Result<v1::PushReply>(const v1::PushRequest& push)>;

  // The clock is borrowed. Without `keep` there is only the window.
  explicit MetricsService(fiber::Clock& clock, WindowBounds bounds = {}, Keep keep = nullptr);

  Result<v1::PushReply> Push(ServerContext& context, const v1::PushRequest& request) override;
  Result<v1::PushReply> PushTable(ServerContext& context, const v1::PushRequest& request) override;
  Result<v1::SeriesReply> Series(ServerContext& context, const v1::SeriesRequest& request) override;
  Result<v1::TableReply> Table(ServerContext& context, const v1::TableRequest& request) override;
  Result<v1::StatsReply> Stats(ServerContext& context, const v1::StatsRequest& request) override;

  const Window& window() const { return window_; }

 private:
  int64_t Second();
  void Report(const v1::PushRequest& request, const Window::Applied& applied);

  fiber::Clock& clock_;
  const Keep keep_;
  Window window_;
  SessionBook sessions_;
  AnswerCache<v1::SeriesRequest, v1::SeriesReply> series_;
  AnswerCache<v1::TableRequest, v1::TableReply> tables_;
  int64_t reported_second_ = 0;
};

}  // namespace bellrock::metrics::server
