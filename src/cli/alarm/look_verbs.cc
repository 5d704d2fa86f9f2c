// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <memory>
#include <string>

#include "bellrock/metrics/v1/alarms.bellrock.h"
#include "cli/alarm/alarm_text.h"
#include "cli/alarm/verbs.h"
#include "cli/naming/line_reader.h"
#include "cli/naming/time_option.h"
#include "cli/naming/verb.h"
#include "cli/output.h"

namespace bellrock::cli {
namespace {

namespace v1 = metrics::v1;

constexpr size_t kFileBytesMax = size_t{1} << 20;
constexpr int64_t kMsPerSecond = 1000;

struct ListOptions : ServerOptions {
  std::string service;
  bool resolved = false;
  int limit = 0;
};

struct RulesOptions : ServerOptions {
  std::string service;
};

struct TryOptions : ServerOptions {
  std::string file;
  std::string since = "1h";
};

Status List(const ListOptions& options, ChannelInterface& channel) {
  v1::ListAlarmsRequest request;
  request.set_service(options.service);
  request.set_resolved(options.resolved);
  request.set_limit(options.limit);
  BELLROCK_ASSIGN(const v1::ListAlarmsReply reply, v1::AlarmsStub(channel).List(request));
  if (options.json) return PrintJson(reply);
  std::fputs(AlarmsText(reply).c_str(), stdout);
  return Status::Ok();
}

Status Rules(const RulesOptions& options, ChannelInterface& channel) {
  v1::ListAlarmsRequest request;
  request.set_service(options.service);
  BELLROCK_ASSIGN(const v1::ListAlarmsReply reply, v1::AlarmsStub(channel).List(request));
  if (options.json) return PrintJson(reply);
  std::fputs(RulesText(reply, !options.service.empty()).c_str(), stdout);
  return Status::Ok();
}

Status Try(const TryOptions& options, ChannelInterface& channel) {
  v1::TryRuleRequest request;
  BELLROCK_ASSIGN(const std::string text, ReadWhole(options.file, kFileBytesMax));
  BELLROCK_TRY(ParseAlarmJson(options.file, text, *request.mutable_rule()));
  BELLROCK_ASSIGN(const int64_t length_ms, ParseLengthMs("--since", options.since));
  request.set_seconds(length_ms / kMsPerSecond);
  BELLROCK_ASSIGN(const v1::TryRuleReply reply, v1::AlarmsStub(channel).Try(request));
  if (options.json) return PrintJson(reply);
  std::fputs(TrialText(reply).c_str(), stdout);
  return Status::Ok();
}

}  // namespace

void AddAlarmLookVerbs(CLI::App& noun, int& exit_code) {
  const auto of_list = std::make_shared<ListOptions>();
  CLI::App* list =
      AddServerVerb(noun, of_list, exit_code, "ls", "What fires, and what is about to", List);
  list->add_option("service", of_list->service, "line/service, with '*' for any text");
  list->add_flag("--resolved", of_list->resolved, "Also what is over, of the last 7 days");
  list->add_option("--limit", of_list->limit, "Alarms at most (1000)")
      ->check(CLI::Range(1, 10'000));
  list->footer(
      "Examples:\n  bellrock alarm ls\n  bellrock alarm ls 'music/*' --resolved\n"
      "  bellrock alarm ls --json");

  const auto of_rules = std::make_shared<RulesOptions>();
  CLI::App* rules = AddServerVerb(noun, of_rules, exit_code, "rules",
                                  "Rules in force, silences, and what could not be sent", Rules);
  rules->add_option("service", of_rules->service,
                    "line/service: its rules only, and whom each tells");
  rules->footer("Examples:\n  bellrock alarm rules\n  bellrock alarm rules music/storage");

  const auto of_try = std::make_shared<TryOptions>();
  CLI::App* trial = AddServerVerb(noun, of_try, exit_code, "try",
                                  "Whether a rule would have fired; sets nothing", Try);
  trial->add_option("file", of_try->file, "One rule as JSON; - = standard input")->required();
  trial->add_option("--since", of_try->since, "How far back: 30m, 6h, 7d")->capture_default_str();
  trial->footer(
      "Examples:\n  bellrock alarm try slow.json\n"
      "  echo "
      "'{\"name\":\"slow\",\"service\":\"music/*\",\"figure\":{\"kind\":\"KIND_LATENCY_US\"},"
      "\"condition\":{\"bound\":20000}}' | bellrock alarm try - --since 6h");
}

}  // namespace bellrock::cli
