// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm/router.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "metrics/alarm/bounds.h"

namespace bellrock::metrics::alarm {
namespace {

constexpr int64_t kGroupWaitDefault = 30;
constexpr int64_t kGroupIntervalDefault = 300;
constexpr int64_t kRepeatIntervalDefault = 4 * 3600;
constexpr char kGroupByDefault[] = "service";

using Receivers = std::vector<const v1::AlarmReceiver*>;

Receivers ReceiversOf(const v1::AlarmSettings& settings, const v1::AlarmRoute& route,
                      const Labels& labels) {
  const std::string_view owner = LabelOf(labels, "owner");
  Receivers receivers;
  for (const v1::AlarmReceiver& receiver : settings.receivers()) {
    const bool named = std::find(route.receivers().begin(), route.receivers().end(),
                                 receiver.name()) != route.receivers().end();
    const bool owners = route.to_owner() && !owner.empty() && receiver.owner() == owner;
    if (named || owners) receivers.push_back(&receiver);
  }
  return receivers;
}

Labels GroupLabels(const v1::AlarmRoute& route, const Labels& labels) {
  Labels group;
  if (route.group_by_size() == 0) group[kGroupByDefault] = LabelOf(labels, kGroupByDefault);
  for (const std::string& name : route.group_by()) group[name] = LabelOf(labels, name);
  return group;
}

// Alertmanager's form: {}/{matchers}:{labels}, and the receiver, of which one alarm may have more.
std::string GroupKey(const v1::AlarmRoute& route, const v1::AlarmReceiver& receiver,
                     const Labels& group) {
  std::string text;
  for (const auto& [name, value] : std::map<std::string, std::string>(group.begin(), group.end())) {
    text += fmt::format("{}{}=\"{}\"", text.empty() ? "" : ", ", name, value);
  }
  return fmt::format("{{}}/{}/{}:{{{}}}", route.name(), receiver.name(), text);
}

int64_t OrDefault(int64_t seconds, int64_t fallback) {
  return seconds > 0 ? seconds : fallback;
}

}  // namespace

std::vector<Target> TargetsOf(const v1::AlarmSettings& settings, const Labels& labels) {
  std::vector<Target> targets;
  for (const v1::AlarmRoute& route : settings.routes()) {
    if (!LabelsMatch(route.matchers(), labels)) continue;
    const Receivers receivers = ReceiversOf(settings, route, labels);
    for (const v1::AlarmReceiver* receiver : receivers) {
      const bool known = std::any_of(targets.begin(), targets.end(), [&](const Target& target) {
        return target.receiver == receiver;
      });
      if (known || targets.size() >= kTargetsMax) continue;
      const Labels group = GroupLabels(route, labels);
      targets.push_back({&route, receiver, group, GroupKey(route, *receiver, group)});
    }
    const bool nobody = route.to_owner() && receivers.empty();
    if (!route.go_on() && !nobody) break;
  }
  return targets;
}

int64_t GroupWaitSeconds(const v1::AlarmRoute& route) {
  return OrDefault(route.group_wait_seconds(), kGroupWaitDefault);
}

int64_t GroupIntervalSeconds(const v1::AlarmRoute& route) {
  return OrDefault(route.group_interval_seconds(), kGroupIntervalDefault);
}

int64_t RepeatIntervalSeconds(const v1::AlarmRoute& route) {
  return OrDefault(route.repeat_interval_seconds(), kRepeatIntervalDefault);
}

}  // namespace bellrock::metrics::alarm
