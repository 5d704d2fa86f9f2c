// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "fiber/disk_space.h"

#include <fmt/format.h>
#include <sys/statvfs.h>

#include <cerrno>
#include <system_error>

#include "fiber/disk_pool.h"

namespace bellrock::fiber {

Result<DiskSpace> SpaceOf(const std::string& path) {
  struct statvfs space {};
  int error = 0;
  RunOnDiskThread([&] { error = statvfs(path.c_str(), &space) == 0 ? 0 : errno; });
  if (error == 0) {
    return DiskSpace{.total_bytes = space.f_blocks * space.f_frsize,
                     .used_bytes = (space.f_blocks - space.f_bfree) * space.f_frsize,
                     .available_bytes = space.f_bavail * space.f_frsize};
  }
  const std::string text =
      fmt::format("space of {}: {}", path, std::generic_category().message(error));
  return error == ENOENT ? NotFoundError(text) : UnavailableError(text);
}

}  // namespace bellrock::fiber
