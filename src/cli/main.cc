// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "cli/session.h"
#include "cli/verbs.h"

int main(int argc, char** argv) {
  CLI::App root("Bellrock: names services, routes calls to the right instance, counts every one.");
  root.name("bellrock");
  root.require_subcommand(1);
  root.set_version_flag("--version", "bellrock " BELLROCK_VERSION);
  root.footer(
      "Examples:\n"
      "  bellrock dev                          everything on this machine, console on port 7600\n"
      "  bellrock demo run                     the same with a small music site and load\n"
      "  bellrock naming ls                    what is registered\n"
      "  bellrock routing show music/storage   who gets how much, and who is shielded\n"
      "  bellrock metrics top                  calls, failures and exact latencies, by any "
      "dimension\n"
      "  bellrock call music/catalog           what it serves; with method and JSON: call it\n"
      "  bellrock new music/price-list         a plug-in service to begin with\n\n"
      "Exit codes: 0 done, 1 failed, 2 bad arguments or input, 3 not found, 4 platform "
      "unreachable.");
  int exit_code = bellrock::cli::kExitOk;
  bellrock::cli::AddPlatformVerbs(root, exit_code);
  bellrock::cli::AddComputeVerb(root, exit_code);
  bellrock::cli::AddDemoVerbs(root, exit_code);
  bellrock::cli::AddNamingVerbs(root, exit_code);
  bellrock::cli::AddRoutingVerbs(root, exit_code);
  bellrock::cli::AddMetricsVerbs(root, exit_code);
  bellrock::cli::AddAlarmVerbs(root, exit_code);
  bellrock::cli::AddCallVerb(root, exit_code);
  bellrock::cli::AddNewVerb(root, exit_code);
  try {
    root.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return root.exit(error) == 0 ? bellrock::cli::kExitOk : bellrock::cli::kExitUsage;
  }
  return exit_code;
}
