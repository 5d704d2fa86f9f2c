// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bellrock/status.h"

namespace bellrock::shm {

// A file mapped whole and shared. Owned by one publisher or reader; unmaps in its destructor. The
// memory may be written by another process at any time, so shared words are touched only through
// Word32() and Word64().
class MappedFile {
 public:
  enum class Access { kRead, kReadWrite };

  // Makes the file under a temporary name with all its blocks reserved (a full disk is an error
  // here, not a SIGBUS later) and permissions 0600. It appears under `path` only with Appear(), so
  // that nobody sees it half made.
  static Result<MappedFile> Create(const std::string& path, size_t bytes);
  // kNotFound if absent, kDataLoss if smaller than `bytes_min`.
  static Result<MappedFile> Open(const std::string& path, Access access, size_t bytes_min);
  // Memory of this process only, for counters without an agent.
  static MappedFile Anonymous(size_t bytes);

  MappedFile() = default;
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile();

  // Renames onto `path`, atomically.
  Status Appear();

  size_t size() const { return size_; }
  bool mapped() const { return start_ != nullptr; }
  const std::string& path() const { return path_; }

  // Offsets are multiples of the word's size, within size().
  std::atomic_ref<uint64_t> Word64(size_t offset) const {
    return std::atomic_ref<uint64_t>(*reinterpret_cast<uint64_t*>(start_ + offset));
  }
  std::atomic_ref<uint32_t> Word32(size_t offset) const {
    return std::atomic_ref<uint32_t>(*reinterpret_cast<uint32_t*>(start_ + offset));
  }

 private:
  void Unmap();

  std::byte* start_ = nullptr;
  size_t size_ = 0;
  std::string path_;
  std::string temporary_path_;  // not yet appeared
};

// Makes the directory and its parents, 0700.
Status MakeDirectory(const std::string& path);
// Names in a directory, sorted; empty if there is none.
std::vector<std::string> ListDirectory(const std::string& path);
// OK also if absent.
Status RemoveFile(const std::string& path);
uint32_t ProcessId();
// False if no process of that id is visible here.
bool ProcessAlive(uint32_t process_id);
// XXH3, 64 bits: the checksum of every format here.
uint64_t Checksum(const void* bytes, size_t size);

}  // namespace bellrock::shm
