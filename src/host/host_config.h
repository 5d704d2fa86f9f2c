// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bellrock/server.h"
#include "bellrock/status.h"

namespace bellrock::host {

// etc/<service>.json of a plug-in. Every key has a default; the environment (docs/environment.md)
// wins over the file.
struct HostConfig {
  ServerOptions server;
  std::string log_level = "info";
  // Variables that the SDK reads, for what the file says of channels and of the platform.
  std::vector<std::pair<std::string, std::string>> environment;
  std::string settings = "{}";  // the plug-in's own, as JSON

  // JSON, with // comments; files it names are below `etc_dir` unless their paths are absolute.
  // What "access" and "protection" hold is checked by the server. kInvalidArgument names the key,
  // its value and what is allowed; a key that is not known is refused with the list of those that
  // are.
  static Result<HostConfig> Parse(std::string_view text, std::string_view etc_dir);
};

}  // namespace bellrock::host
