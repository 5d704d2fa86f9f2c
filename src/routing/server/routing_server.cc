// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/server/routing_server.h"

#include <fmt/format.h>

namespace bellrock::routing::server {
namespace {

Status CheckReport(const v1::ReportTablesRequest& request) {
  if (static_cast<size_t>(request.tables_size()) > kTablesPerReportMax) {
    return InvalidArgumentError(
        fmt::format("tables: {} in one report, at most {} are taken; send several",
                    request.tables_size(), kTablesPerReportMax));
  }
  for (const v1::ServiceTable& table : request.tables()) {
    if (table.service().empty() || table.host().empty()) {
      return InvalidArgumentError(
          fmt::format("tables: service '{}', host '{}': give both, as in 'music/storage' and the "
                      "host's name",
                      table.service(), table.host()));
    }
    if (static_cast<size_t>(table.instances_size()) > kInstancesPerTableMax) {
      return InvalidArgumentError(fmt::format("tables: '{}' has {} instances, at most {} are taken",
                                              table.service(), table.instances_size(),
                                              kInstancesPerTableMax));
    }
  }
  return Status::Ok();
}

}  // namespace

void RoutingServer::Forget(Time now) {
  std::erase_if(tables_,
                [&](const auto& entry) { return now - entry.second.reported > kForgetAfter; });
}

Result<v1::ReportTablesReply> RoutingServer::ReportTables(ServerContext&,
                                                          const v1::ReportTablesRequest& request) {
  BELLROCK_TRY(CheckReport(request));
  const Time now = environment_.clock.Now();
  // Not at each report: with many hosts that would be a walk over all tables for each.
  if (now >= forget_at_) {
    forget_at_ = now + std::chrono::seconds(1);
    Forget(now);
  }
  for (const v1::ServiceTable& table : request.tables()) {
    const Key key{table.service(), table.host()};
    if (!tables_.contains(key) && tables_.size() >= kTablesMax) {
      return ResourceExhaustedError(
          fmt::format("{} tables are remembered, no more are taken; '{}' of host '{}' is not shown",
                      kTablesMax, table.service(), table.host()));
    }
    tables_[key] = Remembered{table, now};
  }
  return v1::ReportTablesReply();
}

Result<v1::ShowReply> RoutingServer::Show(ServerContext&, const v1::ShowRequest& request) {
  Forget(environment_.clock.Now());
  v1::ShowReply reply;
  auto begin =
      request.service().empty() ? tables_.begin() : tables_.lower_bound(Key{request.service(), ""});
  for (auto entry = begin; entry != tables_.end(); ++entry) {
    if (!request.service().empty() && entry->first.first != request.service()) break;
    *reply.add_tables() = entry->second.table;
  }
  return reply;
}

}  // namespace bellrock::routing::server
