// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "bellrock/routing/v1/routing.bellrock.h"
#include "bellrock/time.h"
#include "fiber/environment.h"

namespace bellrock::routing::server {

inline constexpr size_t kTablesMax = 100'000;  // (service, host) pairs remembered
inline constexpr size_t kTablesPerReportMax = 4096;
inline constexpr size_t kInstancesPerTableMax = 65536;

// The control plane's memory of what each host decided: the last table per service and host,
// forgotten 10 s after its last report. Decides nothing and stores nothing (ZY-012). Lives on one
// loop, its home; the RPC server runs its handlers there.
class RoutingServer final : public v1::RoutingService {
 public:
  static constexpr Duration kForgetAfter = std::chrono::seconds(10);

  explicit RoutingServer(fiber::Environment environment) : environment_(environment) {}

  // kInvalidArgument names what is wrong; nothing of the report is then kept. kResourceExhausted
  // beyond kTablesMax.
  Result<v1::ReportTablesReply> ReportTables(ServerContext& context,
                                             const v1::ReportTablesRequest& request) override;
  // One table per host that calls the service; "" = of all services. Empty if none was reported
  // lately.
  Result<v1::ShowReply> Show(ServerContext& context, const v1::ShowRequest& request) override;

 private:
  struct Remembered {
    v1::ServiceTable table;
    Time reported{};
  };
  using Key = std::pair<std::string, std::string>;  // service, host

  void Forget(Time now);

  fiber::Environment environment_;
  std::map<Key, Remembered> tables_;
  Time forget_at_{};
};

}  // namespace bellrock::routing::server
