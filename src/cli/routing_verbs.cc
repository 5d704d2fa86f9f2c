// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <string>

#include "bellrock/routing/v1/routing.bellrock.h"
#include "cli/output.h"
#include "cli/session.h"
#include "cli/verbs.h"

namespace bellrock::cli {
namespace {

namespace v1 = routing::v1;

struct Options {
  std::string server;
  bool json = false;
  std::string service;
};

std::string ShieldName(v1::ShieldState state) {
  switch (state) {
    case v1::SHIELD_STATE_OPEN:
      return "open";
    case v1::SHIELD_STATE_SHIELDED:
      return "shielded";
    case v1::SHIELD_STATE_CONNECT_OK:
      return "connects";
    case v1::SHIELD_STATE_RECOVERING:
      return "recovering";
    default:
      return "unknown";
  }
}

void PrintTable(const v1::ServiceTable& table) {
  std::printf("%s as decided on %s (policy %s, generation %llu)\n", table.service().c_str(),
              table.host().c_str(), table.policy().c_str(),
              static_cast<unsigned long long>(table.generation()));
  if (!table.protection().empty()) std::printf("protection: %s\n", table.protection().c_str());
  TextTable text({"ADDRESS", "SITE", "STATE", "SHARE", "STATIC", "DYNAMIC", "SHIELD", "SUCCESS",
                  "DELAY", "CALLS", "FAILED", "REASON"});
  for (const v1::InstanceRoute& route : table.instances()) {
    text.Add({route.address(), route.site(), route.naming_state(),
              fmt::format("{:.1f}%", route.weight() * 100), std::to_string(route.static_weight()),
              fmt::format("{:.3f}", route.dynamic_weight()), ShieldName(route.shield()),
              fmt::format("{:.2f}%", route.success_rate() * 100),
              fmt::format("{:.0f}us", route.delay_us()), std::to_string(route.calls()),
              std::to_string(route.failures()), route.reason()});
  }
  std::printf("%s\n", text.ToString().c_str());
}

Status Show(const Options& options, ChannelInterface& channel) {
  v1::ShowRequest request;
  request.set_service(options.service);
  BELLROCK_ASSIGN(v1::ShowReply reply, v1::RoutingStub(channel).Show(request));
  if (options.json) return PrintJson(reply);
  if (reply.tables().empty()) {
    return NotFoundError("nobody calls '" + options.service +
                         "' now; a table exists where a host has a caller of the service");
  }
  for (const v1::ServiceTable& table : reply.tables()) PrintTable(table);
  return Status::Ok();
}

}  // namespace

void AddRoutingVerbs(CLI::App& root, int& exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App& noun = *root.add_subcommand("routing", "Who gets how much traffic, and why");
  noun.require_subcommand(1);
  CLI::App* show = noun.add_subcommand("show", "Table, weights and shields of a service, per host");
  show->add_option("service", options->service, "line/service")->required();
  show->add_option("--server", options->server,
                   "Servers, ip:port,... (default: BELLROCK_SERVERS or 127.0.0.1:7600)");
  show->add_flag("--json", options->json, "Print JSON");
  show->footer(
      "Examples:\n  bellrock routing show music/storage\n"
      "  bellrock routing show music/storage --json");
  show->callback([options, &exit_code] {
    exit_code = RunAgainstServers(
        options->server, [options](ChannelInterface& channel) { return Show(*options, channel); });
  });
}

}  // namespace bellrock::cli
