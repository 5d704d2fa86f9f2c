// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/server/routing_server.h"

#include <fmt/format.h>

#include <set>
#include <string_view>

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

Status CheckMove(const v1::RatioMove& move) {
  if (move.from_site().empty() || move.to_site().empty() || move.from_site() == move.to_site()) {
    return InvalidArgumentError(fmt::format("move from \"{}\" to \"{}\": name two different sites",
                                            move.from_site(), move.to_site()));
  }
  if (move.share() > 0 && move.share() <= 1) return Status::Ok();
  return InvalidArgumentError(
      fmt::format("move.share {}: use more than 0 and at most 1, as in 0.3", move.share()));
}

// A host that has gone over to another server was heard by both lately.
void TakeNewest(const v1::ShowReply& shown,
                std::map<std::pair<std::string, std::string>, v1::ServiceTable>& tables) {
  for (const v1::ServiceTable& table : shown.tables()) {
    v1::ServiceTable& kept = tables[{table.service(), table.host()}];
    if (kept.host().empty() || kept.updated_unix_ms() < table.updated_unix_ms()) kept = table;
  }
}

std::map<std::string, locality::SiteLoad> LoadsOf(const v1::ShowReply& shown) {
  std::map<std::string, locality::SiteLoad> loads;
  std::set<std::string_view> counted;  // each host has the same instances
  for (const v1::ServiceTable& table : shown.tables()) {
    for (const v1::InstanceRoute& route : table.instances()) {
      locality::SiteLoad& load = loads[route.site()];
      load.calls_per_s += route.calls_per_s();
      if (route.weight() > 0 && counted.insert(route.path()).second) ++load.instances;
    }
  }
  return loads;
}

// Figures that lack calls are too small: nobody may find room by them.
void SayWhatIsMissing(const v1::ShowReply& shown, v1::PreviewMoveReply& preview) {
  preview.set_servers(shown.servers());
  *preview.mutable_unheard_servers() = shown.unheard_servers();
  if (shown.unheard_servers().empty()) return;
  preview.set_headroom(false);
  preview.set_verdict(fmt::format(
      "{} of {} servers did not answer ({}), so the calls of hosts that report to them are not "
      "known; by those that are: {}",
      shown.unheard_servers_size(), shown.servers(), fmt::join(shown.unheard_servers(), ", "),
      preview.verdict()));
}

// What any of them said; else what went wrong there, rather than that it knows of nobody.
Result<v1::ExplainReply> FirstOr(Status nobody,
                                 std::vector<PeerAnswer<v1::ExplainReply>>& answers) {
  for (auto& answer : answers) {
    if (answer.reply.ok()) return std::move(answer.reply);
  }
  for (auto& answer : answers) {
    if (answer.reply.status().code() == StatusCode::kNotFound) continue;
    return answer.reply.status().WithContext(fmt::format("asked through {}", answer.server));
  }
  return nobody;
}

v1::GetSettingsRequest AskFor(const std::string& service) {
  v1::GetSettingsRequest request;
  request.set_service(service);
  return request;
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
  for (const auto& answer : request.answers()) questions_.Answer(answer);
  v1::ReportTablesReply reply;
  std::set<std::string_view> hosts;  // one, as a rule
  for (const v1::ServiceTable& table : request.tables()) {
    if (hosts.insert(table.host()).second) questions_.HandOut(table.host(), reply);
  }
  return reply;
}

v1::ShowReply RoutingServer::Here(const std::string& service) {
  Forget(environment_.clock.Now());
  v1::ShowReply reply;
  reply.set_servers(1);
  auto begin = service.empty() ? tables_.begin() : tables_.lower_bound(Key{service, ""});
  for (auto entry = begin; entry != tables_.end(); ++entry) {
    if (!service.empty() && entry->first.first != service) break;
    *reply.add_tables() = entry->second.table;
  }
  return reply;
}

v1::ShowReply RoutingServer::Everywhere(const std::string& service) {
  v1::ShowRequest request;
  request.set_service(service);
  request.set_this_server(true);
  const auto answers = AskAll<v1::ShowReply>(
      peers_.Others(), [&](ChannelInterface& peer, const CallOptions& options) {
        return v1::RoutingStub(peer).Show(request, options);
      });
  v1::ShowReply all = Here(service);
  std::map<Key, v1::ServiceTable> tables;
  TakeNewest(all, tables);
  for (const auto& answer : answers) {
    all.set_servers(all.servers() + 1);
    if (answer.reply.ok()) {
      TakeNewest(*answer.reply, tables);
    } else {
      all.add_unheard_servers(answer.server);
    }
  }
  all.clear_tables();
  for (auto& [key, table] : tables) *all.add_tables() = std::move(table);
  return all;
}

Result<v1::ShowReply> RoutingServer::Show(ServerContext&, const v1::ShowRequest& request) {
  return request.this_server() ? Here(request.service()) : Everywhere(request.service());
}

// Who is to be asked of those that report to this server; "": none of them.
std::string RoutingServer::HostOf(const v1::ExplainRequest& request) {
  for (auto at = tables_.lower_bound(Key{request.service(), request.host()}); at != tables_.end();
       ++at) {
    if (at->first.first != request.service()) break;
    if (request.host().empty() || at->first.second == request.host()) return at->first.second;
  }
  return "";
}

Result<v1::ExplainReply> RoutingServer::Explain(ServerContext&, const v1::ExplainRequest& request) {
  Forget(environment_.clock.Now());
  if (const std::string host = HostOf(request); !host.empty()) {
    BELLROCK_ASSIGN(v1::ExplainReply reply, questions_.Ask(host, request));
    reply.set_host(host);
    return reply;
  }
  const Status nobody = NotFoundError(fmt::format(
      "service '{}' is called by {} now; see `bellrock routing show {}`", request.service(),
      request.host().empty() ? "nobody" : fmt::format("nobody on host '{}'", request.host()),
      request.service()));
  if (request.this_server()) return nobody;
  v1::ExplainRequest there = request;
  there.set_this_server(true);
  auto answers = AskAll<v1::ExplainReply>(
      peers_.Others(),
      [&](ChannelInterface& peer, const CallOptions& options) {
        return v1::RoutingStub(peer).Explain(there, options);
      },
      kPeerTimeout + kAnswerTimeout);
  return FirstOr(nobody, answers);
}

Result<v1::StoredSettings> RoutingServer::GetSettings(ServerContext&,
                                                      const v1::GetSettingsRequest& request) {
  return settings_.Get(request);
}

Result<v1::ListSettingsReply> RoutingServer::ListSettings(ServerContext&,
                                                          const v1::ListSettingsRequest&) {
  return settings_.List();
}

Result<v1::PutSettingsReply> RoutingServer::PutSettings(ServerContext& context,
                                                        const v1::PutSettingsRequest& request) {
  return settings_.Put(context, request);
}

Result<v1::PollSettingsReply> RoutingServer::PollSettings(ServerContext&,
                                                          const v1::PollSettingsRequest& request) {
  return settings_.Poll(request);
}

Result<v1::PreviewMoveReply> RoutingServer::PreviewMove(ServerContext&,
                                                        const v1::PreviewMoveRequest& request) {
  BELLROCK_ASSIGN(const v1::StoredSettings stored, settings_.Get(AskFor(request.service())));
  BELLROCK_TRY(CheckMove(request.move()));
  const v1::ShowReply shown = Everywhere(request.service());
  v1::PreviewMoveReply preview =
      locality::Preview(stored.settings(), request.move(), LoadsOf(shown));
  SayWhatIsMissing(shown, preview);
  return preview;
}

}  // namespace bellrock::routing::server
