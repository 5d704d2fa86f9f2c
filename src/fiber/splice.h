// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>

#include "bellrock/status.h"
#include "fiber/environment.h"

namespace bellrock::fiber {

// A pipe of the kernel through which bytes go from one socket to another without a copy into this
// process (splice(2)). Used by one fiber at a time, for one pair of streams at a time; whoever uses
// it next must find it empty. Worth its two system calls a step for steps of tens of kilobytes.
class SplicePipe {
 public:
  // kResourceExhausted if the process is out of descriptors.
  static Result<std::unique_ptr<SplicePipe>> Open();
  // Whether both are plain sockets; a simulated or encrypted stream is read and written instead.
  static bool CanJoin(Stream& from, Stream& to);

  ~SplicePipe();
  SplicePipe(const SplicePipe&) = delete;
  SplicePipe& operator=(const SplicePipe&) = delete;

  // Blocks until the empty pipe has taken at most `max` bytes, at least one; how many. 0: the peer
  // ended its side.
  Result<size_t> Fill(Stream& from, size_t max);
  // Blocks until the kernel has all of it for `to`.
  Status Drain(Stream& to);
  bool empty() const { return held_ == 0; }

 private:
  SplicePipe(int in, int out) : in_(in), out_(out) {}

  int in_;
  int out_;
  size_t held_ = 0;
};

}  // namespace bellrock::fiber
