// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/queue/queue.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>

namespace bellrock::metrics::queue {
namespace {

constexpr size_t kTopicNameBytesMax = 100;

bool IsLetter(char c) {
  return c >= 'a' && c <= 'z';
}

bool IsName(std::string_view name) {
  const auto allowed = [](char c) {
    return IsLetter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  };
  return !name.empty() && name.size() <= kTopicNameBytesMax && IsLetter(name.front()) &&
         std::all_of(name.begin(), name.end(), allowed);
}

}  // namespace

Status CheckTopics(const std::vector<Topic>& topics) {
  std::set<std::string_view> names;
  for (const Topic& topic : topics) {
    if (!IsName(topic.name)) {
      return InvalidArgumentError(
          fmt::format("topic \"{}\": use 1..{} lower-case letters, digits, '-', '_' and '.', and "
                      "begin with a letter",
                      topic.name.substr(0, kTopicNameBytesMax), kTopicNameBytesMax));
    }
    if (topic.partitions < 1 || topic.partitions > kQueuePartitionsMax) {
      return InvalidArgumentError(fmt::format("topic \"{}\": {} partitions: use 1..{}", topic.name,
                                              topic.partitions, kQueuePartitionsMax));
    }
    if (!names.insert(topic.name).second) {
      return InvalidArgumentError(
          fmt::format("topic \"{}\" is there twice: leave one out", topic.name));
    }
  }
  return Status::Ok();
}

}  // namespace bellrock::metrics::queue
