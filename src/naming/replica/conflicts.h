// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>

#include "naming/replica/record.h"

namespace bellrock::naming::replica {

// Two words about one path of which neither knew the other and which the instance itself did not
// order: the clock decided. For people to see. Owned by a replica.
class Conflicts {
 public:
  static constexpr size_t kKeptMax = 64;
  struct Entry {
    std::string path;
    bool of_operator = false;
    Stamp prevailed;
    Stamp lost;
  };

  // Counts the meeting of two words if it is a conflict.
  void Note(const std::string& path, const InstanceWord& a, const InstanceWord& b);
  void Note(const std::string& path, const OperatorWord& a, const OperatorWord& b);

  uint64_t count() const { return count_; }
  const std::deque<Entry>& last() const { return last_; }

 private:
  void Keep(const std::string& path, bool of_operator, const Stamp& prevailed, const Stamp& lost);

  uint64_t count_ = 0;
  std::deque<Entry> last_;
};

}  // namespace bellrock::naming::replica
