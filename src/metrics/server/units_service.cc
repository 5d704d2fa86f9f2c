// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/server/units_service.h"

#include <fmt/format.h>

#include <utility>

#include "base/log.h"
#include "metrics/bounds.h"
#include "metrics/series_kind.h"
#include "metrics/unit.h"
#include "settings/settings_rules.h"

namespace bellrock::metrics::server {
namespace {

using settings::KeptSettings;

// What was taken back, or cannot be read, is as if it had never been set.
Unit UnitOf(const KeptSettings& kept) {
  if (kept.bytes.empty()) return Unit::kUs;
  v1::UnitSettings read;
  if (read.ParseFromString(kept.bytes)) {
    if (const Result<Unit> unit = ParseUnit(read.unit()); unit.ok()) return *unit;
  }
  log::Warning("metrics/server", "unit of {}, version {}: not readable, taken for 1us", kept.name,
               kept.version);
  return Unit::kUs;
}

std::string BytesOf(Unit unit) {
  if (unit == Unit::kUs) return "";
  v1::UnitSettings settings;
  settings.set_unit(std::string(UnitName(unit)));
  return settings::BytesOf(settings);
}

v1::StoredUnit FromKept(const KeptSettings& kept) {
  v1::StoredUnit stored;
  stored.set_service(kept.name);
  stored.set_unit(std::string(UnitName(UnitOf(kept))));
  stored.set_version(kept.version);
  stored.set_changed_unix_ms(kept.changed_unix_ms);
  stored.set_who_and_why(kept.who_and_why);
  return stored;
}

Status CheckService(const std::string& service) {
  if (settings::IsServiceName(service) && IsService(service) &&
      service.size() <= kDimensionBytesMax) {
    return Status::Ok();
  }
  return InvalidArgumentError(
      fmt::format("service: '{}' is no service's name; write line/service, as in music/storage, "
                  "{} bytes at most",
                  service.substr(0, kDimensionBytesMax), kDimensionBytesMax));
}

}  // namespace

UnitsService::UnitsService(settings::SettingsStore& store) : store_(store) {
  store_.Listen([this](const std::string&) { told_.reset(); });
}

UnitsService::~UnitsService() {
  store_.Listen(nullptr);
}

Result<v1::ListUnitsReply> UnitsService::List(ServerContext&, const v1::ListUnitsRequest&) {
  v1::ListUnitsReply reply;
  store_.ForEach([&](const KeptSettings& kept) {
    if (UnitOf(kept) != Unit::kUs) *reply.add_units() = FromKept(kept);
  });
  return reply;
}

Result<v1::StoredUnit> UnitsService::Get(ServerContext&, const v1::GetUnitRequest& request) {
  BELLROCK_TRY(CheckService(request.service()));
  KeptSettings never;
  never.name = request.service();
  return FromKept(store_.Get(request.service()).value_or(never));
}

Result<v1::StoredUnit> UnitsService::Set(ServerContext& context,
                                         const v1::SetUnitRequest& request) {
  BELLROCK_TRY(CheckService(request.service()));
  BELLROCK_ASSIGN(const Unit unit, ParseUnit(request.unit()));
  BELLROCK_TRY(settings::CheckReason(request.who_and_why()));
  const std::optional<KeptSettings> kept = store_.Get(request.service());
  const bool more = unit != Unit::kUs && (!kept || UnitOf(*kept) == Unit::kUs);
  if (more && Told().size() >= kServiceUnitsMax) {
    return ResourceExhaustedError(
        fmt::format("{} services have a unit of their own, the most that sources are told of; set "
                    "one of them to 1us first",
                    kServiceUnitsMax));
  }
  const std::string bytes = BytesOf(unit);
  BELLROCK_ASSIGN(const settings::SettingsStore::Done done,
                  store_.Put(context, {request.service(), bytes, request.who_and_why(),
                                       request.expected_version()}));
  // Not read back: this server may hear of it a moment later than the leader.
  return FromKept(
      {request.service(), bytes, done.version, done.changed_unix_ms, request.who_and_why()});
}

const std::vector<v1::ServiceUnit>& UnitsService::Told() {
  if (told_) return *told_;
  std::vector<v1::ServiceUnit> told;
  store_.ForEach([&](const KeptSettings& kept) {
    const Unit unit = UnitOf(kept);
    if (unit == Unit::kUs) return;
    v1::ServiceUnit& one = told.emplace_back();
    one.set_callee(kept.name);
    one.set_unit(std::string(UnitName(unit)));
  });
  told_ = std::move(told);
  return *told_;
}

void UnitsService::Tell(v1::PushReply& reply) {
  const std::vector<v1::ServiceUnit>& told = Told();
  reply.mutable_units()->Assign(told.begin(), told.end());
}

}  // namespace bellrock::metrics::server
