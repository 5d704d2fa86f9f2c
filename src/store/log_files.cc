// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "store/log_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace bellrock::store {
namespace {

constexpr std::string_view kSegmentPrefix = "log-";
constexpr std::string_view kSegmentSuffix = ".seg";
constexpr std::string_view kSnapshotPrefix = "snapshot-";
constexpr std::string_view kSnapshotSuffix = ".snap";

std::optional<uint64_t> NumberBetween(std::string_view name, std::string_view prefix,
                                      std::string_view suffix) {
  if (!name.starts_with(prefix) || !name.ends_with(suffix)) return std::nullopt;
  if (name.size() <= prefix.size() + suffix.size()) return std::nullopt;
  name = name.substr(prefix.size(), name.size() - prefix.size() - suffix.size());
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error != std::errc() || end != name.data() + name.size()) return std::nullopt;
  return number;
}

}  // namespace

std::string SegmentName(uint64_t first_sequence) {
  return fmt::format("{}{:020}{}", kSegmentPrefix, first_sequence, kSegmentSuffix);
}

std::string SnapshotName(uint64_t sequence) {
  return fmt::format("{}{:020}{}", kSnapshotPrefix, sequence, kSnapshotSuffix);
}

std::string SegmentPath(const std::string& directory, uint64_t first_sequence) {
  return directory + "/" + SegmentName(first_sequence);
}

Result<LogFiles> ListLogFiles(fiber::Disk& disk, const std::string& directory) {
  BELLROCK_ASSIGN(const std::vector<std::string> names, disk.List(directory));
  LogFiles files;
  for (const std::string& name : names) {
    if (auto segment = NumberBetween(name, kSegmentPrefix, kSegmentSuffix)) {
      files.segments.push_back(*segment);
    } else if (auto snapshot = NumberBetween(name, kSnapshotPrefix, kSnapshotSuffix)) {
      files.snapshots.push_back(*snapshot);
    } else if (name.ends_with(kUnfinishedSuffix)) {
      files.unfinished.push_back(name);
    }
  }
  std::sort(files.segments.begin(), files.segments.end());
  std::sort(files.snapshots.begin(), files.snapshots.end());
  return files;
}

Status WriteFileAtomically(fiber::Disk& disk, const std::string& path, std::string_view bytes) {
  const std::string aside = path + std::string(kUnfinishedSuffix);
  (void)disk.Remove(aside);
  {
    BELLROCK_ASSIGN(const auto file, disk.Open(aside, fiber::OpenMode::kCreateNew));
    if (!bytes.empty()) BELLROCK_TRY(file->Append(std::as_bytes(std::span(bytes))));
    BELLROCK_TRY(file->Sync());
  }
  return disk.Rename(aside, path);
}

Result<std::string> ReadSmallFile(fiber::Disk& disk, const std::string& path, size_t bytes_max) {
  BELLROCK_ASSIGN(const auto file, disk.Open(path, fiber::OpenMode::kRead));
  BELLROCK_ASSIGN(const uint64_t size, file->Size());
  if (size > bytes_max) {
    return OutOfRangeError(
        fmt::format("{} has {} bytes: at most {} belong there", path, size, bytes_max));
  }
  std::string bytes(size, '\0');
  size_t at = 0;
  while (at < size) {
    BELLROCK_ASSIGN(const size_t got,
                    file->ReadAt(at, std::as_writable_bytes(std::span(bytes).subspan(at))));
    if (got == 0) return DataLossError(path + " became shorter while it was read");
    at += got;
  }
  return bytes;
}

}  // namespace bellrock::store
