// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "shm/mapped_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/check.h"

namespace bellrock::shm {
namespace {

Status ErrnoStatus(std::string_view what, const std::string& path, int error) {
  const std::string text = fmt::format("{} {}: {}", what, path, std::strerror(error));
  switch (error) {
    case ENOENT:
      return NotFoundError(text);
    case ENOSPC:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
      return ResourceExhaustedError(text);
    case EACCES:
    case EPERM:
      return PermissionDeniedError(text);
    default:
      return UnavailableError(text);
  }
}

// Closes on every way out.
struct FileDescriptor {
  int number = -1;
  ~FileDescriptor() {
    if (number >= 0) ::close(number);
  }
};

}  // namespace

Result<MappedFile> MappedFile::Create(const std::string& path, size_t bytes) {
  static std::atomic<uint32_t> count{0};
  MappedFile file;
  file.path_ = path;
  const std::string temporary = fmt::format("{}.{}.{}.new", path, ::getpid(), count.fetch_add(1));
  FileDescriptor fd{
      ::open(temporary.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)};
  if (fd.number < 0) return ErrnoStatus("create", temporary, errno);
  file.temporary_path_ = temporary;
  if (const int error = ::posix_fallocate(fd.number, 0, static_cast<off_t>(bytes)); error != 0) {
    return ErrnoStatus(fmt::format("reserve {} bytes for", bytes), temporary, error);
  }
  void* start = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd.number, 0);
  if (start == MAP_FAILED) return ErrnoStatus("map", temporary, errno);
  file.start_ = static_cast<std::byte*>(start);
  file.size_ = bytes;
  return file;
}

Result<MappedFile> MappedFile::Open(const std::string& path, Access access, size_t bytes_min) {
  const bool write = access == Access::kReadWrite;
  FileDescriptor fd{::open(path.c_str(), (write ? O_RDWR : O_RDONLY) | O_CLOEXEC | O_NOFOLLOW)};
  if (fd.number < 0) return ErrnoStatus("open", path, errno);
  struct stat stat {};
  if (::fstat(fd.number, &stat) != 0) return ErrnoStatus("stat", path, errno);
  if (!S_ISREG(stat.st_mode)) return InvalidArgumentError(path + " is not a regular file");
  const auto size = static_cast<size_t>(stat.st_size);
  if (size < bytes_min) {
    return DataLossError(fmt::format("{} has {} bytes, at least {} expected: truncated or not ours",
                                     path, size, bytes_min));
  }
  void* start =
      ::mmap(nullptr, size, write ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, fd.number, 0);
  if (start == MAP_FAILED) return ErrnoStatus("map", path, errno);
  MappedFile file;
  file.path_ = path;
  file.start_ = static_cast<std::byte*>(start);
  file.size_ = size;
  return file;
}

MappedFile MappedFile::Anonymous(size_t bytes) {
  void* start = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  BELLROCK_CHECK(start != MAP_FAILED, "out of memory");
  MappedFile file;
  file.start_ = static_cast<std::byte*>(start);
  file.size_ = bytes;
  return file;
}

MappedFile::MappedFile(MappedFile&& other) noexcept {
  *this = std::move(other);
}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  if (this == &other) return *this;
  Unmap();
  start_ = std::exchange(other.start_, nullptr);
  size_ = std::exchange(other.size_, 0);
  path_ = std::move(other.path_);
  temporary_path_ = std::exchange(other.temporary_path_, {});
  return *this;
}

MappedFile::~MappedFile() {
  Unmap();
}

void MappedFile::Unmap() {
  if (start_ != nullptr) ::munmap(start_, size_);
  start_ = nullptr;
  if (!temporary_path_.empty()) ::unlink(temporary_path_.c_str());
  temporary_path_.clear();
}

Status MappedFile::Appear() {
  if (temporary_path_.empty()) return Status::Ok();
  if (::rename(temporary_path_.c_str(), path_.c_str()) != 0) {
    return ErrnoStatus("rename to", path_, errno);
  }
  temporary_path_.clear();
  return Status::Ok();
}

Status MakeDirectory(const std::string& path) {
  for (size_t slash = path.find('/', 1);; slash = path.find('/', slash + 1)) {
    const std::string part = path.substr(0, slash);
    if (::mkdir(part.c_str(), 0700) != 0 && errno != EEXIST) {
      return ErrnoStatus("make directory", part, errno);
    }
    if (slash == std::string::npos) return Status::Ok();
  }
}

std::vector<std::string> ListDirectory(const std::string& path) {
  std::vector<std::string> names;
  DIR* directory = ::opendir(path.c_str());
  if (directory == nullptr) return names;
  while (const dirent* entry = ::readdir(directory)) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
  }
  ::closedir(directory);
  std::sort(names.begin(), names.end());
  return names;
}

Status RemoveFile(const std::string& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return ErrnoStatus("remove", path, errno);
  return Status::Ok();
}

uint32_t ProcessId() {
  return static_cast<uint32_t>(::getpid());
}

bool ProcessAlive(uint32_t process_id) {
  return process_id != 0 && (::kill(static_cast<pid_t>(process_id), 0) == 0 || errno == EPERM);
}

uint64_t Checksum(const void* bytes, size_t size) {
  return XXH3_64bits(bytes, size);
}

}  // namespace bellrock::shm
