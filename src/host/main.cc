// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>

#include "host/host.h"

namespace {

constexpr int kExitOk = 0;
constexpr int kExitFailed = 1;
constexpr int kExitUsage = 2;  // bad arguments, configuration or plug-in

int ExitCodeOf(const bellrock::Status& status) {
  switch (status.code()) {
    case bellrock::StatusCode::kOk:
      return kExitOk;
    case bellrock::StatusCode::kInvalidArgument:
    case bellrock::StatusCode::kNotFound:
    case bellrock::StatusCode::kFailedPrecondition:
      return kExitUsage;
    default:
      return kExitFailed;
  }
}

}  // namespace

int main(int argc, char** argv) {
  bellrock::host::HostOptions options;
  CLI::App app("Serves a plug-in service from its directory until SIGTERM.");
  app.name("bellrock-host");
  app.set_version_flag("--version", "bellrock-host " BELLROCK_VERSION);
  app.add_option("directory", options.directory,
                 "ROOT/LINE/SERVICE, with bin/SERVICE.so and etc/SERVICE.json")
      ->required();
  app.add_flag("--foreground", options.foreground, "Log to stderr instead of log/SERVICE.log");
  app.add_flag("--check", options.check, "Load and check everything, serve nothing");
  app.footer(
      "Examples:\n  bellrock-host /srv/bellrock/music/storage\n"
      "  bellrock-host --foreground out/music/storage\n\n"
      "Exit codes: 0 done, 1 failed, 2 bad arguments, configuration or plug-in.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitOk : kExitUsage;
  }
  const bellrock::Status status = bellrock::host::RunHost(options);
  if (!status.ok()) std::fprintf(stderr, "bellrock-host: %s\n", status.ToString().c_str());
  return ExitCodeOf(status);
}
