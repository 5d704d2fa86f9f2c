// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "bellrock/status.h"

namespace bellrock::host {

// The one deployment directory of a service, <root>/<line>/<service>/{bin,etc,log} (MSEC-073..078).
// A value; touches no file.
struct ServiceLayout {
  std::string name;  // "line/service"
  std::string bin_dir;
  std::string etc_dir;
  std::string log_dir;
  std::string plugin;    // bin/<service>.so
  std::string config;    // etc/<service>.json
  std::string log_file;  // log/<service>.log

  // `directory` is absolute. kInvalidArgument if it has no two components to be named by.
  static Result<ServiceLayout> Of(std::string_view directory);
};

}  // namespace bellrock::host
