// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "bellrock/routing/v1/routing.bellrock.h"
#include "cli/output.h"
#include "cli/routing/verbs.h"
#include "cli/session.h"

namespace bellrock::cli {
namespace {

namespace v1 = routing::v1;

struct ExplainOptions {
  std::string agent, server;
  bool json = false;
  std::string service, key, method, lane, caller, host;
  std::vector<std::string> headers;
};

Result<v1::ExplainRequest> RequestOf(const ExplainOptions& options) {
  v1::ExplainRequest request;
  request.set_service(options.service);
  request.set_key(options.key);
  request.set_method(options.method);
  request.set_lane(options.lane);
  request.set_caller(options.caller);
  request.set_host(options.host);
  for (const std::string& header : options.headers) {
    const size_t equals = header.find('=');
    if (equals == std::string::npos || equals == 0) {
      return InvalidArgumentError("--header '" + header + "': write name=value");
    }
    (*request.mutable_headers())[header.substr(0, equals)] = header.substr(equals + 1);
  }
  return request;
}

Status Print(const ExplainOptions& options, const v1::ExplainReply& reply) {
  if (options.json) return PrintJson(reply);
  if (!reply.host().empty()) std::printf("as host %s decides\n", reply.host().c_str());
  TextTable table({"STAGE", "WHAT IT DID"});
  for (const v1::ExplainReply::Step& step : reply.steps()) table.Add({step.stage(), step.text()});
  std::printf("%s", table.ToString().c_str());
  if (reply.path().empty()) {
    std::printf("no instance gets it: %s\n", reply.problem().c_str());
  } else {
    std::printf("first choice: %s (%s)\n", reply.address().c_str(), reply.path().c_str());
  }
  return Status::Ok();
}

Status ExplainByAgent(const ExplainOptions& options, ChannelInterface& agent) {
  BELLROCK_ASSIGN(const v1::ExplainRequest request, RequestOf(options));
  BELLROCK_ASSIGN(const v1::ExplainReply reply, v1::HostRoutingStub(agent).Explain(request));
  return Print(options, reply);
}

Status ExplainByServer(const ExplainOptions& options, ChannelInterface& server) {
  BELLROCK_ASSIGN(const v1::ExplainRequest request, RequestOf(options));
  BELLROCK_ASSIGN(const v1::ExplainReply reply, v1::RoutingStub(server).Explain(request));
  return Print(options, reply);
}

int Explain(const ExplainOptions& options) {
  if (options.server.empty() && options.host.empty()) {
    return RunAgainstAgent(options.agent, [&options](ChannelInterface& agent) {
      return ExplainByAgent(options, agent);
    });
  }
  return RunAgainstServers(options.server, [&options](ChannelInterface& server) {
    return ExplainByServer(options, server);
  });
}

}  // namespace

void AddExplainVerb(CLI::App& noun, int& exit_code) {
  auto options = std::make_shared<ExplainOptions>();
  CLI::App* verb = noun.add_subcommand(
      "explain", "Which instance a call from a host would get, step by step and why");
  verb->add_option("service", options->service, "line/service that somebody there calls")
      ->required();
  verb->add_option("--key", options->key, "The call's key");
  verb->add_option("--method", options->method, "package.Service/Method");
  verb->add_option("--lane", options->lane, "The call's lane");
  verb->add_option("--caller", options->caller, "line/service that calls");
  verb->add_option("--header", options->headers, "name=value that goes with the call")
      ->allow_extra_args(false);
  CLI::Option* agent =
      verb->add_option("--agent", options->agent,
                       "Address of the host's agent (default: BELLROCK_AGENT or its socket)");
  verb->add_option("--host", options->host,
                   "Another host instead, as `routing show` names it: asked through the servers")
      ->excludes(agent);
  verb->add_option("--server", options->server,
                   "Through these servers, ip:port,...; without --host: any host that calls it")
      ->excludes(agent);
  verb->add_flag("--json", options->json, "Print JSON");
  verb->footer(
      "Examples:\n  bellrock routing explain music/storage --key user-7\n"
      "  bellrock routing explain music/storage --lane blue --header x-user=7\n"
      "  bellrock routing explain music/storage --host web-3 --server 10.0.0.1:7600");
  verb->callback([options, &exit_code] { exit_code = Explain(*options); });
}

}  // namespace bellrock::cli
