// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "metrics/alarm_sender/sender.h"
#include "metrics/alarm_server/alarm_centre.h"
#include "metrics/alarm_server/alarms_service.h"
#include "metrics/alarm_server/settings_desk.h"
#include "metrics/alarm_server/store_keeper.h"
#include "metrics/server/data_centre.h"
#include "naming/server/naming_server.h"
#include "server/registry_settings.h"

namespace bellrock::server {

// All of alarms on one server, over its registry and its data centre (both borrowed). The leader of
// a site evaluates, and judges the calls that its own data centre holds. Lives on the control
// plane's loop.
class Alarms {
 public:
  // `node`: of this run of this process.
  Alarms(fiber::Environment environment, naming::server::NamingServer& naming,
         metrics::server::DataCentre& centre, const std::string& node);

  void Start() { centre_.Start(); }
  void Stop() { centre_.Stop(); }
  Service& service() { return service_; }

 private:
  RegistrySettings settings_;
  metrics::alarm_server::SettingsDesk desk_;
  metrics::alarm_server::StoreKeeper keeper_;
  metrics::alarm_sender::Sender sender_;
  metrics::alarm_server::AlarmCentre centre_;
  metrics::alarm_server::AlarmsService service_;
};

}  // namespace bellrock::server
