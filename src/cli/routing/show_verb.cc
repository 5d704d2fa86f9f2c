// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <string>

#include "bellrock/routing/v1/routing.bellrock.h"
#include "cli/output.h"
#include "cli/routing/verbs.h"

namespace bellrock::cli {
namespace {

namespace v1 = routing::v1;

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

std::string LevelName(uint32_t level) {
  constexpr const char* kNames[] = {"unit", "site", "region", "all"};
  return level < std::size(kNames) ? kNames[level] : std::to_string(level);
}

std::string Percent(double share) {
  return fmt::format("{:.1f}%", share * 100);
}

void PrintPools(const v1::ServiceTable& table) {
  for (const v1::PoolView& pool : table.pools()) {
    std::string levels;
    for (int i = 0; i < pool.level_shares_size(); ++i) {
      if (pool.level_shares(i) <= 0) continue;
      levels +=
          fmt::format(" {} {}", LevelName(static_cast<uint32_t>(i)), Percent(pool.level_shares(i)));
    }
    std::printf("pool %s: %d instances%s%s", pool.name().c_str(), pool.instances(),
                levels.empty() ? "" : ";", levels.c_str());
    if (!pool.reason().empty()) std::printf(" (%s)", pool.reason().c_str());
    if (!pool.protection().empty()) std::printf("; protection: %s", pool.protection().c_str());
    std::printf("\n");
  }
}

void PrintHead(const v1::ServiceTable& table) {
  std::printf("%s as decided on %s%s%s (policy %s, settings %llu, generation %llu)\n",
              table.service().c_str(), table.host().c_str(), table.site().empty() ? "" : " in ",
              table.site().c_str(), table.policy().c_str(),
              static_cast<unsigned long long>(table.settings_version()),
              static_cast<unsigned long long>(table.generation()));
  if (!table.protection().empty()) std::printf("protection: %s\n", table.protection().c_str());
  if (table.refused_share() > 0) {
    std::printf("refused: %s of the calls, %.1f/s (%s)\n", Percent(table.refused_share()).c_str(),
                table.refused_per_s(), table.overload().c_str());
  }
  for (const std::string& rule : table.rules()) std::printf("rule: %s\n", rule.c_str());
  PrintPools(table);
  for (const v1::MethodShieldView& shield : table.method_shields()) {
    std::printf("method shield: %s at %s: %s\n", shield.method().c_str(), shield.path().c_str(),
                shield.reason().c_str());
  }
}

void PrintTable(const v1::ServiceTable& table) {
  PrintHead(table);
  TextTable text({"ADDRESS", "SITE", "LEVEL", "STATE", "SHARE", "STATIC", "DYNAMIC", "WARM-UP",
                  "SHIELD", "SUCCESS", "DELAY", "CALLS/S", "CALLS", "FAILED", "REASON"});
  for (const v1::InstanceRoute& route : table.instances()) {
    text.Add({route.address(), route.site(), LevelName(route.level()), route.naming_state(),
              Percent(route.weight()), std::to_string(route.static_weight()),
              fmt::format("{:.3f}", route.dynamic_weight()),
              route.warm_up() == 1 ? "-" : fmt::format("{:.2f}", route.warm_up()),
              ShieldName(route.shield()), fmt::format("{:.2f}%", route.success_rate() * 100),
              fmt::format("{:.0f}us", route.delay_us()), fmt::format("{:.1f}", route.calls_per_s()),
              std::to_string(route.calls()), std::to_string(route.failures()), route.reason()});
  }
  std::printf("%s\n", text.ToString().c_str());
}

Status Show(const SettingsOptions& options, ChannelInterface& channel) {
  v1::ShowRequest request;
  request.set_service(options.service);
  BELLROCK_ASSIGN(v1::ShowReply reply, v1::RoutingStub(channel).Show(request));
  if (options.json) return PrintJson(reply);
  if (!reply.unheard_servers().empty()) {
    std::fprintf(stderr,
                 "%d of %d servers did not answer (%s): hosts that report there are missing\n",
                 reply.unheard_servers_size(), reply.servers(),
                 fmt::format("{}", fmt::join(reply.unheard_servers(), ", ")).c_str());
  }
  if (reply.tables().empty()) {
    return NotFoundError("nobody calls '" + options.service +
                         "' now; a table exists where a host has a caller of the service");
  }
  for (const v1::ServiceTable& table : reply.tables()) PrintTable(table);
  return Status::Ok();
}

}  // namespace

void AddShowVerb(CLI::App& noun, int& exit_code) {
  auto options = std::make_shared<SettingsOptions>();
  CLI::App* show = AddServerVerb(noun, options, exit_code, "show",
                                 "Table, weights and shields of a service, per host", Show);
  show->add_option("service", options->service, "line/service")->required();
  show->footer(
      "Examples:\n  bellrock routing show music/storage\n"
      "  bellrock routing show music/storage --json");
}

}  // namespace bellrock::cli
