// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/address.h"
#include "bellrock/status.h"
#include "naming/client/server_list.h"

namespace bellrock::client {

// Where a program finds the platform, read from its environment once. Every variable has a default
// that fits `bellrock dev` on the same host.
struct Config {
  // BELLROCK_RUN_DIR: sockets and shared-memory files of this host's agent. Default
  // /tmp/bellrock-<uid>.
  std::string run_dir;
  // BELLROCK_AGENT: address of the agent, or "none" (agentless). Default unix:<run_dir>/agent.sock.
  std::optional<Address> agent;
  // BELLROCK_SERVERS: servers of the registry, ip:port or name:port, comma-separated; a name stands
  // for all its addresses. Default 127.0.0.1:7600.
  std::vector<naming::client::ServerEntry> servers;
  // BELLROCK_HOST: the host that this process is shown on; default the machine's host name.
  std::string host;
  // BELLROCK_LISTEN, BELLROCK_SITE, BELLROCK_DEPARTMENT, BELLROCK_CLUSTER, BELLROCK_INSTANCE,
  // BELLROCK_WEIGHT: override ServerOptions; empty if not set.
  std::string listen;
  std::string site;
  std::string department;
  std::string cluster;
  std::string instance;
  int weight = 0;
  // BELLROCK_REGION, BELLROCK_UNIT, BELLROCK_SET: with the site, where this program's calls come
  // from when it routes without an agent.
  std::string region;
  std::string unit;
  std::string set;
  // BELLROCK_ATTEMPTS: overrides ChannelOptions.attempts; 0 if not set. Range 1..5.
  int attempts = 0;
  // BELLROCK_TIMEOUT_MS: overrides ChannelOptions.timeout; 0 if not set. Range 1..3600000.
  int timeout_ms = 0;
  // BELLROCK_PAGES: who may look at the pages under /-/: "host" (default; loopback and Unix
  // sockets), "open" or "off".
  std::string pages;
  // BELLROCK_FAULTS=1: the program serves bellrock.rpc.v1.Faults, by which drills slow it down or
  // make it fail.
  bool faults = false;
  // BELLROCK_SERVED=0: a server leaves it to its Bellrock callers to count their calls; else it
  // counts them, too, as side `served`.
  bool served = true;

  // kInvalidArgument names the variable, the value and the remedy.
  static Result<Config> FromEnvironment();
};

}  // namespace bellrock::client
