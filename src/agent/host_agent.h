// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/address.h"
#include "bellrock/status.h"
#include "fiber/environment.h"
#include "naming/client/server_list.h"
#include "routing/proxy/proxy.h"

namespace bellrock::agent {

struct HostAgentOptions {
  // Sockets, shared-memory tables, counters and snapshots of this host.
  std::string run_dir;
  std::vector<naming::client::ServerEntry> servers;
  // Where the host's programs reach the agent; default unix:<run_dir>/agent.sock.
  std::string listen;
  // Beside it, ip:port where programs report figures by HTTP (docs/metrics-custom.md); "" = only
  // there.
  std::string metrics_listen;
  // Name of this host in tables and metrics; default the machine's host name.
  std::string host;
  // Where this host is, for nearest access; "" = not known, and then all instances are alike.
  std::string site;
  std::string region;
  std::string unit;
  std::string set;
  // Ports for programs that cannot be changed; without ports there is no proxy.
  routing::proxy::ProxyOptions proxy{};
};

// One per host: heartbeats for the host's instances, keeps routing tables in shared memory,
// forwards counts. If it dies the host's services go on (ZY-017). A wiring list and nothing else.
// Lives on the loop it was started on.
class HostAgent {
 public:
  // Call from a fiber.
  static Result<std::unique_ptr<HostAgent>> Start(fiber::Environment environment,
                                                  const HostAgentOptions& options);
  ~HostAgent();
  const Address& address() const;
  // Of metrics_listen; nothing if there is none.
  std::optional<Address> metrics_address() const;
  // Of the proxy's ports, in the order of the options.
  std::vector<Address> proxy_addresses() const;
  // Call from a fiber. Leaves the host's instances registered: the next agent takes them over.
  void Stop();

 private:
  struct Parts;
  static void AddProxyPage(Parts& parts);
  static void ExposeForwarding(Parts& parts);
  static Status ListenForReports(Parts& parts, const HostAgentOptions& options);
  explicit HostAgent(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace bellrock::agent
