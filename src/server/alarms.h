// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

#include "metrics/alarm_sender/sender.h"
#include "metrics/alarm_server/alarm_centre.h"
#include "metrics/alarm_server/alarms_service.h"
#include "metrics/alarm_server/settings_desk.h"
#include "metrics/alarm_server/shared_keeper.h"
#include "metrics/alarm_server/store_keeper.h"
#include "metrics/server/data_centre.h"
#include "naming/server/naming_server.h"
#include "server/registry_settings.h"

namespace bellrock::server {

// All of alarms on one server, over its registry and its data centre (both borrowed). The leader of
// a site evaluates, and judges the calls that its own data centre holds; what fires and who was
// told lies in the registry, for the next leader. Lives on the control plane's loop.
class Alarms {
 public:
  struct Names {
    std::string node;  // of this run of this process
    std::string site;  // which has one evaluator at a time
  };
  Alarms(fiber::Environment environment, naming::server::NamingServer& naming,
         metrics::server::DataCentre& centre, const Names& names);

  // `console_url`: where links in messages lead if settings name none.
  void Start(std::string console_url) { centre_.Start(std::move(console_url)); }
  void Stop() { centre_.Stop(); }
  Service& service() { return service_; }

 private:
  RegistrySettings settings_;
  metrics::alarm_server::SettingsDesk desk_;
  RegistrySettings states_;
  metrics::alarm_server::StoreKeeper own_;
  metrics::alarm_server::SharedKeeper keeper_;
  metrics::alarm_sender::Sender sender_;
  metrics::alarm_server::AlarmCentre centre_;
  metrics::alarm_server::AlarmsService service_;
};

}  // namespace bellrock::server
