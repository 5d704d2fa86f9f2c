// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "shm/cursor_file.h"

#include <fmt/format.h>

#include <utility>

namespace bellrock::shm {
namespace {

// Offsets of docs/spec/shm.md, "Cursors file".
constexpr uint64_t kMagic = 0x5253525543434c42;  // "BLCCURSR"
constexpr uint32_t kVersion = 1;
constexpr size_t kMagicAt = 0;
constexpr size_t kVersionAt = 8;

}  // namespace

Result<CursorFile> CursorFile::Open(const std::string& path) {
  BELLROCK_ASSIGN(MappedFile file,
                  MappedFile::Open(path, MappedFile::Access::kReadWrite, kFileBytes));
  if (file.Word64(kMagicAt).load(std::memory_order_acquire) != kMagic) {
    return DataLossError(path + " is no Bellrock cursors file (wrong magic)");
  }
  const uint32_t version = file.Word32(kVersionAt).load(std::memory_order_relaxed);
  if (version != kVersion) {
    return UnimplementedError(fmt::format(
        "{} has cursors version {}, this program reads version {}", path, version, kVersion));
  }
  return CursorFile(std::move(file));
}

Result<CursorFile> CursorFile::OpenOrCreate(const std::string& path) {
  if (Result<CursorFile> there = Open(path); there.ok()) return there;
  BELLROCK_ASSIGN(MappedFile file, MappedFile::Create(path, kFileBytes));
  file.Word32(kVersionAt).store(kVersion, std::memory_order_relaxed);
  file.Word64(kMagicAt).store(kMagic, std::memory_order_release);
  BELLROCK_TRY(file.Appear());
  return CursorFile(std::move(file));
}

CursorFile CursorFile::Anonymous() {
  return CursorFile(MappedFile::Anonymous(kFileBytes));
}

}  // namespace bellrock::shm
