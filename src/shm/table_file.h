// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "bellrock/status.h"
#include "bellrock/time.h"
#include "shm/mapped_file.h"

// A file in which one writer publishes a body of bytes again and again, and any number of processes
// read it whole, without locks. Layout: docs/spec/shm.md. Knows nothing of what the body means.
namespace bellrock::shm {

inline constexpr size_t kTableBodyMax = size_t{64} << 20;

// The single writer of a table file. Two buffers: generation g is written to buffer g mod 2 and
// then announced in one word, so a reader always finds the announced one whole. Belongs to one
// thread.
class TablePublisher {
 public:
  // A new file in place of whatever was there; a valid former file is marked as superseded, so that
  // its readers come here. `body_bytes` bounds every body this file can hold.
  static Result<TablePublisher> Create(const std::string& path, size_t body_bytes, Time now);

  // kResourceExhausted if the body is larger than the file was made for: Create() a larger one.
  Status Publish(std::span<const std::byte> body);
  // The sign of life by which readers know that somebody decides. Each tick.
  void Beat(Time now);

  size_t body_bytes() const { return body_bytes_; }
  uint64_t generation() const { return generation_; }

 private:
  MappedFile file_;
  size_t body_bytes_ = 0;
  uint64_t generation_ = 0;
};

// One reader of a table file. Belongs to one thread.
class TableReader {
 public:
  // kNotFound if there is none; kDataLoss for garbage and truncated files, kUnimplemented for
  // another version's: the message says which.
  static Result<TableReader> Open(const std::string& path);

  // Of the newest body; 0 = none yet. One load.
  uint64_t generation() const;
  // Copies the newest body and checks it. kUnavailable while the writer is too fast (try later),
  // kDataLoss if the checksum does not hold.
  Result<std::vector<std::byte>> Read(uint64_t& generation) const;
  Time heartbeat() const;
  bool superseded() const;
  // The same for all readers of one file, another for each file made.
  uint64_t identity() const;

 private:
  MappedFile file_;
  size_t body_bytes_ = 0;
};

}  // namespace bellrock::shm
