// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "bellrock/status.h"

namespace bellrock::host {

struct HostOptions {
  std::string directory;    // <root>/<line>/<service>
  bool foreground = false;  // log to stderr instead of log/
  bool check = false;       // load and read everything, print what would be served, and end
};

// Serves the plug-in of a directory until SIGINT or SIGTERM; calls in flight end first. On the main
// thread, once a process.
Status RunHost(const HostOptions& options);

}  // namespace bellrock::host
