// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "bellrock/service.h"
#include "cli/session.h"

// How the verbs of `bellrock naming` are put onto the command line.
namespace bellrock::cli {

// What each of them has; a verb's own options derive from it.
struct ServerOptions {
  std::string server;
  bool json = false;
};

// `options` live as long as the command line; `body` runs as a fiber with a channel to the servers.
template <typename Options>
CLI::App* AddServerVerb(CLI::App& noun, const std::shared_ptr<Options>& options, int& exit_code,
                        const std::string& name, const std::string& what,
                        Status (*body)(const Options&, ChannelInterface&)) {
  CLI::App* verb = noun.add_subcommand(name, what);
  verb->add_option("--server", options->server,
                   "Servers, ip:port,... (default: BELLROCK_SERVERS or 127.0.0.1:7600)");
  verb->add_flag("--json", options->json, "Print JSON, one object per line");
  verb->callback([options, body, &exit_code] {
    exit_code = RunAgainstServers(options->server, [options, body](ChannelInterface& channel) {
      return body(*options, channel);
    });
  });
  return verb;
}

// Each adds its verbs to the noun `naming`.
void AddClusterVerbs(CLI::App& noun, int& exit_code);  // cluster, events
void AddProtectVerb(CLI::App& noun, int& exit_code);   // protect
void AddBackupVerbs(CLI::App& noun, int& exit_code);   // export, import
void AddRebuildVerb(CLI::App& noun, int& exit_code);   // rebuild-site
void AddTreeVerb(CLI::App& noun, int& exit_code);      // tree
void AddDrainVerb(CLI::App& noun, int& exit_code);     // drain
void AddOperateVerbs(CLI::App& noun, int& exit_code);  // isolate, disable, weigh, enable

}  // namespace bellrock::cli
