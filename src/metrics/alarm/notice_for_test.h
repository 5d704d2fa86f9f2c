// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "metrics/alarm/dispatcher.h"

// A firing and a message about it, for tests of texts and bodies.
namespace bellrock::metrics::alarm {

inline v1::AlarmFiring SuccessFiring() {
  v1::AlarmFiring firing;
  firing.set_fingerprint("00000000000000ab");
  firing.set_id("00000000000000ab-1795280580");
  firing.add_key("music/catalog");
  firing.add_key("gz");
  (*firing.mutable_labels())["alertname"] = "success_rate";
  (*firing.mutable_labels())["service"] = "music/catalog";
  (*firing.mutable_labels())["severity"] = "critical";
  (*firing.mutable_annotations())["runbook_url"] = "https://wiki.example.com/catalog";
  firing.set_since(1'795'280'400);
  firing.set_fired_at(1'795'280'580);
  firing.set_value(0.972134);
  firing.set_bound(0.999);
  firing.mutable_condition()->set_kind(v1::AlarmCondition::KIND_MIN);
  firing.mutable_breakdown()->set_counted("failures");
  v1::AlarmBreakdown::Dimension& host = *firing.mutable_breakdown()->add_dimensions();
  host.set_dimension("callee_host");
  v1::AlarmBreakdown::Part& part = *host.add_parts();
  part.set_value("10.0.0.7:80");
  part.set_share(0.9);
  part.set_calls_share(0.54);
  v1::AlarmBreakdown::Dimension& result = *firing.mutable_breakdown()->add_dimensions();
  result.set_dimension("result");
  result.add_parts()->set_value("UNAVAILABLE");
  result.mutable_parts(0)->set_share(0.97);
  return firing;
}

inline Notification OneFiring() {
  Notification notification;
  notification.key = "00000000000000cd-7";
  notification.group_key = "{}/all/ops:{service=\"music/catalog\"}";
  notification.group_labels["service"] = "music/catalog";
  notification.receiver.set_name("ops");
  notification.receiver.mutable_webhook()->set_url("http://127.0.0.1:1/");
  notification.firing.push_back(SuccessFiring());
  notification.console_url = "https://bellrock.example.com";
  return notification;
}

}  // namespace bellrock::metrics::alarm
