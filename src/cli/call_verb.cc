// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>

#include "base/log.h"
#include "bellrock/channel.h"
#include "cli/call/arguments.h"
#include "cli/call/load.h"
#include "cli/call/one_call.h"
#include "cli/call/reflection_client.h"
#include "cli/session.h"
#include "cli/verbs.h"
#include "client/config.h"
#include "fiber/environment.h"
#include "store/log_files.h"

namespace bellrock::cli {
namespace {

constexpr size_t kRequestBytesMax = 64 << 20;
constexpr int kConcurrencyMax = 10'000;
constexpr int kOpenLoopConcurrency = 64;  // of an open loop that says nothing else
constexpr Duration kReflectionTimeout = std::chrono::seconds(5);
constexpr Duration kUnaryTimeout = std::chrono::seconds(5);
constexpr Duration kStreamTimeout = std::chrono::hours(1);

struct Options {
  std::string server;
  std::string service;
  std::string method;
  std::string request;
  std::string timeout;
  std::string duration;
  std::vector<std::string> metadata;
  int attempts = 1;
  TlsFiles tls;
  LoadPlan plan;
  bool json = false;
  bool verbose = false;
};

bool IsLoad(const Options& options) {
  return options.plan.count > 0 || options.plan.qps > 0 || options.plan.concurrency > 0 ||
         !options.duration.empty();
}

Result<LoadPlan> PlanOf(const Options& options) {
  LoadPlan plan = options.plan;
  if (!options.duration.empty()) {
    BELLROCK_ASSIGN(plan.duration, ParseDuration("--duration", options.duration));
  }
  if (plan.concurrency == 0) plan.concurrency = plan.qps > 0 ? kOpenLoopConcurrency : 1;
  return plan;
}

Result<CallOptions> CallOptionsOf(const Options& options, const Schema::Method& method) {
  CallOptions call;
  const bool streams = method.client_streaming() || method.server_streaming();
  call.timeout = streams ? kStreamTimeout : kUnaryTimeout;
  if (!options.timeout.empty()) {
    BELLROCK_ASSIGN(call.timeout, ParseDuration("--timeout", options.timeout));
  }
  call.attempts = options.attempts;
  BELLROCK_ASSIGN(call.metadata, ParseMetadata(options.metadata));
  return call;
}

std::string StandardInput() {
  return {std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()};
}

// The whole text of the argument, of the file of "@file", or of standard input for "-".
Result<std::string> RequestText(const std::string& argument) {
  if (argument == "-") return StandardInput();
  if (!argument.starts_with('@')) return argument;
  Result<std::string> text =
      store::ReadSmallFile(fiber::RealEnvironment().disk, argument.substr(1), kRequestBytesMax);
  if (!text.ok()) return text.status().WithContext("request " + argument);
  return text;
}

// A stream of requests reads standard input line by line as they are typed.
Result<RequestSource> SourceOf(const Options& options, const Schema::Method& method) {
  if (method.client_streaming() && (options.request.empty() || options.request == "-")) {
    return RequestSource([]() -> std::optional<std::string> {
      for (std::string line; std::getline(std::cin, line);) {
        std::vector<std::string> found = JsonLines(line);
        if (!found.empty()) return std::move(found.front());
      }
      return std::nullopt;
    });
  }
  BELLROCK_ASSIGN(std::string text, RequestText(options.request));
  std::vector<std::string> all;
  if (method.client_streaming()) {
    all = JsonLines(text);
  } else {
    all.push_back(std::move(text));
  }
  return RequestSource([all = std::move(all), next = size_t{0}]() mutable {
    return next == all.size() ? std::nullopt : std::optional<std::string>(all[next++]);
  });
}

void PrintDetails(const ReplyDetails& details) {
  std::fprintf(stderr, "answered by %s at %s, tries: %d\n", details.instance.c_str(),
               details.address.c_str(), details.attempts);
  for (const auto& [key, value] : details.metadata) {
    std::fprintf(stderr, "%s: %s\n", key.c_str(), value.c_str());
  }
}

Status CallMethod(const Options& options, Channel& channel, const Schema& schema,
                  fiber::TerminationSignals* signals) {
  BELLROCK_ASSIGN(const Schema::Method* method, schema.Find(options.method));
  BELLROCK_ASSIGN(CallOptions call, CallOptionsOf(options, *method));
  if (signals != nullptr) {
    BELLROCK_ASSIGN(const LoadPlan plan, PlanOf(options));
    BELLROCK_ASSIGN(const std::string request, RequestText(options.request));
    return RunLoad(channel, schema, *method, request, call, plan, options.json, *signals);
  }
  BELLROCK_ASSIGN(const RequestSource requests, SourceOf(options, *method));
  ReplyDetails details;
  if (options.verbose) call.details = &details;
  const Status status = CallOnce(channel, schema, *method, requests, call);
  if (options.verbose) PrintDetails(details);
  return status;
}

Status Call(const Options& options, fiber::TerminationSignals* signals) {
  // What is wrong on the command line is told before anybody is asked anything.
  BELLROCK_ASSIGN(const std::string target, ChannelTarget(options.service));
  BELLROCK_TRY(ParseMetadata(options.metadata).status());
  BELLROCK_TRY(PlanOf(options).status());
  ChannelOptions channel_options;
  channel_options.attempts = 1;
  channel_options.tls = options.tls;
  Channel channel(target, channel_options);
  CallOptions asking;
  asking.timeout = kReflectionTimeout;
  asking.attempts = 2;
  Result<std::unique_ptr<Schema>> schema = FetchSchema(channel, asking);
  if (!schema.ok()) return schema.status().WithContext("what " + options.service + " serves");
  if (!options.method.empty()) return CallMethod(options, channel, **schema, signals);
  std::fputs((*schema)->Listing().c_str(), stdout);
  return Status::Ok();
}

int RunCall(const Options& options) {
  if (!options.server.empty()) {
    const Status checked =
        naming::client::ServerEntry::ParseList("--server", options.server).status();
    if (!checked.ok()) return ExitWith(checked);
    setenv("BELLROCK_SERVERS", options.server.c_str(), 1);  // before the first thread
  }
  // What the SDK has to warn of, such as a platform that is not there when addresses are called, is
  // not what was asked for.
  if (std::getenv("BELLROCK_LOG") == nullptr) (void)log::SetLevel("error");
  // A single call dies of Ctrl-C like any program; a load prints what there is.
  std::unique_ptr<fiber::TerminationSignals> signals;
  if (IsLoad(options)) signals = std::make_unique<fiber::TerminationSignals>();
  const Status status = Call(options, signals.get());
  if (!status.ok()) std::fprintf(stderr, "bellrock: %s\n", ErrorText(status).c_str());
  return ExitCodeOf(status);
}

void AddTlsOptions(CLI::App& verb, Options& options) {
  verb.add_flag("--tls", options.tls.enabled,
                "Call through TLS; so does each of the options that follow");
  verb.add_option("--ca", options.tls.ca,
                  "PEM file of the authorities that may sign the callee's certificate (default: "
                  "the system's)");
  CLI::Option* certificate = verb.add_option("--cert", options.tls.certificate,
                                             "PEM file of our certificate, for a callee that asks "
                                             "for one (mTLS)");
  CLI::Option* key = verb.add_option("--key", options.tls.key, "PEM file of its key");
  certificate->needs(key);
  key->needs(certificate);
  verb.add_option("--server-name", options.tls.server_name,
                  "DNS name or address the callee's certificate must be for (default: the address "
                  "that is called)");
}

void AddLoadOptions(CLI::App& verb, Options& options) {
  verb.add_option("--count", options.plan.count, "Call so many times and print a table")
      ->check(CLI::Range(1ULL, 1'000'000'000ULL));
  verb.add_option("--qps", options.plan.qps,
                  "Calls a second at fixed times, whatever the callee does (open loop); latency "
                  "counts from the planned time")
      ->check(CLI::Range(0.001, 1e6));
  verb.add_option("--duration", options.duration, "Call for so long, for example 10s");
  verb.add_option("--concurrency", options.plan.concurrency,
                  "Calls in flight at most (default 1; 64 with --qps)")
      ->check(CLI::Range(1, kConcurrencyMax));
  verb.add_flag("--json", options.json, "Print the table as one JSON object");
}

}  // namespace

void AddCallVerb(CLI::App& root, int& exit_code) {
  auto options = std::make_shared<Options>();
  options->plan.concurrency = 0;
  CLI::App& verb = *root.add_subcommand("call", "Call any method of any service with JSON");
  verb.add_option("service", options->service,
                  "line/service, modid:cmdid, or an address: ip:port, grpc://ip:port, unix:/path")
      ->required();
  verb.add_option("method", options->method,
                  "Method or pkg.Service/Method; left out: list what there is");
  verb.add_option("request", options->request,
                  "JSON, @file or - for standard input; left out: the empty message. A stream of "
                  "requests takes a line each");
  verb.add_option("--timeout", options->timeout, "Of each call (default 5s; of a stream 1h)");
  verb.add_option("--attempts", options->attempts, "Tries of each call (default 1)")
      ->check(CLI::Range(1, kAttemptsMax));
  verb.add_option("--metadata", options->metadata, "key=value beside the request; may be repeated");
  verb.add_flag("-v,--verbose", options->verbose, "Tell on stderr who answered");
  verb.add_option("--server", options->server,
                  "Servers, ip:port,... (default: BELLROCK_SERVERS or 127.0.0.1:7600)");
  AddTlsOptions(verb, *options);
  AddLoadOptions(verb, *options);
  verb.footer(
      "Examples:\n  bellrock call music/catalog\n"
      "  bellrock call music/catalog GetMp3List '{\"user\": 7}'\n"
      "  bellrock call 127.0.0.1:7600 bellrock.naming.v1.Naming/ListServices\n"
      "  bellrock call music/catalog GetMp3List @request.json --qps 500 --duration 10s\n"
      "  bellrock call grpc://127.0.0.1:50051 SayHello '{\"name\": \"Ada\"}'\n"
      "  bellrock call grpc://10.0.0.7:443 --tls --server-name api.example.com\n"
      "  bellrock call music/catalog --ca ca.pem --cert web.pem --key web.key\n\n"
      "Exit codes: 0 done, 1 failed or some calls of a load failed, 2 bad arguments or input,\n"
      "3 not found, 4 unreachable.");
  verb.callback([options, &exit_code] { exit_code = RunCall(*options); });
}

}  // namespace bellrock::cli
