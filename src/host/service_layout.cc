// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "host/service_layout.h"

#include <fmt/format.h>

namespace bellrock::host {
namespace {

// Takes the last component off.
std::string_view TakeLast(std::string_view& path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  const size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return {};
  const std::string_view last = path.substr(slash + 1);
  path = path.substr(0, slash);
  return last;
}

}  // namespace

Result<ServiceLayout> ServiceLayout::Of(std::string_view directory) {
  std::string_view rest = directory;
  const std::string_view service = TakeLast(rest);
  const std::string root(directory.substr(
      0, service.empty() ? 0 : static_cast<size_t>(service.end() - directory.begin())));
  const std::string_view line = TakeLast(rest);
  if (service.empty() || line.empty()) {
    return InvalidArgumentError(
        fmt::format("directory '{}': give ROOT/LINE/SERVICE, for example /srv/bellrock/music/"
                    "storage; its last two names are the service's name",
                    directory));
  }
  ServiceLayout layout;
  layout.name = fmt::format("{}/{}", line, service);
  layout.bin_dir = root + "/bin";
  layout.etc_dir = root + "/etc";
  layout.log_dir = root + "/log";
  layout.plugin = fmt::format("{}/{}.so", layout.bin_dir, service);
  layout.config = fmt::format("{}/{}.json", layout.etc_dir, service);
  layout.log_file = fmt::format("{}/{}.log", layout.log_dir, service);
  return layout;
}

}  // namespace bellrock::host
