// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/session.h"

#include <cstdio>
#include <cstdlib>

#include "client/config.h"
#include "fiber/fiber.h"
#include "fiber/loop.h"
#include "rpc/client.h"

namespace bellrock::cli {
namespace {

constexpr auto kCallTimeout = std::chrono::seconds(5);

Result<std::vector<Address>> Servers(const std::string& servers) {
  if (!servers.empty()) return client::ParseAddresses("--server", servers);
  BELLROCK_ASSIGN(client::Config config, client::Config::FromEnvironment());
  return std::move(config.servers);
}

}  // namespace

int ExitCodeOf(const Status& status) {
  switch (status.code()) {
    case StatusCode::kOk:
      return kExitOk;
    case StatusCode::kInvalidArgument:
    case StatusCode::kOutOfRange:
      return kExitUsage;
    case StatusCode::kNotFound:
      return kExitNotFound;
    case StatusCode::kUnavailable:
    case StatusCode::kDeadlineExceeded:
      return kExitUnreachable;
    default:
      return kExitFailed;
  }
}

int ExitWith(const Status& status) {
  if (status.ok()) return kExitOk;
  std::fprintf(stderr, "bellrock: %s\n", status.ToString().c_str());
  const int exit_code = ExitCodeOf(status);
  if (exit_code == kExitUnreachable) {
    std::fprintf(stderr,
                 "bellrock: is the platform running? Start it with: bellrock dev, or name it with "
                 "--server ip:port\n");
  }
  return exit_code;
}

int RunAgainstServers(const std::string& servers,
                      const std::function<Status(ChannelInterface& channel)>& body) {
  Result<std::vector<Address>> addresses = Servers(servers);
  if (!addresses.ok()) return ExitWith(addresses.status());
  rpc::FixedEndpoints endpoints(std::move(*addresses));
  rpc::ClientOptions options;
  options.caller = "cli";
  options.callee = "bellrock/server";
  options.timeout = kCallTimeout;
  Status outcome;
  fiber::Loop loop;
  Status spawned = loop.Spawn([&] {
    rpc::Client client(fiber::RealEnvironment(), endpoints, nullptr, options);
    outcome = body(client);
    loop.Stop();
  });
  if (!spawned.ok()) return ExitWith(spawned);
  loop.Run();
  return ExitWith(outcome);
}

}  // namespace bellrock::cli
