// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/session.h"

#include <cstdio>
#include <cstdlib>

#include "base/log.h"
#include "client/config.h"
#include "fiber/fiber.h"
#include "fiber/loop.h"
#include "naming/client/server_directory.h"
#include "rpc/client.h"

namespace bellrock::cli {
namespace {

constexpr auto kCallTimeout = std::chrono::seconds(5);

using naming::client::ServerDirectory;
using naming::client::ServerEntry;

Result<std::vector<ServerEntry>> Servers(const std::string& servers) {
  if (!servers.empty()) return ServerEntry::ParseList("--server", servers);
  BELLROCK_ASSIGN(client::Config config, client::Config::FromEnvironment());
  return std::move(config.servers);
}

Result<Address> Agent(const std::string& agent) {
  if (!agent.empty()) return Address::Parse(agent);
  BELLROCK_ASSIGN(client::Config config, client::Config::FromEnvironment());
  if (config.agent) return std::move(*config.agent);
  return InvalidArgumentError("BELLROCK_AGENT is none: name this host's agent with --agent");
}

rpc::ClientOptions Towards(const char* callee) {
  rpc::ClientOptions options;
  options.caller = "cli";
  options.callee = callee;
  options.timeout = kCallTimeout;
  return options;
}

// In a loop of its own.
int RunAsFiber(const std::function<Status()>& body) {
  // What is warned of on the way is said again by the error it ends in.
  if (std::getenv("BELLROCK_LOG") == nullptr) (void)log::SetLevel("error");
  Status outcome;
  fiber::Loop loop;
  Status spawned = loop.Spawn([&] {
    outcome = body();
    loop.Stop();
  });
  if (!spawned.ok()) return ExitWith(spawned);
  loop.Run();
  return ExitWith(outcome);
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

std::string ErrorText(const Status& status) {
  std::string text = Status(status.code(), std::string(status.message())).ToString();
  const std::string said = ": " + text;
  for (const Status* cause = status.cause(); cause != nullptr; cause = cause->cause()) {
    std::string how(cause->message());
    bool again = false;
    for (size_t at = how.find(said); at != std::string::npos; at = how.find(said)) {
      how.erase(at, said.size());
      again = true;
    }
    text += again ? "; " + how : "; because " + Status(cause->code(), std::move(how)).ToString();
  }
  return text;
}

int ExitWith(const Status& status) {
  if (status.ok()) return kExitOk;
  std::fprintf(stderr, "bellrock: %s\n", ErrorText(status).c_str());
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
  Result<std::vector<ServerEntry>> entries = Servers(servers);
  if (!entries.ok()) return ExitWith(entries.status());
  return RunAsFiber([&] {
    const rpc::ClientOptions options = Towards("bellrock/server");
    fiber::Environment environment = fiber::RealEnvironment();
    ServerDirectory directory(environment, fiber::RealResolver(), std::move(*entries), options);
    directory.Start();
    Status outcome = directory.WaitKnown(environment.clock.Now() + kCallTimeout);
    if (outcome.ok()) {
      rpc::Client client(environment, directory.first(), nullptr, options);
      outcome = body(client);
    }
    directory.Stop();
    return outcome;
  });
}

int RunAgainstAgent(const std::string& agent,
                    const std::function<Status(ChannelInterface& channel)>& body) {
  const Result<Address> address = Agent(agent);
  if (!address.ok()) return ExitWith(address.status());
  return RunAsFiber([&] {
    rpc::FixedEndpoints endpoints(std::vector<Address>{*address});
    rpc::Client client(fiber::RealEnvironment(), endpoints, nullptr, Towards("bellrock/agent"));
    return body(client);
  });
}

}  // namespace bellrock::cli
