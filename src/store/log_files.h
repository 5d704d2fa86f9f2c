// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bellrock/status.h"
#include "fiber/environment.h"

// Names of a log's files, and small files written whole.
namespace bellrock::store {

inline constexpr std::string_view kUnfinishedSuffix = ".tmp";

struct LogFiles {
  std::vector<uint64_t> segments;   // first sequences, ascending
  std::vector<uint64_t> snapshots;  // sequences covered, ascending
  std::vector<std::string> unfinished;
};

std::string SegmentName(uint64_t first_sequence);
std::string SnapshotName(uint64_t sequence);
std::string SegmentPath(const std::string& directory, uint64_t first_sequence);
// Other files in the directory are left alone.
Result<LogFiles> ListLogFiles(fiber::Disk& disk, const std::string& directory);

// Written aside, synced and renamed, so that the file is there whole or not at all.
Status WriteFileAtomically(fiber::Disk& disk, const std::string& path, std::string_view bytes);
// kNotFound if absent; kOutOfRange if larger than `bytes_max`.
Result<std::string> ReadSmallFile(fiber::Disk& disk, const std::string& path, size_t bytes_max);

}  // namespace bellrock::store
