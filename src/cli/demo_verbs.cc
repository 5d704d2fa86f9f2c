// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <memory>
#include <string>

#include "bellrock/demo/v1/demo.bellrock.h"
#include "cli/demo/supervisor.h"
#include "cli/output.h"
#include "cli/session.h"
#include "cli/verbs.h"
#include "fiber/signals.h"

namespace bellrock::cli {
namespace {

namespace v1 = ::bellrock::demo::v1;

struct FaultOptions {
  std::string dir;
  std::string target;
  bool json = false;
};

int Inject(const FaultOptions& options, v1::InjectRequest::Fault fault) {
  Result<std::string> control = demo::RunningDemo(options.dir);
  if (!control.ok()) return ExitWith(control.status());
  return RunAgainstServers(*control, [&](ChannelInterface& channel) -> Status {
    v1::InjectRequest request;
    request.set_fault(fault);
    request.set_target(options.target);
    CallOptions patient;
    patient.timeout = std::chrono::seconds(25);
    BELLROCK_ASSIGN(v1::InjectReply reply, v1::DemoStub(channel).Inject(request, patient));
    if (options.json) return PrintJson(reply);
    std::printf("%s\n", reply.done().c_str());
    return Status::Ok();
  });
}

void AddRun(CLI::App& noun, int& exit_code) {
  auto options = std::make_shared<demo::DemoOptions>();
  CLI::App* run = noun.add_subcommand("run", "Platform, music site and load; Ctrl-C ends it");
  run->add_option("--seconds", options->seconds, "End after so many seconds of load")
      ->check(CLI::Range(1, 86400));
  run->add_option("--rate", options->rate, "Calls per second (default 2000)")
      ->check(CLI::Range(1, 100000));
  run->add_flag("--json", options->json,
                "One JSON object at the end on stdout: calls, failed, failed_after_fault, "
                "seconds_to_last_failure, p99_us before/during (first 2 s)/after the fault");
  run->add_flag("!--no-retry", options->retry, "Every call gets one try only");
  run->add_flag("--split", options->split, "Server and agent as two processes");
  run->add_option("--listen", options->listen, "Console's ip:port (default 127.0.0.1:7600)");
  run->add_option("--dir", options->dir, "Working folder (default /tmp/bellrock-demo-<uid>)");
  run->add_option("--fault", options->fault, "Inject by itself, for example kill:music/storage/2");
  run->add_option("--fault-after", options->fault_after, "... after so many seconds (default 5)");
  run->footer(
      "Examples:\n  bellrock demo run\n  bellrock demo run --seconds 60 --json\n"
      "  bellrock demo run --seconds 20 --no-retry --fault kill:music/storage/2 --json");
  run->callback([options, &exit_code] {
    fiber::TerminationSignals signals;
    exit_code = ExitWith(demo::Supervisor(*options, signals).Run());
  });
}

void AddFault(CLI::App& noun, int& exit_code, const std::string& name, const std::string& what,
              v1::InjectRequest::Fault fault) {
  auto options = std::make_shared<FaultOptions>();
  CLI::App* verb = noun.add_subcommand(name, what);
  verb->add_option("target", options->target,
                   "line/service/instance, for example music/storage/2; a site, sz; or server, "
                   "agent, agent-sh")
      ->required();
  verb->add_option("--dir", options->dir, "Working folder of the demo");
  verb->add_flag("--json", options->json, "Print JSON");
  verb->footer("Example:\n  bellrock demo " + name + " music/storage/2");
  verb->callback([options, fault, &exit_code] { exit_code = Inject(*options, fault); });
}

}  // namespace

void AddDemoVerbs(CLI::App& root, int& exit_code) {
  CLI::App& noun = *root.add_subcommand("demo", "A music site to try things on");
  noun.require_subcommand(1);
  AddRun(noun, exit_code);
  AddFault(noun, exit_code, "kill", "Kill a process", v1::InjectRequest::FAULT_KILL);
  AddFault(noun, exit_code, "slow", "Make an instance slow", v1::InjectRequest::FAULT_SLOW);
  AddFault(noun, exit_code, "fail", "Make an instance fail", v1::InjectRequest::FAULT_FAIL);
  AddFault(noun, exit_code, "stop", "Stop an instance: it takes connections and never answers",
           v1::InjectRequest::FAULT_STOP);
  AddFault(noun, exit_code, "flaky", "Make 30 % of an instance's calls fail",
           v1::InjectRequest::FAULT_FLAKY);
  AddFault(noun, exit_code, "heal", "Undo it", v1::InjectRequest::FAULT_HEAL);
}

}  // namespace bellrock::cli
