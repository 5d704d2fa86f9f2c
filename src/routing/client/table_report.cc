// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/client/table_report.h"

#include <algorithm>
#include <utility>

namespace bellrock::routing::client {

void ReportTables(ChannelInterface& server, std::vector<v1::ServiceTable> tables,
                  const Explainer& explain) {
  if (tables.empty()) return;
  v1::ReportTablesRequest report;
  for (v1::ServiceTable& table : tables) *report.add_tables() = std::move(table);
  const auto reply = v1::RoutingStub(server).ReportTables(report);
  if (!reply.ok() || reply->questions().empty()) return;
  v1::ReportTablesRequest answers;
  for (int k = 0; k < std::min(reply->questions_size(), kAnswersMax); ++k) {
    v1::ReportTablesRequest::Answer& answer = *answers.add_answers();
    answer.set_id(reply->questions(k).id());
    Result<v1::ExplainReply> explained = explain(reply->questions(k).request());
    if (explained.ok()) {
      *answer.mutable_reply() = std::move(*explained);
    } else {
      answer.set_problem(std::string(explained.status().message()));
    }
  }
  (void)v1::RoutingStub(server).ReportTables(answers);
}

}  // namespace bellrock::routing::client
