// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm/settings_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>

#include "metrics/alarm/bounds.h"
#include "metrics/alarm/field_problems.h"
#include "metrics/alarm/matcher.h"
#include "metrics/alarm/rule_terms.h"
#include "metrics/dimension.h"

namespace bellrock::metrics::alarm {
namespace {

constexpr double kQuantileMin = 0.000001;
constexpr double kQuantileMax = 0.999999;  // OCTO-058: six nines
constexpr double kBoundMax = 1e15;

std::string At(const char* list, int index) {
  return fmt::format("{}[{}]", list, index);
}

void CheckMatchers(const std::string& field, const Matchers& matchers, bool dimensions,
                   FieldProblems& problems) {
  problems.Count(field, static_cast<size_t>(matchers.size()), kMatchersMax);
  for (int i = 0; i < matchers.size(); ++i) {
    const v1::AlarmMatcher& matcher = matchers[i];
    const std::string name = fmt::format("{}[{}].name", field, i);
    problems.Text(name, matcher.name(), kTextBytesMax);
    if (!dimensions) continue;
    const auto dimension = DimensionFromName(matcher.name());
    if (!dimension.ok()) {
      problems.Add(name, fmt::format("'{}'", matcher.name()), dimension.status().message());
    }
  }
}

void CheckLabels(const std::string& field, const Labels& labels, FieldProblems& problems) {
  problems.Count(field, labels.size(), kLabelsMax);
  for (const auto& [name, value] : labels) {
    problems.Text(fmt::format("{}['{}']", field, name), value, kTextBytesMax);
  }
}

void CheckFigure(const v1::AlarmRule& rule, const std::string& at, FieldProblems& problems) {
  const v1::AlarmFigure& figure = rule.figure();
  if (!v1::AlarmFigure::Kind_IsValid(figure.kind())) {
    problems.Add(at + "figure.kind", fmt::format("{}", static_cast<int>(figure.kind())),
                 "unknown; use KIND_SUCCESS_RATE to KIND_MEAN_US");
  }
  problems.ZeroOrRange(at + "figure.quantile", figure.quantile(), kQuantileMin, kQuantileMax);
  if (const auto quantile = QuantileOfShare(figure.quantile()); !quantile.ok()) {
    problems.Add(at + "figure.quantile", fmt::format("{}", figure.quantile()),
                 quantile.status().message());
  }
}

void CheckCondition(const v1::AlarmRule& rule, const std::string& at, FieldProblems& problems) {
  const v1::AlarmCondition& condition = rule.condition();
  if (!v1::AlarmCondition::Kind_IsValid(condition.kind()) ||
      !v1::AlarmCondition::Against_IsValid(condition.against()) ||
      !v1::AlarmCondition::Direction_IsValid(condition.direction())) {
    problems.Add(at + "condition", "has an unknown kind, against or direction",
                 "use the names of AlarmCondition");
  }
  const std::string field = at + "condition.bound";
  const bool share = rule.figure().kind() == v1::AlarmFigure::KIND_SUCCESS_RATE &&
                     condition.kind() != v1::AlarmCondition::KIND_CHANGE_PERCENT;
  problems.Range(field, condition.bound(), 0, share ? 1 : kBoundMax);
  const bool never = condition.kind() == v1::AlarmCondition::KIND_MIN && !(condition.bound() > 0);
  if (never) problems.Add(field, "0", "nothing is less; give it a positive value");
}

// Seconds are kept for an hour only.
void CheckWindow(const v1::AlarmRule& rule, const std::string& at, FieldProblems& problems) {
  constexpr int64_t kMinute = 60;
  const std::string field = at + "window_seconds";
  problems.ZeroOrRange(field, static_cast<double>(rule.window_seconds()), kWindowSecondsMin,
                       kWindowSecondsMax);
  const bool far =
      ComparesWithPast(rule) && rule.condition().against() != v1::AlarmCondition::AGAINST_PREVIOUS;
  if (far && rule.window_seconds() % kMinute != 0) {
    problems.Add(field, fmt::format("{}", rule.window_seconds()),
                 "must be a multiple of 60 to be compared with yesterday or last week");
  }
}

void CheckGroupBy(const v1::AlarmRule& rule, const std::string& at, FieldProblems& problems) {
  problems.Count(at + "group_by", static_cast<size_t>(rule.group_by_size()), kGroupByMax);
  std::set<std::string> seen{std::string(DimensionName(Dimension::kCallee))};
  if (NeedsResults(rule.figure())) seen.emplace(DimensionName(Dimension::kResult));
  for (const std::string& name : rule.group_by()) {
    const auto dimension = DimensionFromName(name);
    if (!dimension.ok()) {
      problems.Add(at + "group_by", fmt::format("'{}'", name), dimension.status().message());
    } else if (!seen.insert(name).second) {
      problems.Add(at + "group_by", fmt::format("'{}'", name),
                   "is grouped by already: the service always is, the result by failures");
    }
  }
}

void CheckRule(const v1::AlarmRule& rule, const std::string& at, FieldProblems& problems) {
  problems.Text(at + "name", rule.name(), kTextBytesMax);
  problems.Text(at + "service", rule.service(), kTextBytesMax);
  CheckMatchers(at + "where", rule.where(), true, problems);
  CheckGroupBy(rule, at, problems);
  CheckFigure(rule, at, problems);
  CheckCondition(rule, at, problems);
  CheckWindow(rule, at, problems);
  problems.Range(at + "for_windows", rule.for_windows(), 0, kWindowsMax);
  problems.Range(at + "recover_windows", rule.recover_windows(), 0, kWindowsMax);
  problems.Range(at + "completeness_min", rule.completeness_min(), 0, 1);
  CheckLabels(at + "labels", rule.labels(), problems);
  CheckLabels(at + "annotations", rule.annotations(), problems);
  const std::string& severity = rule.severity();
  if (!severity.empty() && severity != "critical" && severity != "warning" && severity != "info") {
    problems.Add(at + "severity", fmt::format("'{}'", severity), "use critical, warning or info");
  }
}

void CheckSilence(const v1::AlarmSilence& silence, const std::string& at, FieldProblems& problems) {
  problems.Text(at + "id", silence.id(), kTextBytesMax);
  problems.Text(at + "by", silence.by(), kTextBytesMax);
  problems.Text(at + "comment", silence.comment(), kTextBytesMax);
  CheckMatchers(at + "matchers", silence.matchers(), false, problems);
  if (silence.matchers().empty()) {
    problems.Add(at + "matchers", "is empty", "say which alarms; alertname '*' is all of them");
  }
  const int64_t length = silence.to() - silence.from();
  if (length <= 0 || length > kSilenceSecondsMax) {
    problems.Add(at + "to", fmt::format("{}", silence.to()),
                 fmt::format("must be after `from`, by at most {} s", kSilenceSecondsMax));
  }
}

void CheckRoute(const v1::AlarmRoute& route, const std::set<std::string>& receivers,
                const std::string& at, FieldProblems& problems) {
  problems.Text(at + "name", route.name(), kTextBytesMax);
  CheckMatchers(at + "matchers", route.matchers(), false, problems);
  if (route.receivers_size() == 0 && !route.to_owner()) {
    problems.Add(at + "receivers", "is empty", "name one, or set to_owner");
  }
  for (const std::string& name : route.receivers()) {
    if (receivers.contains(name)) continue;
    problems.Add(at + "receivers", fmt::format("'{}'", name), "there is no such receiver");
  }
  problems.Range(at + "group_wait_seconds", static_cast<double>(route.group_wait_seconds()), 0,
                 kRouteSecondsMax);
  problems.Range(at + "group_interval_seconds", static_cast<double>(route.group_interval_seconds()),
                 0, kRouteSecondsMax);
  problems.Range(at + "repeat_interval_seconds",
                 static_cast<double>(route.repeat_interval_seconds()), 0, kRouteSecondsMax);
}

// As it stands in an envelope, without a name.
void CheckAddress(const std::string& field, const std::string& address, FieldProblems& problems) {
  problems.Text(field, address, kTextBytesMax);
  const bool bare = address.find_first_of(" <>,\"") == std::string::npos;
  if (bare && address.find('@') != std::string::npos) return;
  problems.Add(field, fmt::format("'{}'", address), "write it as ops@example.com");
}

void CheckMail(const v1::AlarmSmtp& smtp, const std::string& at, FieldProblems& problems) {
  problems.Text(at + "smtp.server", smtp.server(), kTextBytesMax);
  if (smtp.server().rfind(':') == std::string::npos) {
    problems.Add(at + "smtp.server", fmt::format("'{}'", smtp.server()),
                 "write host:port, as mail.example.com:587");
  }
  CheckAddress(at + "smtp.from", smtp.from(), problems);
  if (smtp.to_size() == 0) problems.Add(at + "smtp.to", "is empty", "name a recipient");
  for (const std::string& to : smtp.to()) CheckAddress(at + "smtp.to", to, problems);
}

void CheckReceiver(const v1::AlarmReceiver& receiver, const std::string& at,
                   FieldProblems& problems) {
  problems.Text(at + "name", receiver.name(), kTextBytesMax);
  switch (receiver.kind_case()) {
    case v1::AlarmReceiver::kWebhook:
      return problems.Url(at + "webhook.url", receiver.webhook().url());
    case v1::AlarmReceiver::kAlertmanager:
      return problems.Url(at + "alertmanager.url", receiver.alertmanager().url());
    case v1::AlarmReceiver::kSmtp:
      return CheckMail(receiver.smtp(), at, problems);
    case v1::AlarmReceiver::kDingtalk:
      return problems.Url(at + "dingtalk.url", receiver.dingtalk().url());
    case v1::AlarmReceiver::kWecom:
      return problems.Url(at + "wecom.url", receiver.wecom().url());
    case v1::AlarmReceiver::kFeishu:
      return problems.Url(at + "feishu.url", receiver.feishu().url());
    case v1::AlarmReceiver::kSlack:
      return problems.Url(at + "slack.url", receiver.slack().url());
    case v1::AlarmReceiver::KIND_NOT_SET:
      problems.Add(at + "kind", "is not set",
                   "use webhook, alertmanager, smtp, dingtalk, wecom, feishu or slack");
  }
}

void CheckRules(const v1::AlarmSettings& settings, FieldProblems& problems) {
  problems.Count("rules", static_cast<size_t>(settings.rules_size()), kRulesMax);
  std::set<std::string> ids;
  for (int i = 0; i < settings.rules_size(); ++i) {
    const v1::AlarmRule& rule = settings.rules(i);
    CheckRule(rule, At("rules", i) + ".", problems);
    if (!ids.insert(RuleId(rule)).second) {
      problems.Add(At("rules", i) + ".name", fmt::format("'{}'", rule.name()),
                   "is there twice for this service; give one another name");
    }
  }
}

void CheckMuting(const v1::AlarmSettings& settings, FieldProblems& problems) {
  problems.Count("silences", static_cast<size_t>(settings.silences_size()), kSilencesMax);
  for (int i = 0; i < settings.silences_size(); ++i) {
    CheckSilence(settings.silences(i), At("silences", i) + ".", problems);
  }
  problems.Count("inhibitions", static_cast<size_t>(settings.inhibitions_size()), kInhibitionsMax);
  for (int i = 0; i < settings.inhibitions_size(); ++i) {
    const v1::AlarmInhibition& inhibition = settings.inhibitions(i);
    CheckMatchers(At("inhibitions", i) + ".source", inhibition.source(), false, problems);
    CheckMatchers(At("inhibitions", i) + ".target", inhibition.target(), false, problems);
    if (inhibition.source().empty() || inhibition.target().empty()) {
      problems.Add(At("inhibitions", i), "has no source or no target", "give it both");
    }
  }
}

void CheckTelling(const v1::AlarmSettings& settings, FieldProblems& problems) {
  problems.Count("receivers", static_cast<size_t>(settings.receivers_size()), kReceiversMax);
  problems.Count("routes", static_cast<size_t>(settings.routes_size()), kRoutesMax);
  problems.Count("owners", static_cast<size_t>(settings.owners_size()), kOwnersMax);
  std::set<std::string> receivers;
  for (int i = 0; i < settings.receivers_size(); ++i) {
    const v1::AlarmReceiver& receiver = settings.receivers(i);
    CheckReceiver(receiver, At("receivers", i) + ".", problems);
    if (receivers.insert(receiver.name()).second) continue;
    problems.Add(At("receivers", i) + ".name", fmt::format("'{}'", receiver.name()),
                 "is there twice; give one another name");
  }
  std::set<std::string> routes;
  for (int i = 0; i < settings.routes_size(); ++i) {
    const v1::AlarmRoute& route = settings.routes(i);
    CheckRoute(route, receivers, At("routes", i) + ".", problems);
    if (routes.insert(route.name()).second) continue;
    problems.Add(At("routes", i) + ".name", fmt::format("'{}'", route.name()),
                 "is there twice; give one another name");
  }
}

}  // namespace

Status CheckAlarmSettings(const v1::AlarmSettings& settings) {
  FieldProblems problems(kProblemsNamed);
  CheckRules(settings, problems);
  CheckMuting(settings, problems);
  CheckTelling(settings, problems);
  if (!settings.console_url().empty()) problems.Url("console_url", settings.console_url());
  return problems.ToStatus("alarm settings");
}

Status CheckAlarmRule(const v1::AlarmRule& rule) {
  FieldProblems problems(kProblemsNamed);
  CheckRule(rule, "", problems);
  return problems.ToStatus("alarm rule");
}

}  // namespace bellrock::metrics::alarm
