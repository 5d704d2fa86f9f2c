// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_disk.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "fiber/fiber.h"

namespace bellrock::testing {
namespace {

// Without a trailing slash; "" for the root and for the working directory.
std::string Normal(std::string path) {
  while (!path.empty() && path.back() == '/') path.pop_back();
  return path == "." ? "" : path;
}

std::string ParentOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash);
}

}  // namespace

class SimFile final : public fiber::File {
 public:
  SimFile(SimDisk& disk, std::shared_ptr<SimDisk::Node> node, std::string path, bool writable)
      : disk_(disk),
        node_(std::move(node)),
        path_(std::move(path)),
        crashes_(disk.crashes_),
        writable_(writable) {}

  Result<size_t> ReadAt(uint64_t offset, std::span<std::byte> buffer) override {
    BELLROCK_TRY(Check());
    if (offset >= node_->bytes.size()) return size_t{0};
    const size_t count = std::min<size_t>(buffer.size(), node_->bytes.size() - offset);
    std::copy_n(node_->bytes.begin() + static_cast<ptrdiff_t>(offset), count, buffer.begin());
    return count;
  }

  Status Append(std::span<const std::byte> bytes) override {
    BELLROCK_TRY(CheckWritable("append"));
    const size_t fits = std::min<uint64_t>(bytes.size(), disk_.space_);
    if (disk_.space_ != UINT64_MAX) disk_.space_ -= fits;
    node_->bytes.insert(node_->bytes.end(), bytes.begin(),
                        bytes.begin() + static_cast<ptrdiff_t>(fits));
    if (fits == bytes.size()) return Status::Ok();
    return ResourceExhaustedError(fmt::format("append {}: No space left on device", path_));
  }

  Status Sync() override {
    BELLROCK_TRY(Check());
    // What is appended while the sync is under way is not promised by it.
    const size_t size = node_->bytes.size();
    if (disk_.sync_delay_ > Duration::zero()) {
      fiber::ScopedShield shield;
      BELLROCK_TRY(fiber::SleepFor(disk_.sync_delay_));
    }
    BELLROCK_TRY(CheckAlive());
    node_->synced = std::max(node_->synced, std::min(size, node_->bytes.size()));
    return Status::Ok();
  }

  Status Truncate(uint64_t size) override {
    BELLROCK_TRY(CheckWritable("truncate"));
    if (size < node_->bytes.size()) disk_.GiveBack(node_->bytes.size() - size);
    node_->bytes.resize(size);
    node_->synced = std::min<size_t>(node_->synced, size);
    return Status::Ok();
  }

  Result<uint64_t> Size() override {
    BELLROCK_TRY(Check());
    return uint64_t{node_->bytes.size()};
  }

 private:
  Status CheckAlive() const {
    if (crashes_ == disk_.crashes_) return Status::Ok();
    return UnavailableError(fmt::format("{}: the disk of host {} crashed", path_, disk_.host_));
  }
  Status Check() const {
    if (fiber::InFiber()) BELLROCK_TRY(fiber::CheckCurrent());
    return CheckAlive();
  }
  Status CheckWritable(std::string_view call) const {
    BELLROCK_TRY(Check());
    if (writable_) return Status::Ok();
    return InvalidArgumentError(fmt::format("{} {}: opened for reading", call, path_));
  }

  SimDisk& disk_;
  std::shared_ptr<SimDisk::Node> node_;
  std::string path_;
  uint64_t crashes_;
  bool writable_;
};

Result<std::unique_ptr<fiber::File>> SimDisk::Open(const std::string& path, fiber::OpenMode mode) {
  if (HasDirectory(Normal(path)))
    return InvalidArgumentError(fmt::format("open {}: Is a directory", path));
  if (!HasDirectory(ParentOf(path)))
    return NotFoundError(fmt::format("open {}: No such file or directory", path));
  auto found = files_.find(path);
  if (found == files_.end() && mode == fiber::OpenMode::kRead)
    return NotFoundError(fmt::format("open {}: No such file or directory", path));
  if (found != files_.end() && mode == fiber::OpenMode::kCreateNew)
    return AlreadyExistsError(fmt::format("open {}: File exists", path));
  if (found == files_.end()) found = files_.emplace(path, std::make_shared<Node>()).first;
  return std::unique_ptr<fiber::File>(std::make_unique<SimFile>(
      *this, found->second, path, /*writable=*/mode != fiber::OpenMode::kRead));
}

Status SimDisk::Rename(const std::string& from, const std::string& to) {
  auto source = files_.find(from);
  if (source == files_.end() || !HasDirectory(ParentOf(to)))
    return NotFoundError(fmt::format("rename {}: No such file or directory", from));
  std::shared_ptr<Node> node = std::move(source->second);
  files_.erase(source);
  std::shared_ptr<Node>& target = files_[to];
  if (target != nullptr) GiveBack(target->bytes.size());
  target = std::move(node);
  return Status::Ok();
}

Status SimDisk::Remove(const std::string& path) {
  auto found = files_.find(path);
  if (found != files_.end()) {
    GiveBack(found->second->bytes.size());
    files_.erase(found);
    return Status::Ok();
  }
  const std::string directory = Normal(path);
  if (directories_.count(directory) == 0)
    return NotFoundError(fmt::format("remove {}: No such file or directory", path));
  BELLROCK_ASSIGN(const std::vector<std::string> inside, List(directory));
  if (!inside.empty())
    return AlreadyExistsError(fmt::format("remove {}: Directory not empty", path));
  directories_.erase(directory);
  return Status::Ok();
}

Status SimDisk::CreateDirectories(const std::string& path) {
  for (std::string at = Normal(path); !at.empty(); at = ParentOf(at)) {
    if (files_.count(at) != 0)
      return InvalidArgumentError(fmt::format("create directory {}: {} is a file", path, at));
    directories_.insert(at);
  }
  return Status::Ok();
}

Result<std::vector<std::string>> SimDisk::List(const std::string& directory) {
  const std::string normal = Normal(directory);
  if (!HasDirectory(normal))
    return NotFoundError(fmt::format("list {}: No such file or directory", directory));
  std::vector<std::string> names;
  auto add = [&](const std::string& path) {
    if (ParentOf(path) == normal) names.push_back(path.substr(path.rfind('/') + 1));
  };
  for (const auto& [path, node] : files_) add(path);
  for (const std::string& path : directories_) add(path);
  std::sort(names.begin(), names.end());
  return names;
}

// Of a process that died with the host it no longer means anything.
class SimFileLock final : public fiber::FileLock {
 public:
  SimFileLock(SimDisk& disk, std::string path)
      : disk_(disk), path_(std::move(path)), crashes_(disk.crashes_) {}
  ~SimFileLock() override {
    if (crashes_ == disk_.crashes_) disk_.locked_.erase(path_);
  }

 private:
  SimDisk& disk_;
  std::string path_;
  uint64_t crashes_;
};

Result<std::unique_ptr<fiber::FileLock>> SimDisk::Lock(const std::string& path) {
  const std::string normal = Normal(path);
  if (!HasDirectory(ParentOf(normal)))
    return NotFoundError(fmt::format("lock {}: No such file or directory", path));
  if (!locked_.insert(normal).second) {
    return FailedPreconditionError(
        fmt::format("lock {}: another process holds it; end that one first", path));
  }
  files_.try_emplace(normal, std::make_shared<Node>());
  return std::unique_ptr<fiber::FileLock>(std::make_unique<SimFileLock>(*this, normal));
}

void SimDisk::Crash() {
  ++crashes_;
  locked_.clear();
  for (auto& [path, node] : files_) {
    const size_t kept = random_.Between(node->synced, node->bytes.size());
    GiveBack(node->bytes.size() - kept);
    node->bytes.resize(kept);
    node->synced = kept;
  }
}

bool SimDisk::HasDirectory(const std::string& path) const {
  return path.empty() || directories_.count(path) != 0;
}

void SimDisk::GiveBack(size_t bytes) {
  if (space_ != UINT64_MAX) space_ += bytes;
}

}  // namespace bellrock::testing
