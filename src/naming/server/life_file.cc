// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/server/life_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "fiber/unix_time.h"
#include "store/log_files.h"

namespace bellrock::naming::server {
namespace {

constexpr size_t kFileBytesMax = 64;

// 0: there is no file yet.
Result<uint64_t> LastLife(fiber::Environment environment, const std::string& path) {
  const Result<std::string> kept = store::ReadSmallFile(environment.disk, path, kFileBytesMax);
  if (kept.status().code() == StatusCode::kNotFound) return 0;
  if (!kept.ok()) return kept.status();
  uint64_t life = 0;
  const char* end = kept->data() + kept->size();
  const auto [at, error] = std::from_chars(kept->data(), end, life);
  if (error == std::errc() && life != 0 && at + 1 == end && *at == '\n') return life;
  return DataLossError(path + " holds no epoch: restore it, or remove it to begin a new epoch");
}

}  // namespace

Status KeepLife(fiber::Environment environment, const std::string& directory, uint64_t life) {
  return store::WriteFileAtomically(environment.disk, directory + "/epoch",
                                    fmt::format("{}\n", life));
}

Result<uint64_t> BeginLife(fiber::Environment environment, const std::string& directory) {
  BELLROCK_TRY(environment.disk.CreateDirectories(directory));
  const std::string path = directory + "/epoch";
  BELLROCK_ASSIGN(const uint64_t last, LastLife(environment, path));
  const uint64_t life = std::max(last + 1, static_cast<uint64_t>(fiber::UnixMs(environment.clock)));
  BELLROCK_TRY(store::WriteFileAtomically(environment.disk, path, fmt::format("{}\n", life)));
  return life;
}

}  // namespace bellrock::naming::server
