// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm_server/settings_desk.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/log.h"
#include "fiber/unix_time.h"
#include "metrics/alarm/settings_check.h"
#include "settings/settings_rules.h"

namespace bellrock::metrics::alarm_server {
namespace {

constexpr int64_t kMsPerSecond = 1000;

using bellrock::settings::BytesOf;
using bellrock::settings::CheckReason;
using bellrock::settings::KeptSettings;
using bellrock::settings::kSettingsBytesMax;
using bellrock::settings::SettingsStore;

v1::StoredAlarmSettings FromKept(const KeptSettings& kept) {
  v1::StoredAlarmSettings stored;
  if (!stored.mutable_settings()->ParseFromString(kept.bytes)) {
    log::Warning("metrics/alarm_server", "settings of {}, version {}: not readable, taken as none",
                 kept.name, kept.version);
    stored.mutable_settings()->Clear();
  }
  stored.set_service(kept.name);
  stored.set_version(kept.version);
  stored.set_changed_unix_ms(kept.changed_unix_ms);
  stored.set_who_and_why(kept.who_and_why);
  return stored;
}

Result<std::string> NameOf(const std::string& service) {
  if (service.empty()) return std::string(kPlatformName);
  if (service == kSilencesName) {
    return InvalidArgumentError(
        fmt::format("service \"{}\": silences lie there; use Silence and Unsilence", service));
  }
  if (settings::IsServiceName(service)) return service;
  return InvalidArgumentError(fmt::format(
      "service \"{}\": use \"line/service\", as in music/storage, or \"\" for the whole platform",
      service));
}

Status CheckSize(std::string_view name, size_t bytes) {
  if (bytes <= kSettingsBytesMax) return Status::Ok();
  return InvalidArgumentError(
      fmt::format("settings of {} are {} bytes, at most {} are kept under one name: set rules of "
                  "a service under its name, end silences that are not needed",
                  name, bytes, kSettingsBytesMax));
}

// The order in which settings are put together.
int Rank(std::string_view name) {
  if (name == kSilencesName) return 2;
  return name == kPlatformName ? 1 : 0;
}

}  // namespace

int64_t SettingsDesk::Now() const {
  return fiber::UnixMs(environment_.clock) / kMsPerSecond;
}

v1::StoredAlarmSettings SettingsDesk::Read(std::string_view name) const {
  if (const std::optional<KeptSettings> kept = store_.Get(name)) return FromKept(*kept);
  v1::StoredAlarmSettings never_set;
  never_set.set_service(std::string(name));
  never_set.mutable_settings();
  return never_set;
}

std::vector<v1::StoredAlarmSettings> SettingsDesk::ReadAll() const {
  std::vector<v1::StoredAlarmSettings> all;
  store_.ForEach([&](const KeptSettings& kept) { all.push_back(FromKept(kept)); });
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
    return Rank(a.service()) < Rank(b.service());
  });
  return all;
}

Result<v1::StoredAlarmSettings> SettingsDesk::Get(
    const v1::GetAlarmSettingsRequest& request) const {
  BELLROCK_ASSIGN(const std::string name, NameOf(request.service()));
  return Read(name);
}

v1::ListAlarmSettingsReply SettingsDesk::List() const {
  v1::ListAlarmSettingsReply reply;
  for (v1::StoredAlarmSettings& stored : ReadAll()) {
    if (stored.settings().ByteSizeLong() > 0) *reply.add_settings() = std::move(stored);
  }
  return reply;
}

v1::AlarmSettings SettingsDesk::InForce() const {
  v1::AlarmSettings settings;
  for (const v1::StoredAlarmSettings& stored : ReadAll()) settings.MergeFrom(stored.settings());
  return settings;
}

void SettingsDesk::Listen(std::function<void()> listener) {
  if (listener == nullptr) return store_.Listen(nullptr);
  store_.Listen([listener = std::move(listener)](const std::string&) { listener(); });
}

Status SettingsDesk::Check(std::string_view name, const v1::AlarmSettings& settings) const {
  BELLROCK_TRY(CheckSize(name, BytesOf(settings).size()));
  // These first, so that a problem is at the index where whoever wrote them finds it.
  v1::AlarmSettings together = settings;
  for (const v1::StoredAlarmSettings& other : ReadAll()) {
    if (other.service() != name) together.MergeFrom(other.settings());
  }
  return alarm::CheckAlarmSettings(together);
}

Result<v1::StoredAlarmSettings> SettingsDesk::Set(ServerContext& context,
                                                  const v1::SetAlarmSettingsRequest& request) {
  BELLROCK_ASSIGN(const std::string name, NameOf(request.service()));
  if (!request.check_only()) BELLROCK_TRY(CheckReason(request.who_and_why()));
  BELLROCK_TRY(Check(name, request.settings()));
  if (request.check_only()) {
    v1::StoredAlarmSettings holds = Read(name);
    if (request.expected_version() == 0 || request.expected_version() == holds.version()) {
      return holds;
    }
    return AbortedError(
        fmt::format("alarm settings of {}: version {} holds, not the expected {}: read them again",
                    name, holds.version(), request.expected_version()));
  }
  BELLROCK_ASSIGN(const SettingsStore::Done done,
                  store_.Put(context, {name, BytesOf(request.settings()), request.who_and_why(),
                                       request.expected_version()}));
  // Not read back: this server may hear of it a moment later than the leader.
  v1::StoredAlarmSettings stored;
  stored.set_service(name);
  *stored.mutable_settings() = request.settings();
  stored.set_version(done.version);
  stored.set_changed_unix_ms(done.changed_unix_ms);
  stored.set_who_and_why(request.who_and_why());
  return stored;
}

Status SettingsDesk::PutSilences(ServerContext& context, const v1::StoredAlarmSettings& stored,
                                 const std::string& who_and_why) {
  // By themselves: that somebody's settings are bad must keep nobody from silencing.
  BELLROCK_TRY(CheckSize(kSilencesName, BytesOf(stored.settings()).size()));
  BELLROCK_TRY(alarm::CheckAlarmSettings(stored.settings()));
  return store_
      .Put(context, {kSilencesName, BytesOf(stored.settings()), who_and_why, stored.version()})
      .status();
}

Result<v1::AlarmSilence> SettingsDesk::Silence(ServerContext& context,
                                               const v1::SilenceRequest& request) {
  v1::AlarmSilence silence = request.silence();
  const int64_t now = Now();
  if (silence.from() == 0) silence.set_from(now);
  silence.set_id(fmt::format("{:016x}", environment_.random.Next()));
  v1::StoredAlarmSettings stored = Read(kSilencesName);
  auto& kept = *stored.mutable_settings()->mutable_silences();
  kept.erase(
      std::remove_if(kept.begin(), kept.end(), [&](const auto& one) { return one.to() <= now; }),
      kept.end());
  // The first, so that its problems are of silences[0].
  v1::AlarmSettings settings;
  *settings.add_silences() = silence;
  settings.MergeFrom(stored.settings());
  *stored.mutable_settings() = std::move(settings);
  BELLROCK_TRY(PutSilences(context, stored, silence.by() + ": " + silence.comment()));
  return silence;
}

Result<v1::AlarmSilence> SettingsDesk::Unsilence(ServerContext& context,
                                                 const v1::UnsilenceRequest& request) {
  BELLROCK_TRY(CheckReason(request.who_and_why()));
  v1::StoredAlarmSettings stored = Read(kSilencesName);
  auto& kept = *stored.mutable_settings()->mutable_silences();
  const auto found = std::find_if(kept.begin(), kept.end(),
                                  [&](const auto& one) { return one.id() == request.id(); });
  if (found == kept.end()) {
    return NotFoundError(
        fmt::format("silence '{}': there is none; List names them, and those in "
                    "settings are changed by SetSettings",
                    request.id()));
  }
  const v1::AlarmSilence ended = *found;
  kept.erase(found);
  BELLROCK_TRY(PutSilences(context, stored, request.who_and_why()));
  return ended;
}

}  // namespace bellrock::metrics::alarm_server
