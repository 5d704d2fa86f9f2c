// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "fiber/environment.h"
#include "testing/sim_clock.h"

namespace bellrock::testing {

// A host's files in memory. Of each file it knows how much was synced; a crash keeps that and a
// random part of the rest, as a power failure does. Names (create, rename, remove) are durable at
// once, since the real disk syncs directories.
class SimDisk final : public fiber::Disk {
 public:
  SimDisk(SimRandom& random, std::string host) : random_(random), host_(std::move(host)) {}

  Result<std::unique_ptr<fiber::File>> Open(const std::string& path, fiber::OpenMode mode) override;
  Status Rename(const std::string& from, const std::string& to) override;
  Status Remove(const std::string& path) override;
  Status CreateDirectories(const std::string& path) override;
  Result<std::vector<std::string>> List(const std::string& directory) override;
  Result<std::unique_ptr<fiber::FileLock>> Lock(const std::string& path) override;

  // Cuts unsynced tails, makes every open file fail from now on, and drops all locks.
  void Crash();
  void SetSpace(uint64_t bytes) { space_ = bytes; }
  void SetSyncDelay(Duration delay) { sync_delay_ = delay; }

 private:
  friend class SimFile;
  friend class SimFileLock;
  struct Node {
    std::vector<std::byte> bytes;
    size_t synced = 0;
  };

  bool HasDirectory(const std::string& path) const;
  void GiveBack(size_t bytes);

  SimRandom& random_;
  std::string host_;
  std::map<std::string, std::shared_ptr<Node>> files_;
  std::set<std::string> directories_;
  std::set<std::string> locked_;
  uint64_t space_ = UINT64_MAX;
  uint64_t crashes_ = 0;
  Duration sync_delay_{};
};

}  // namespace bellrock::testing
