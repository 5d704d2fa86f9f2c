// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "fiber/disk.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "base/immortal.h"
#include "fiber/disk_pool.h"
#include "fiber/fiber.h"

namespace bellrock::fiber {
namespace {

Status DiskError(std::string_view call, const std::string& path, int error) {
  std::string text = fmt::format("{} {}: {}", call, path, std::generic_category().message(error));
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return NotFoundError(std::move(text));
    case EEXIST:
    case ENOTEMPTY:
      return AlreadyExistsError(std::move(text));
    case EACCES:
    case EPERM:
    case EROFS:
      return PermissionDeniedError(std::move(text));
    case ENOSPC:
    case EDQUOT:
    case EMFILE:
    case ENFILE:
    case EFBIG:
      return ResourceExhaustedError(std::move(text));
    case EINVAL:
    case EISDIR:
    case ENAMETOOLONG:
      return InvalidArgumentError(std::move(text));
    default:
      return UnavailableError(std::move(text));
  }
}

// Runs a call that returns a Status or a Result on a disk thread, unless the fiber is already
// cancelled or late.
template <typename Call>
auto OnDisk(Call call) -> decltype(call()) {
  if (InFiber()) {
    if (Status status = CheckCurrent(); !status.ok()) return status;
  }
  decltype(call()) result = UnavailableError("disk call not run");
  RunOnDiskThread([&] { result = call(); });
  return result;
}

Status SyncDirectoryOf(const std::string& path) {
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  const std::string directory = parent.empty() ? std::string(".") : parent.string();
  const int descriptor = open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return DiskError("open", directory, errno);
  const int error = fsync(descriptor) == 0 ? 0 : errno;
  close(descriptor);
  // Some file systems cannot sync a directory and say EINVAL; there is nothing to wait for then.
  if (error != 0 && error != EINVAL) return DiskError("sync", directory, error);
  return Status::Ok();
}

class RealFile final : public File {
 public:
  RealFile(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}
  ~RealFile() override { close(descriptor_); }

  Result<size_t> ReadAt(uint64_t offset, std::span<std::byte> buffer) override {
    return OnDisk([&]() -> Result<size_t> {
      for (;;) {
        const ssize_t count =
            pread(descriptor_, buffer.data(), buffer.size(), static_cast<off_t>(offset));
        if (count >= 0) return static_cast<size_t>(count);
        if (errno != EINTR) return DiskError("read", path_, errno);
      }
    });
  }

  Status Append(std::span<const std::byte> bytes) override {
    return OnDisk([&, bytes]() mutable -> Status {
      while (!bytes.empty()) {
        const ssize_t count = write(descriptor_, bytes.data(), bytes.size());
        if (count >= 0) {
          bytes = bytes.subspan(static_cast<size_t>(count));
        } else if (errno != EINTR) {
          return DiskError("append", path_, errno);
        }
      }
      return Status::Ok();
    });
  }

  Status Sync() override {
    return OnDisk([&]() -> Status {
      if (fdatasync(descriptor_) != 0) return DiskError("sync", path_, errno);
      return Status::Ok();
    });
  }

  Status Truncate(uint64_t size) override {
    return OnDisk([&]() -> Status {
      if (ftruncate(descriptor_, static_cast<off_t>(size)) != 0)
        return DiskError("truncate", path_, errno);
      return Status::Ok();
    });
  }

  Result<uint64_t> Size() override {
    return OnDisk([&]() -> Result<uint64_t> {
      struct stat status {};
      if (fstat(descriptor_, &status) != 0) return DiskError("stat", path_, errno);
      return static_cast<uint64_t>(status.st_size);
    });
  }

 private:
  int descriptor_;
  std::string path_;
};

Result<std::unique_ptr<File>> OpenFile(const std::string& path, OpenMode mode) {
  constexpr int kCreate = O_RDWR | O_APPEND | O_CLOEXEC | O_CREAT | O_EXCL;
  int descriptor = -1;
  if (mode == OpenMode::kRead) {
    descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  } else {
    descriptor = open(path.c_str(), kCreate, 0644);
    if (descriptor >= 0) {
      // A file that its directory forgets at a power failure would lose synced bytes.
      if (Status synced = SyncDirectoryOf(path); !synced.ok()) {
        close(descriptor);
        return synced;
      }
    } else if (errno == EEXIST && mode == OpenMode::kAppendOrCreate) {
      descriptor = open(path.c_str(), O_RDWR | O_APPEND | O_CLOEXEC);
    }
  }
  if (descriptor < 0) return DiskError("open", path, errno);
  return std::unique_ptr<File>(std::make_unique<RealFile>(descriptor, path));
}

Result<std::vector<std::string>> ListNames(const std::string& directory) {
  std::error_code error;
  std::vector<std::string> names;
  std::filesystem::directory_iterator entry(directory, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error))
    names.push_back(entry->path().filename().string());
  if (error) return DiskError("list", directory, error.value());
  std::sort(names.begin(), names.end());
  return names;
}

class RealFileLock final : public FileLock {
 public:
  explicit RealFileLock(int descriptor) : descriptor_(descriptor) {}
  ~RealFileLock() override { close(descriptor_); }

 private:
  int descriptor_;
};

Result<std::unique_ptr<FileLock>> LockFile(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) return DiskError("open", path, errno);
  if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    const int error = errno;
    close(descriptor);
    if (error == EWOULDBLOCK) {
      return FailedPreconditionError(
          fmt::format("lock {}: another process holds it; end that one first", path));
    }
    return DiskError("lock", path, error);
  }
  return std::unique_ptr<FileLock>(std::make_unique<RealFileLock>(descriptor));
}

// A directory is there after a crash of the machine only if the one above it was synced since.
Status MakeDirectories(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  std::vector<std::string> made;
  for (fs::path at = fs::path(path).lexically_normal();
       !at.empty() && at.has_relative_path() && !fs::exists(at, error); at = at.parent_path()) {
    if (at.has_filename()) made.push_back(at.string());
  }
  fs::create_directories(path, error);
  if (error) return DiskError("create directory", path, error.value());
  for (auto directory = made.rbegin(); directory != made.rend(); ++directory) {
    BELLROCK_TRY(SyncDirectoryOf(*directory));
  }
  return Status::Ok();
}

class SystemDisk final : public Disk {
 public:
  Result<std::unique_ptr<File>> Open(const std::string& path, OpenMode mode) override {
    return OnDisk([&] { return OpenFile(path, mode); });
  }
  Status Rename(const std::string& from, const std::string& to) override {
    return OnDisk([&]() -> Status {
      if (rename(from.c_str(), to.c_str()) != 0) return DiskError("rename", from, errno);
      return SyncDirectoryOf(to);
    });
  }
  Status Remove(const std::string& path) override {
    return OnDisk([&]() -> Status {
      if (remove(path.c_str()) != 0) return DiskError("remove", path, errno);
      return Status::Ok();
    });
  }
  Status CreateDirectories(const std::string& path) override {
    return OnDisk([&] { return MakeDirectories(path); });
  }
  Result<std::vector<std::string>> List(const std::string& directory) override {
    return OnDisk([&] { return ListNames(directory); });
  }
  Result<std::unique_ptr<FileLock>> Lock(const std::string& path) override {
    return OnDisk([&] { return LockFile(path); });
  }
};

}  // namespace

Disk& RealDisk() {
  static Immortal<SystemDisk> disk;
  return *disk;
}

}  // namespace bellrock::fiber
