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
#include "routing/locality/ratio_moves.h"
#include "routing/server/peers.h"
#include "routing/server/question_desk.h"
#include "routing/server/settings_desk.h"
#include "settings/settings_store.h"

namespace bellrock::routing::server {

inline constexpr size_t kTablesMax = 100'000;  // (service, host) pairs remembered
inline constexpr size_t kTablesPerReportMax = 4096;
inline constexpr size_t kInstancesPerTableMax = 65536;

// The control plane's part in routing: the memory of what each host decided (the last table per
// service and host, forgotten 10 s after its last report), and the settings by which hosts decide,
// which a store keeps. A host reports to one server: what is shown of all hosts is gathered from
// all servers when it is asked for. Decides nothing itself (ZY-012). Lives on one loop, its home;
// the RPC server runs its handlers there.
class RoutingServer final : public v1::RoutingService {
 public:
  static constexpr Duration kForgetAfter = std::chrono::seconds(10);

  // Both are borrowed and outlive this.
  RoutingServer(fiber::Environment environment, settings::SettingsStore& store, Peers& peers)
      : environment_(environment),
        peers_(peers),
        settings_(environment, store),
        questions_(environment) {}

  // kInvalidArgument names what is wrong; nothing of the report is then kept. kResourceExhausted
  // beyond kTablesMax.
  Result<v1::ReportTablesReply> ReportTables(ServerContext& context,
                                             const v1::ReportTablesRequest& request) override;
  // One table per host that calls the service; "" = of all services. Empty if none was reported
  // lately. Blocks until the other servers have answered, kPeerTimeout at most.
  Result<v1::ShowReply> Show(ServerContext& context, const v1::ShowRequest& request) override;

  Result<v1::StoredSettings> GetSettings(ServerContext& context,
                                         const v1::GetSettingsRequest& request) override;
  Result<v1::ListSettingsReply> ListSettings(ServerContext& context,
                                             const v1::ListSettingsRequest& request) override;
  // kInvalidArgument says what is wrong with the settings; kAborted: another version holds.
  Result<v1::PutSettingsReply> PutSettings(ServerContext& context,
                                           const v1::PutSettingsRequest& request) override;
  Result<v1::PollSettingsReply> PollSettings(ServerContext& context,
                                             const v1::PollSettingsRequest& request) override;
  // kNotFound: no host, or not the named one, calls the service now. Else as QuestionDesk::Ask().
  Result<v1::ExplainReply> Explain(ServerContext& context,
                                   const v1::ExplainRequest& request) override;
  // By what hosts reported lately, to whichever server.
  Result<v1::PreviewMoveReply> PreviewMove(ServerContext& context,
                                           const v1::PreviewMoveRequest& request) override;
  // Ends long polls; new ones are answered at once.
  void Stop() {
    settings_.Stop();
    questions_.Stop();
  }

 private:
  struct Remembered {
    v1::ServiceTable table;
    Time reported{};
  };
  using Key = std::pair<std::string, std::string>;  // service, host

  void Forget(Time now);
  v1::ShowReply Here(const std::string& service);
  v1::ShowReply Everywhere(const std::string& service);
  std::string HostOf(const v1::ExplainRequest& request);

  fiber::Environment environment_;
  Peers& peers_;
  std::map<Key, Remembered> tables_;
  Time forget_at_{};
  SettingsDesk settings_;
  QuestionDesk questions_;
};

}  // namespace bellrock::routing::server
