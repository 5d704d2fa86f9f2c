// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bellrock/status.h"
#include "cli/demo/site.h"
#include "fiber/process.h"

namespace bellrock::cli::demo {

// The demo's child processes by name: "dev" or "server" and "agent" (of the first site), "agent-sh"
// (of the other), "load", and each instance of the site by its target. Each site stands for a host
// with an agent of its own; the load comes from nowhere in particular. Main thread only.
class Processes {
 public:
  static constexpr const char* kFarAgent = "agent-sh";

  struct Setting {
    std::string dir;      // logs, sockets, data
    std::string listen;   // of the server
    std::string servers;  // of everybody else, once known
    bool retry = true;
  };

  explicit Processes(Setting setting) : setting_(std::move(setting)) {}

  void set_servers(std::string servers) { setting_.servers = std::move(servers); }
  // Where a restarted server listens again.
  void set_listen(std::string listen) { setting_.listen = std::move(listen); }

  // "dev", "server", "agent" or kFarAgent.
  Status StartPlatform(const std::string& verb);
  Status StartInstance(const SiteInstance& instance);
  Status StartLoad(int rate, int seconds);

  bool Has(const std::string& name) const { return children_.count(name) > 0; }
  bool Running(const std::string& name);
  // SIGSTOP: it keeps its sockets and says nothing, until it is woken.
  void Pause(const std::string& name);
  void Wake(const std::string& name);
  // kill -9, reaped.
  void Kill(const std::string& name);
  // SIGTERM to all, then SIGKILL to whoever is still there after the grace. Blocks the fiber.
  void StopAll();
  std::string LogPath(const std::string& name) const;

 private:
  void Stop(bool platform);
  Status Start(const std::string& name, const std::string& site, fiber::ProcessSpec spec);

  Setting setting_;
  std::map<std::string, fiber::ChildProcess> children_;
};

}  // namespace bellrock::cli::demo
