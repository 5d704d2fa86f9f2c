// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "bellrock/naming/v1/cluster.bellrock.h"
#include "cli/call/arguments.h"
#include "cli/naming/verb.h"
#include "cli/output.h"

namespace bellrock::cli {
namespace {

namespace v1 = naming::v1;

struct ProtectOptions : ServerOptions {
  std::string name;
  std::string word;
  std::string service;
  int percent = 0;
  std::string lasts = "1h";
  std::string why;
  std::string node;
};

Result<v1::OverrideProtectionRequest> RequestOf(const ProtectOptions& options) {
  const bool threshold = options.name == "threshold";
  if (threshold == options.service.empty()) {
    return InvalidArgumentError(
        threshold
            ? "--service is missing: name the line/service of the threshold"
            : fmt::format("--service '{}': only a threshold is of one service", options.service));
  }
  if ((threshold && options.word == "on") != (options.percent != 0)) {
    return InvalidArgumentError(fmt::format(
        "--percent {}: give 1..100 with `threshold on`, and with nothing else", options.percent));
  }
  v1::OverrideProtectionRequest request;
  request.set_name(options.name == "push-pause" ? "push_pause" : options.name);
  request.set_service(options.service);
  request.set_word(options.word == "on"    ? v1::OverrideProtectionRequest::WORD_ON
                   : options.word == "off" ? v1::OverrideProtectionRequest::WORD_OFF
                                           : v1::OverrideProtectionRequest::WORD_CLEAR);
  request.set_percent(options.percent);
  BELLROCK_ASSIGN(const Duration lasts, ParseDuration("--for", options.lasts));
  request.set_lasts_ms(std::chrono::duration_cast<std::chrono::milliseconds>(lasts).count());
  request.set_who_and_why(options.why);
  return request;
}

Result<std::vector<std::string>> Hearers(const ProtectOptions& options,
                                         const v1::ClusterStub& stub) {
  if (!options.node.empty()) return std::vector<std::string>{options.node};
  BELLROCK_ASSIGN(const v1::DescribeReply view, stub.Describe({}));
  std::vector<std::string> names;
  for (const v1::Member& member : view.members()) {
    if (member.liveness() != v1::Member::LIVENESS_LEFT) names.push_back(member.name());
  }
  return names;
}

// Of several members some may be out of reach: the others have heard it all the same.
Status Protect(const ProtectOptions& options, ChannelInterface& channel) {
  const v1::ClusterStub stub(channel);
  BELLROCK_ASSIGN(v1::OverrideProtectionRequest request, RequestOf(options));
  BELLROCK_ASSIGN(const std::vector<std::string> names, Hearers(options, stub));
  Status first_failure;
  for (const std::string& name : names) {
    request.set_node(name);
    Result<v1::OverrideProtectionReply> reply = stub.OverrideProtection(request);
    if (!reply.ok()) {
      if (reply.status().code() == StatusCode::kInvalidArgument) return reply.status();
      std::fprintf(stderr, "bellrock: %s was not told: %s\n", name.c_str(),
                   std::string(reply.status().message()).c_str());
      if (first_failure.ok()) first_failure = reply.status();
    } else if (options.json) {
      BELLROCK_TRY(PrintJson(*reply));
    } else {
      std::printf("%s: %s %s\n", name.c_str(), options.name.c_str(), options.word.c_str());
    }
  }
  return first_failure;
}

}  // namespace

void AddProtectVerb(CLI::App& noun, int& exit_code) {
  auto options = std::make_shared<ProtectOptions>();
  CLI::App* verb =
      AddServerVerb(noun, options, exit_code, "protect",
                    "Say that a protection is on or off for a time, whatever it decides", Protect);
  verb->add_option("name", options->name, "freeze, threshold or push-pause")
      ->required()
      ->check(CLI::IsMember({"freeze", "threshold", "push-pause"}));
  verb->add_option("word", options->word, "on, off, or clear: it decides for itself again")
      ->required()
      ->check(CLI::IsMember({"on", "off", "clear"}));
  verb->add_option("--service", options->service, "line/service, of a threshold");
  verb->add_option("--percent", options->percent, "1..100, of a threshold that is on");
  verb->add_option("--for", options->lasts,
                   "How long, as 90s, 30m or 2h; at most 24h (default 1h)");
  verb->add_option("--why", options->why, "Who you are and why, for whoever finds it")->required();
  verb->add_option("--node", options->node,
                   "Say it to this member only (default: to every member, for leaders change)");
  verb->footer(
      "Examples:\n  bellrock naming protect freeze on --for 30m --why \"ann: switch works\"\n"
      "  bellrock naming protect threshold on --service music/storage --percent 30 --why \"bob: "
      "scale-in\"\n  bellrock naming protect push-pause clear --why \"ann: done\"");
}

}  // namespace bellrock::cli
