// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "bellrock/metrics/v1/alarm.pb.h"
#include "metrics/alarm/judge.h"
#include "metrics/query/source.h"

// What tests of alarms share: rules in a few words, and answers made by hand.
namespace bellrock::metrics::alarm {

using Figure = v1::AlarmFigure;
using Condition = v1::AlarmCondition;

inline v1::AlarmRule Rule(Figure::Kind figure, Condition::Kind condition, double bound,
                          const std::string& service = "music/catalog") {
  v1::AlarmRule rule;
  rule.set_name("rule");
  rule.set_service(service);
  rule.mutable_figure()->set_kind(figure);
  rule.mutable_condition()->set_kind(condition);
  rule.mutable_condition()->set_bound(bound);
  return rule;
}
inline v1::AlarmRule SuccessRule(double bound = 0.999) {
  return Rule(Figure::KIND_SUCCESS_RATE, Condition::KIND_MIN, bound);
}

inline Card Calls(uint64_t calls, uint32_t latency_us = 1000) {
  std::vector<uint32_t> latencies(calls, latency_us);
  return Card::FromLatencies(latencies);
}
inline query::Group Group(std::vector<std::string> key, Card card) {
  return {std::move(key), {std::move(card)}};
}
inline query::Answer Answer(std::vector<query::Group> groups, double completeness = 1) {
  query::Answer answer;
  answer.groups = std::move(groups);
  answer.completeness = {completeness};
  return answer;
}
// Of the service, told apart by result.
inline query::Answer Results(uint64_t good, uint64_t bad, double completeness = 1,
                             const std::string& service = "music/catalog") {
  std::vector<query::Group> groups;
  if (good > 0) groups.push_back(Group({service, "OK"}, Calls(good)));
  if (bad > 0) groups.push_back(Group({service, "UNAVAILABLE"}, Calls(bad)));
  return Answer(std::move(groups), completeness);
}

inline v1::AlarmMatcher Matcher(const std::string& name, const std::string& value,
                                bool negated = false) {
  v1::AlarmMatcher matcher;
  matcher.set_name(name);
  matcher.set_value(value);
  matcher.set_not_(negated);
  return matcher;
}

inline v1::AlarmReceiver& AddReceiver(v1::AlarmSettings& settings, const std::string& name) {
  v1::AlarmReceiver& receiver = *settings.add_receivers();
  receiver.set_name(name);
  receiver.mutable_webhook()->set_url("http://127.0.0.1:1/" + name);
  return receiver;
}
inline v1::AlarmRoute& AddRoute(v1::AlarmSettings& settings, const std::string& name,
                                const std::string& receiver) {
  v1::AlarmRoute& route = *settings.add_routes();
  route.set_name(name);
  if (!receiver.empty()) route.add_receivers(receiver);
  return route;
}

}  // namespace bellrock::metrics::alarm
