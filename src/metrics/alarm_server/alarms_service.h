// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <utility>

#include "bellrock/metrics/v1/alarms.bellrock.h"
#include "metrics/alarm_server/alarm_centre.h"
#include "metrics/alarm_server/settings_desk.h"

namespace bellrock::metrics::alarm_server {

// bellrock.metrics.v1.Alarms over a desk and an alarm centre (both borrowed). All handlers run on
// their loop.
class AlarmsService final : public v1::AlarmsService {
 public:
  // What the evaluator of this site remembers, where it is not this server.
  using Elsewhere = std::function<Result<v1::AlarmState>()>;
  AlarmsService(fiber::Clock& clock, SettingsDesk& desk, AlarmCentre& centre, Elsewhere elsewhere)
      : clock_(clock), desk_(desk), centre_(centre), elsewhere_(std::move(elsewhere)) {}

  Result<v1::StoredAlarmSettings> GetSettings(ServerContext& context,
                                              const v1::GetAlarmSettingsRequest& request) override;
  Result<v1::ListAlarmSettingsReply> ListSettings(
      ServerContext& context, const v1::ListAlarmSettingsRequest& request) override;
  Result<v1::StoredAlarmSettings> SetSettings(ServerContext& context,
                                              const v1::SetAlarmSettingsRequest& request) override;
  Result<v1::AlarmSilence> Silence(ServerContext& context,
                                   const v1::SilenceRequest& request) override;
  Result<v1::AlarmSilence> Unsilence(ServerContext& context,
                                     const v1::UnsilenceRequest& request) override;
  Result<v1::ListAlarmsReply> List(ServerContext& context,
                                   const v1::ListAlarmsRequest& request) override;
  Result<v1::TryRuleReply> Try(ServerContext& context, const v1::TryRuleRequest& request) override;

 private:
  int64_t Now();

  fiber::Clock& clock_;
  SettingsDesk& desk_;
  AlarmCentre& centre_;
  const Elsewhere elsewhere_;
};

}  // namespace bellrock::metrics::alarm_server
