// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/address.h"
#include "fiber/environment.h"
#include "fiber/fiber.h"
#include "fiber/sync.h"
#include "naming/server/complaint.h"

namespace bellrock::naming::server {

// Keeps the file `members` of a data directory up to date: written at changes, at most once in
// kInterval, tried again when the disk refuses. Owned by GossipHost, on its loop.
class MembersKeeper {
 public:
  static constexpr Duration kInterval = std::chrono::seconds(5);

  // Blocks while the file is read; a damaged one is told and then written anew. "": no file.
  MembersKeeper(fiber::Environment environment, std::string data_dir);
  ~MembersKeeper() { Stop(); }

  // What the file held at the start.
  const std::vector<Address>& loaded() const { return loaded_; }
  void Start();
  // These are the members from now on. None at all are not worth a file: whoever lost everybody
  // shall still know where they were.
  void Keep(std::vector<Address> members);
  void Stop();

 private:
  void Run();

  fiber::Environment environment_;
  const std::string data_dir_;
  std::vector<Address> loaded_;
  std::vector<Address> wanted_;
  std::vector<Address> saved_;
  Complaint complaint_;
  fiber::WaitQueue changed_;
  fiber::JoinHandle writer_;
};

}  // namespace bellrock::naming::server
