// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "metrics/alarm/bounds.h"
#include "metrics/alarm/message.h"
#include "metrics/alarm/notice.h"

namespace bellrock::metrics::alarm {
namespace {

using Json = nlohmann::ordered_json;
using Texts = std::map<std::string, std::string>;

constexpr char kNotEnded[] = "0001-01-01T00:00:00Z";

std::string Dump(const Json& json) {
  // Names come from outside: what is no UTF-8 is replaced, not thrown.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Texts Sorted(const Labels& labels) {
  return {labels.begin(), labels.end()};
}

// The rule's own, and what only the alarm knows.
Texts Annotations(const v1::AlarmFiring& firing) {
  Texts annotations = Sorted(firing.annotations());
  annotations.try_emplace("summary", Sentence(firing));
  std::string description = Sentence(firing);
  if (const std::string where = BreakdownSentence(firing); !where.empty()) {
    description += "; " + where;
  }
  if (!firing.note().empty()) description += "; " + firing.note();
  annotations.try_emplace("description", description);
  return annotations;
}

Json Alert(const v1::AlarmFiring& firing, bool resolved, const std::string& console_url) {
  return {{"status", resolved ? "resolved" : "firing"},
          {"labels", Sorted(firing.labels())},
          {"annotations", Annotations(firing)},
          {"startsAt", Rfc3339(firing.fired_at())},
          {"endsAt", resolved ? Rfc3339(firing.resolved_at()) : kNotEnded},
          {"generatorURL", ConsoleLink(console_url, firing)},
          {"fingerprint", firing.fingerprint()}};
}

template <typename Get>
Texts Common(const Notification& notification, Get get) {
  Texts common;
  bool first = true;
  for (const auto* list : {&notification.firing, &notification.resolved}) {
    for (const v1::AlarmFiring& firing : *list) {
      const Texts texts = get(firing);
      if (first) common = texts;
      first = false;
      std::erase_if(common, [&](const auto& text) {
        const auto found = texts.find(text.first);
        return found == texts.end() || found->second != text.second;
      });
    }
  }
  return common;
}

}  // namespace

std::string WebhookBody(const Notification& notification) {
  Json alerts = Json::array();
  for (const auto& firing : notification.firing) {
    alerts.push_back(Alert(firing, false, notification.console_url));
  }
  for (const auto& firing : notification.resolved) {
    alerts.push_back(Alert(firing, true, notification.console_url));
  }
  const Json body = {
      {"version", "4"},
      {"groupKey", notification.group_key},
      {"truncatedAlerts", notification.left_out},
      {"status", notification.firing.empty() ? "resolved" : "firing"},
      {"receiver", notification.receiver.name()},
      {"groupLabels", Sorted(notification.group_labels)},
      {"commonLabels",
       Common(notification, [](const auto& firing) { return Sorted(firing.labels()); })},
      {"commonAnnotations", Common(notification, Annotations)},
      {"externalURL", notification.console_url},
      {"alerts", std::move(alerts)}};
  return Dump(body);
}

// One that goes on is said to end after four times of saying it again, as Prometheus does: if
// nobody says it again, Alertmanager resolves it by itself.
std::string AlertmanagerBody(const Notification& notification, int64_t unix_seconds) {
  Json alerts = Json::array();
  const auto add = [&](const v1::AlarmFiring& firing, int64_t ends_at) {
    alerts.push_back({{"labels", Sorted(firing.labels())},
                      {"annotations", Annotations(firing)},
                      {"startsAt", Rfc3339(firing.fired_at())},
                      {"endsAt", Rfc3339(ends_at)},
                      {"generatorURL", ConsoleLink(notification.console_url, firing)}});
  };
  for (const auto& firing : notification.firing) {
    add(firing, unix_seconds + 4 * kAlertmanagerResendSeconds);
  }
  for (const auto& firing : notification.resolved) add(firing, firing.resolved_at());
  return Dump(alerts);
}

}  // namespace bellrock::metrics::alarm
