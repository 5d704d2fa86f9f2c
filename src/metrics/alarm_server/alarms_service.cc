// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm_server/alarms_service.h"

#include "fiber/unix_time.h"
#include "metrics/alarm_server/alarm_views.h"
#include "metrics/alarm_server/trial.h"

namespace bellrock::metrics::alarm_server {

int64_t AlarmsService::Now() {
  constexpr int64_t kMsPerSecond = 1000;
  return fiber::UnixMs(clock_) / kMsPerSecond;
}

Result<v1::StoredAlarmSettings> AlarmsService::GetSettings(
    ServerContext&, const v1::GetAlarmSettingsRequest& request) {
  return desk_.Get(request);
}

Result<v1::ListAlarmSettingsReply> AlarmsService::ListSettings(
    ServerContext&, const v1::ListAlarmSettingsRequest&) {
  return desk_.List();
}

Result<v1::StoredAlarmSettings> AlarmsService::SetSettings(
    ServerContext& context, const v1::SetAlarmSettingsRequest& request) {
  return desk_.Set(context, request);
}

Result<v1::AlarmSilence> AlarmsService::Silence(ServerContext& context,
                                                const v1::SilenceRequest& request) {
  return desk_.Silence(context, request);
}

Result<v1::AlarmSilence> AlarmsService::Unsilence(ServerContext& context,
                                                  const v1::UnsilenceRequest& request) {
  return desk_.Unsilence(context, request);
}

Result<v1::ListAlarmsReply> AlarmsService::List(ServerContext&,
                                                const v1::ListAlarmsRequest& request) {
  Result<v1::AlarmState> state =
      centre_.serving() ? Result<v1::AlarmState>(centre_.Snapshot()) : elsewhere_();
  BELLROCK_TRY(state.status());
  if (state->epoch() == 0) {
    return UnavailableError("nobody evaluates alarms yet in this site: try again in a moment");
  }
  return ListAlarms(*state, centre_.InForce(), request, Now());
}

Result<v1::TryRuleReply> AlarmsService::Try(ServerContext&, const v1::TryRuleRequest& request) {
  return TryRule(centre_.source(), request, Now());
}

}  // namespace bellrock::metrics::alarm_server
