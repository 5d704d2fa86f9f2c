// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "bellrock/metrics/v1/alarms.pb.h"
#include "fiber/environment.h"
#include "settings/settings_store.h"

namespace bellrock::metrics::alarm_server {

// Where the settings of the whole platform lie, and the silences, so that neither overwrites the
// other.
inline constexpr std::string_view kPlatformName = "bellrock/alarms";
inline constexpr std::string_view kSilencesName = "bellrock/silences";

// Reads, checks and writes alarm settings, and puts those of all names together. Lives on the
// server's loop.
class SettingsDesk {
 public:
  // The store is borrowed and outlives this.
  SettingsDesk(fiber::Environment environment, settings::SettingsStore& store)
      : environment_(environment), store_(store) {}

  // Of what was never set, the empty ones.
  Result<v1::StoredAlarmSettings> Get(const v1::GetAlarmSettingsRequest& request) const;
  v1::ListAlarmSettingsReply List() const;
  Result<v1::StoredAlarmSettings> Set(ServerContext& context,
                                      const v1::SetAlarmSettingsRequest& request);
  Result<v1::AlarmSilence> Silence(ServerContext& context, const v1::SilenceRequest& request);
  Result<v1::AlarmSilence> Unsilence(ServerContext& context, const v1::UnsilenceRequest& request);

  // Those of services in the order of their names, then those of the platform, then the silences.
  v1::AlarmSettings InForce() const;
  // Calls whenever InForce() may differ, wherever that was said; must not block. nullptr ends it.
  void Listen(std::function<void()> listener);

 private:
  std::vector<v1::StoredAlarmSettings> ReadAll() const;
  v1::StoredAlarmSettings Read(std::string_view name) const;
  // Together with what others set, since routes may name their receivers.
  Status Check(std::string_view name, const v1::AlarmSettings& settings) const;
  Status PutSilences(ServerContext& context, const v1::StoredAlarmSettings& stored,
                     const std::string& who_and_why);
  int64_t Now() const;

  fiber::Environment environment_;
  settings::SettingsStore& store_;
};

}  // namespace bellrock::metrics::alarm_server
