// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/alarm/alarm_text.h"

#include <fmt/format.h>
#include <google/protobuf/util/json_util.h>

#include "cli/output.h"
#include "metrics/alarm/notice.h"
#include "metrics/alarm/rule_terms.h"
#include "rpc/http/json.h"

namespace bellrock::cli {
namespace {

namespace v1 = metrics::v1;
namespace alarm = metrics::alarm;

const char* StateText(v1::AlarmView::State state) {
  switch (state) {
    case v1::AlarmView::STATE_FIRING:
      return "FIRING";
    case v1::AlarmView::STATE_RESOLVED:
      return "resolved";
    default:
      return "pending";
  }
}

std::string Joined(const google::protobuf::RepeatedPtrField<std::string>& key) {
  std::string text;
  for (const std::string& value : key) text += (text.empty() ? "" : " ") + value;
  return text;
}

std::string LabelOf(const v1::AlarmFiring& firing, const std::string& name) {
  const auto found = firing.labels().find(name);
  return found == firing.labels().end() ? std::string() : found->second;
}

std::string TimesText(int64_t since, int64_t resolved_at) {
  std::string text = alarm::ShortTime(since);
  if (resolved_at != 0) text += " to " + alarm::ShortTime(resolved_at);
  return text;
}

std::string RuleState(const v1::AlarmRuleView& view) {
  if (view.rule().disabled()) return "disabled";
  if (!view.progress().problem().empty()) return view.progress().problem();
  if (view.progress().judged_to() == 0) return "not judged yet";
  return "judged to " + alarm::Rfc3339(view.progress().judged_to());
}

std::string Silences(const v1::ListAlarmsReply& reply) {
  if (reply.silences().empty()) return {};
  TextTable table({"SILENCE", "MATCHES", "UNTIL", "BY", "WHY"});
  for (const v1::AlarmSilence& silence : reply.silences()) {
    std::string matches;
    for (const v1::AlarmMatcher& matcher : silence.matchers()) {
      matches += (matches.empty() ? "" : " ") + MatcherText(matcher);
    }
    table.Add(
        {silence.id(), matches, alarm::ShortTime(silence.to()), silence.by(), silence.comment()});
  }
  return "\n" + table.ToString();
}

std::string Unsent(const v1::ListAlarmsReply& reply) {
  std::string text;
  for (const v1::AlarmGroup& group : reply.groups()) {
    if (group.problem().empty()) continue;
    text += fmt::format("\nnot sent to {}: {}", group.receiver(), group.problem());
  }
  return text.empty() ? text : text + "\n";
}

}  // namespace

Result<v1::AlarmMatcher> ParseMatcher(std::string_view text) {
  const size_t equals = text.find('=');
  const bool negated = equals != std::string_view::npos && equals > 0 && text[equals - 1] == '!';
  const size_t name_end = negated ? equals - 1 : equals;
  if (equals == std::string_view::npos || name_end == 0) {
    return InvalidArgumentError(fmt::format(
        "matcher '{}': write label=value or label!=value, as service=music/*; '*' is any text",
        text));
  }
  v1::AlarmMatcher matcher;
  matcher.set_name(std::string(text.substr(0, name_end)));
  matcher.set_value(std::string(text.substr(equals + 1)));
  matcher.set_not_(negated);
  return matcher;
}

std::string MatcherText(const v1::AlarmMatcher& matcher) {
  return matcher.name() + (matcher.not_() ? "!=" : "=") + matcher.value();
}

Status ParseAlarmJson(std::string_view what, std::string_view json, Message& message) {
  if (json.empty()) return InvalidArgumentError(fmt::format("{}: is empty: write {{}}", what));
  return rpc::JsonToMessage(json, message).WithContext(what);
}

Result<std::string> AlarmJson(const Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.preserve_proto_field_names = true;
  std::string text;
  const auto status = google::protobuf::util::MessageToJsonString(message, &text, options);
  if (!status.ok()) return InternalError("cannot be printed: " + status.ToString());
  return text;
}

std::string AlarmsText(const v1::ListAlarmsReply& reply) {
  if (reply.alarms().empty()) return "no alarms\n";
  std::string text;
  for (const v1::AlarmView& view : reply.alarms()) {
    const v1::AlarmFiring& firing = view.firing();
    const bool pending = view.state() == v1::AlarmView::STATE_PENDING;
    text +=
        fmt::format("{:<8}  {:<8}  {}  {}{}, {}\n", StateText(view.state()),
                    LabelOf(firing, "severity"), Joined(firing.key()), LabelOf(firing, "alertname"),
                    pending ? std::string() : ": " + alarm::Sentence(firing),
                    TimesText(firing.since(), firing.resolved_at()));
    const std::string where = pending ? std::string() : alarm::BreakdownSentence(firing);
    for (const std::string& line : {where, firing.note(), view.muted()}) {
      if (!line.empty()) text += "    " + line + "\n";
    }
  }
  if (reply.more() > 0) text += fmt::format("and {} more\n", reply.more());
  return text;
}

std::string RulesText(const v1::ListAlarmsReply& reply, bool of_one_service) {
  std::vector<std::string> columns = {"RULE", "SERVICE", "FROM", "WINDOW", "STATE"};
  if (of_one_service) columns.emplace_back("TELLS");
  TextTable table(columns);
  for (const v1::AlarmRuleView& view : reply.rules()) {
    const v1::AlarmRule& rule = view.rule();
    std::vector<std::string> row = {
        rule.name(), rule.service(), view.from_template() ? "template" : "settings",
        fmt::format("{}x{}s", alarm::ForWindows(rule), alarm::WindowSeconds(rule)),
        RuleState(view)};
    if (of_one_service) {
      row.push_back(view.receivers().empty()
                        ? "nobody"
                        : fmt::format("{}", fmt::join(view.receivers(), ", ")));
    }
    table.Add(std::move(row));
  }
  std::string text = table.ToString() + Silences(reply) + Unsent(reply);
  text += fmt::format("\n{} messages begun, {} given up; evaluated by {}\n", reply.notifications(),
                      reply.notifications_lost(), reply.evaluator());
  return text;
}

std::string TrialText(const v1::TryRuleReply& reply) {
  TextTable table({"GROUP", "BREACHED", "JUDGED", "LAST VALUE", "WOULD HAVE FIRED"});
  for (const v1::TryRuleReply::Group& group : reply.groups()) {
    std::string fired;
    for (const v1::TryRuleReply::Firing& firing : group.firings()) {
      fired += (fired.empty() ? "" : "; ") + TimesText(firing.fired_at(), firing.resolved_at());
    }
    table.Add({Joined(group.key()), std::to_string(group.windows_breached()),
               std::to_string(group.windows_judged()), fmt::format("{:.6g}", group.last_value()),
               fired.empty() ? "no" : fired});
  }
  std::string text = table.ToString();
  text += fmt::format("{} windows, {} to {}\n", reply.windows(), alarm::Rfc3339(reply.from()),
                      alarm::Rfc3339(reply.to()));
  if (reply.more() > 0) text += fmt::format("and {} more groups\n", reply.more());
  if (reply.windows_unknown() > 0) {
    text += fmt::format("{} windows could not be judged; the last: {}\n", reply.windows_unknown(),
                        reply.problem());
  }
  return text;
}

}  // namespace bellrock::cli
