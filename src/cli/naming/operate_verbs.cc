// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <memory>
#include <string>

#include "bellrock/naming/v1/naming.bellrock.h"
#include "cli/naming/cluster_text.h"
#include "cli/naming/time_option.h"
#include "cli/naming/verb.h"
#include "cli/output.h"
#include "fiber/environment.h"
#include "fiber/unix_time.h"

namespace bellrock::cli {
namespace {

namespace v1 = naming::v1;

struct OperateOptions : ServerOptions {
  std::string path;
  int weight = 0;
  std::string reason;
  std::string from;
  std::string until;
  std::string lasts;
};

Status FillTimes(const OperateOptions& options, v1::SetOperatorStateRequest& request) {
  const int64_t now = fiber::UnixMs(fiber::RealEnvironment().clock);
  int64_t from = 0;
  if (!options.from.empty()) {
    BELLROCK_ASSIGN(from, ParseMoment("--from", options.from, now));
    request.set_from_unix_ms(from);
  }
  if (!options.until.empty()) {
    BELLROCK_ASSIGN(const int64_t until, ParseMoment("--until", options.until, now));
    request.set_until_unix_ms(until);
  } else if (!options.lasts.empty()) {
    BELLROCK_ASSIGN(const int64_t length, ParseLengthMs("--for", options.lasts));
    request.set_until_unix_ms((from == 0 ? now : from) + length);
  }
  return Status::Ok();
}

Status Say(const OperateOptions& options, v1::SetOperatorStateRequest request, const char* what,
           ChannelInterface& channel) {
  request.set_path(options.path);
  request.mutable_operator_state()->set_reason(options.reason);
  BELLROCK_TRY(FillTimes(options, request));
  BELLROCK_ASSIGN(const v1::SetOperatorStateReply reply,
                  v1::NamingStub(channel).SetOperatorState(request));
  if (options.json) return PrintJson(reply);
  std::string when;
  if (request.from_unix_ms() != 0) when += " from " + TimeText(request.from_unix_ms()) + " UTC";
  if (request.until_unix_ms() != 0) when += " until " + TimeText(request.until_unix_ms()) + " UTC";
  std::printf("%s: %s%s\n", options.path.c_str(), what, when.c_str());
  return Status::Ok();
}

Status Isolate(const OperateOptions& options, ChannelInterface& channel) {
  v1::SetOperatorStateRequest request;
  request.mutable_operator_state()->set_isolated(true);
  return Say(options, request, "isolated", channel);
}

Status Disable(const OperateOptions& options, ChannelInterface& channel) {
  v1::SetOperatorStateRequest request;
  request.mutable_operator_state()->set_disabled(true);
  return Say(options, request, "disabled", channel);
}

Status Weigh(const OperateOptions& options, ChannelInterface& channel) {
  v1::SetOperatorStateRequest request;
  request.mutable_operator_state()->set_weight(options.weight);
  return Say(options, request, "weight set", channel);
}

Status Enable(const OperateOptions& options, ChannelInterface& channel) {
  return Say(options, {}, "enabled, nothing is said of it", channel);
}

using Body = Status (*)(const OperateOptions&, ChannelInterface&);

CLI::App* AddOperateVerb(CLI::App& noun, int& exit_code, const std::string& name,
                         const std::string& what, Body body,
                         const std::shared_ptr<OperateOptions>& options) {
  CLI::App* verb = AddServerVerb(noun, options, exit_code, name, what, body);
  verb->add_option("path", options->path, "Full path of six components")->required();
  verb->add_option("--reason", options->reason, "Who you are and why, for whoever finds it")
      ->required();
  return verb;
}

void AddTimes(CLI::App& verb, const std::shared_ptr<OperateOptions>& options) {
  verb.add_option("--from", options->from,
                  "Only from then on: 2026-11-22T14:00Z, or 30m from now (default: at once)");
  CLI::Option* until = verb.add_option("--until", options->until,
                                       "Until then, likewise; after it holds what held before");
  verb.add_option("--for", options->lasts, "For so long instead, as 90s, 30m, 2h or 3d")
      ->excludes(until);
}

}  // namespace

void AddOperateVerbs(CLI::App& noun, int& exit_code) {
  const auto with_times = [&](const char* name, const char* what, Body body) {
    auto options = std::make_shared<OperateOptions>();
    CLI::App* verb = AddOperateVerb(noun, exit_code, name, what, body, options);
    AddTimes(*verb, options);
    if (body == Weigh) verb->add_option("weight", options->weight, "1..10000")->required();
    return verb;
  };
  with_times("isolate", "Give an instance no calls and keep it for diagnosis", Isolate)
      ->footer(
          "Example:\n  bellrock naming isolate /sz/default/music/storage/default/9 --for 2h "
          "--reason \"ann: disk swap\"");
  with_times("disable", "Give an instance no calls", Disable)
      ->footer(
          "Example:\n  bellrock naming disable /sz/default/music/storage/default/9 "
          "--from 2026-11-22T02:00Z --for 90m --reason \"bob: kernel\"");
  with_times("weigh", "Override an instance's static weight", Weigh)
      ->footer(
          "Example:\n  bellrock naming weigh /sz/default/music/storage/default/9 10 --for 1h "
          "--reason \"ann: warms up\"");
  AddOperateVerb(noun, exit_code, "enable", "Take back what was said of an instance, windows too",
                 Enable, std::make_shared<OperateOptions>())
      ->footer(
          "Example:\n  bellrock naming enable /sz/default/music/storage/default/9 "
          "--reason \"ann: disk is in\"");
}

}  // namespace bellrock::cli
