// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "bellrock/naming/v1/naming.bellrock.h"
#include "bellrock/routing/v1/routing.bellrock.h"
#include "cli/naming/drain_watch.h"
#include "cli/naming/time_option.h"
#include "cli/naming/verb.h"
#include "fiber/environment.h"
#include "fiber/fiber.h"
#include "naming/path.h"

namespace bellrock::cli {
namespace {

constexpr auto kAskEvery = std::chrono::milliseconds(250);
// Hosts report each second, and a server that has just started has heard of none.
constexpr auto kWatchAtLeast = std::chrono::seconds(2);

struct DrainOptions : ServerOptions {
  std::string path;
  std::string reason;
  std::string timeout = "60s";
};

Status SayDisabled(const DrainOptions& options, ChannelInterface& channel) {
  naming::v1::SetOperatorStateRequest request;
  request.set_path(options.path);
  request.mutable_operator_state()->set_disabled(true);
  request.mutable_operator_state()->set_reason(options.reason);
  return naming::v1::NamingStub(channel).SetOperatorState(request).status();
}

void PrintOutcome(const DrainOptions& options, const DrainWatch::State& state, double seconds) {
  if (options.json) {
    const nlohmann::json outcome = {{"path", options.path},        {"drained", state.drained},
                                    {"seconds", seconds},          {"hosts", state.hosts},
                                    {"yet_to_stop", state.behind}, {"in_flight", state.in_flight},
                                    {"cannot_tell", state.unable}, {"unheard", state.unheard}};
    std::printf("%s\n", outcome.dump().c_str());
  } else if (state.drained) {
    std::printf("%s: drained after %.1f s: it gets no calls and has none in flight\n",
                options.path.c_str(), seconds);
  }
}

Result<DrainWatch::State> WaitDrained(const DrainOptions& options, const std::string& service,
                                      Time begun, Time until, ChannelInterface& channel) {
  fiber::Clock& clock = fiber::RealEnvironment().clock;
  routing::v1::ShowRequest request;
  request.set_service(service);
  DrainWatch watch(options.path);
  std::string told;
  for (;;) {
    BELLROCK_ASSIGN(const routing::v1::ShowReply shown,
                    routing::v1::RoutingStub(channel).Show(request));
    DrainWatch::State state = watch.Take(shown);
    if (const std::string text = DrainText(state); text != told && !options.json) {
      std::fprintf(stderr, "%s\n", text.c_str());
      told = text;
    }
    const Time now = clock.Now();
    state.drained = state.drained && now - begun >= kWatchAtLeast;
    if (state.drained || now >= until) return state;
    BELLROCK_TRY(fiber::SleepFor(kAskEvery));
  }
}

Status Drain(const DrainOptions& options, ChannelInterface& channel) {
  fiber::Clock& clock = fiber::RealEnvironment().clock;
  BELLROCK_ASSIGN(const naming::Path path, naming::Path::ParseInstance(options.path));
  const std::string service(naming::ShortNameOf(path.text()));
  BELLROCK_ASSIGN(const int64_t timeout_ms, ParseLengthMs("--timeout", options.timeout));
  BELLROCK_TRY(SayDisabled(options, channel));
  const Time begun = clock.Now();
  BELLROCK_ASSIGN(
      const DrainWatch::State state,
      WaitDrained(options, service, begun, begun + std::chrono::milliseconds(timeout_ms), channel));
  PrintOutcome(options, state, std::chrono::duration<double>(clock.Now() - begun).count());
  if (state.drained) return Status::Ok();
  return FailedPreconditionError(
      fmt::format("{} is not drained after {}: {}. It is disabled and stays so: drain it again to "
                  "go on waiting, "
                  "or enable it",
                  options.path, options.timeout, DrainText(state)));
}

}  // namespace

void AddDrainVerb(CLI::App& noun, int& exit_code) {
  auto options = std::make_shared<DrainOptions>();
  CLI::App* verb =
      AddServerVerb(noun, options, exit_code, "drain",
                    "Give an instance no calls and wait until the last has ended", Drain);
  verb->add_option("path", options->path, "Full path of six components")->required();
  verb->add_option("--reason", options->reason, "Who you are and why, for whoever finds it")
      ->required();
  verb->add_option("--timeout", options->timeout, "Wait at most so long, as 90s or 5m (60s)");
  verb->footer(
      "As disable, but ends when every host that calls it has stopped and no call is in flight: "
      "then\n"
      "it may be stopped. Exit code 1 if that takes longer; `enable` takes it back.\n\n"
      "Example:\n  bellrock naming drain /sz/default/music/storage/default/9 --reason \"ann: "
      "kernel\"");
}

}  // namespace bellrock::cli
