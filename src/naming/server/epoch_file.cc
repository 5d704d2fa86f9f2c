// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/server/epoch_file.h"

#include <fmt/format.h>

#include <charconv>

#include "store/log_files.h"

namespace bellrock::naming::server {
namespace {

constexpr size_t kEpochFileBytesMax = 64;
constexpr int kEpochBits = 53;

}  // namespace

uint64_t NewEpoch(fiber::Random& random) {
  uint64_t epoch = 0;
  while (epoch == 0) epoch = random.Next() >> (64 - kEpochBits);
  return epoch;
}

Result<uint64_t> LoadOrMakeEpoch(fiber::Environment environment, const std::string& directory) {
  BELLROCK_TRY(environment.disk.CreateDirectories(directory));
  const std::string path = directory + "/epoch";
  const Result<std::string> kept = store::ReadSmallFile(environment.disk, path, kEpochFileBytesMax);
  if (kept.ok()) {
    uint64_t epoch = 0;
    const char* end = kept->data() + kept->size();
    const auto [at, error] = std::from_chars(kept->data(), end, epoch);
    if (error == std::errc() && epoch != 0 && at + 1 == end && *at == '\n') return epoch;
    return DataLossError(path + " holds no epoch: restore it, or remove it to begin a new epoch");
  }
  if (kept.status().code() != StatusCode::kNotFound) return kept.status();
  const uint64_t epoch = NewEpoch(environment.random);
  BELLROCK_TRY(store::WriteFileAtomically(environment.disk, path, fmt::format("{}\n", epoch)));
  return epoch;
}

}  // namespace bellrock::naming::server
