// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>

namespace bellrock::metrics::server {

// Keeps answers for the second in which they were made: many consoles ask the same each second, and
// one computation serves them all. Bounded; beyond the bound answers are simply not kept. Not
// thread-safe.
template <typename Request, typename Reply>
class AnswerCache {
 public:
  static constexpr size_t kAnswersMax = 64;

  const Reply* Find(const Request& request, int64_t second) {
    if (second != second_) {
      answers_.clear();
      second_ = second;
    }
    auto found = answers_.find(request.SerializeAsString());
    return found == answers_.end() ? nullptr : &found->second;
  }
  void Keep(const Request& request, const Reply& reply) {
    if (answers_.size() < kAnswersMax) answers_.emplace(request.SerializeAsString(), reply);
  }

 private:
  int64_t second_ = 0;
  std::unordered_map<std::string, Reply> answers_;
};

}  // namespace bellrock::metrics::server
