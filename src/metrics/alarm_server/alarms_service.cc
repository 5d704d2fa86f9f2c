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
  if (!centre_.serving()) {
    return UnavailableError(
        "alarms are not evaluated by this server: ask the leader of its site, or again in a "
        "moment");
  }
  return ListAlarms(centre_.Snapshot(), desk_.InForce(), request, Now());
}

Result<v1::TryRuleReply> AlarmsService::Try(ServerContext&, const v1::TryRuleRequest& request) {
  return TryRule(centre_.source(), request, Now());
}

}  // namespace bellrock::metrics::alarm_server
