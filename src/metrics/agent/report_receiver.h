// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "bellrock/metrics/v1/report.bellrock.h"
#include "fiber/environment.h"
#include "metrics/card_sink.h"

namespace bellrock::metrics::agent {

// Takes the figures of programs without our SDK (MSEC-003) and passes them on as pushes. It answers
// when the sink has them, so that nothing that was answered is lost. Lives on one loop.
class ReportReceiver final : public v1::ReportService {
 public:
  // The sink is borrowed; `source` is "host:..." of this run of the agent.
  ReportReceiver(fiber::Environment environment, CardSink& sink, std::string host,
                 std::string source);

  Result<v1::ReportReply> Push(ServerContext& context, const v1::ReportRequest& request) override;

 private:
  Status NameByAgent(const v1::ReportRequest& request, v1::PushRequest& push);
  Status NameBySource(const v1::ReportRequest& request, v1::PushRequest& push);

  fiber::Environment environment_;
  CardSink& sink_;
  const std::string host_;
  const std::string source_;
  const uint64_t epoch_;
  uint64_t sequence_ = 0;
  uint64_t calls_total_ = 0;
};

}  // namespace bellrock::metrics::agent
