// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/server/dashboards_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

#include "base/log.h"
#include "metrics/server/dashboard_check.h"

namespace bellrock::metrics::server {
namespace {

using settings::KeptSettings;

constexpr std::string_view kLine = "dashboards/";

std::string NameOf(const std::string& id) {
  return std::string(kLine) + id;
}

bool IsId(const std::string& id) {
  constexpr size_t kDigits = 16;
  return id.size() == kDigits && id.find_first_not_of("0123456789abcdef") == std::string::npos;
}

v1::StoredDashboard FromKept(const KeptSettings& kept) {
  const std::string id = kept.name.substr(kLine.size());
  v1::StoredDashboard stored;
  if (!stored.mutable_dashboard()->ParseFromString(kept.bytes)) {
    log::Warning("metrics/server", "dashboard {}, version {}: not readable, shown empty", id,
                 kept.version);
    stored.mutable_dashboard()->Clear();
  }
  stored.mutable_dashboard()->set_id(id);
  stored.set_version(kept.version);
  stored.set_changed_unix_ms(kept.changed_unix_ms);
  stored.set_who_and_why(kept.who_and_why);
  return stored;
}

}  // namespace

Result<v1::StoredDashboard> DashboardsService::Read(const std::string& id) const {
  if (IsId(id)) {
    const std::optional<KeptSettings> kept = store_.Get(NameOf(id));
    if (kept && !kept->bytes.empty()) return FromKept(*kept);
  }
  return NotFoundError(fmt::format("dashboard '{}': there is none; List names them", id));
}

Result<std::string> DashboardsService::NewId() const {
  size_t there = 0;
  store_.ForEach([&](const KeptSettings& kept) { there += kept.bytes.empty() ? 0 : 1; });
  if (there >= kDashboardsMax) {
    return ResourceExhaustedError(
        fmt::format("{} dashboards are there, the most that are kept; remove one", there));
  }
  return fmt::format("{:016x}", environment_.random.Next());
}

Result<v1::ListDashboardsReply> DashboardsService::List(ServerContext&,
                                                        const v1::ListDashboardsRequest&) {
  std::vector<v1::StoredDashboard> all;
  store_.ForEach([&](const KeptSettings& kept) {
    if (!kept.bytes.empty() && kept.name.starts_with(kLine)) all.push_back(FromKept(kept));
  });
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
    return std::tie(a.dashboard().title(), a.dashboard().id()) <
           std::tie(b.dashboard().title(), b.dashboard().id());
  });
  v1::ListDashboardsReply reply;
  for (v1::StoredDashboard& stored : all) *reply.add_dashboards() = std::move(stored);
  return reply;
}

Result<v1::StoredDashboard> DashboardsService::Get(ServerContext&,
                                                   const v1::GetDashboardRequest& request) {
  return Read(request.id());
}

Result<v1::StoredDashboard> DashboardsService::Set(ServerContext& context,
                                                   const v1::SetDashboardRequest& request) {
  BELLROCK_TRY(CheckDashboard(request.dashboard()));
  v1::StoredDashboard stored;
  *stored.mutable_dashboard() = request.dashboard();
  if (request.dashboard().id().empty()) {
    BELLROCK_ASSIGN(*stored.mutable_dashboard()->mutable_id(), NewId());
  } else {
    BELLROCK_TRY(Read(request.dashboard().id()).status());
  }
  const std::string name = NameOf(stored.dashboard().id());
  const std::string bytes = stored.dashboard().SerializeAsString();
  BELLROCK_ASSIGN(
      const settings::SettingsStore::Done done,
      store_.Put(context, {name, bytes, request.who_and_why(), request.expected_version()}));
  // Not read back: this server may hear of it a moment later than the leader.
  stored.set_version(done.version);
  stored.set_changed_unix_ms(done.changed_unix_ms);
  stored.set_who_and_why(request.who_and_why());
  return stored;
}

Result<v1::RemoveDashboardReply> DashboardsService::Remove(
    ServerContext& context, const v1::RemoveDashboardRequest& request) {
  BELLROCK_TRY(Read(request.id()).status());
  const std::string name = NameOf(request.id());
  BELLROCK_TRY(
      store_.Put(context, {name, "", request.who_and_why(), request.expected_version()}).status());
  return v1::RemoveDashboardReply();
}

}  // namespace bellrock::metrics::server
