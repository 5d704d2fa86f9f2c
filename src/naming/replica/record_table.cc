// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/replica/record_table.h"

#include <algorithm>
#include <utility>

namespace bellrock::naming::replica {

const Record* RecordTable::Find(std::string_view instance_path) const {
  const auto at = records_.find(instance_path);
  return at == records_.end() ? nullptr : &at->second;
}

void RecordTable::Put(std::string_view instance_path, Record record) {
  auto at = records_.find(instance_path);
  const Digest before = at == records_.end() ? Digest{} : DigestOf(instance_path, at->second);
  digests_.Update(instance_path, before, DigestOf(instance_path, record));
  if (record.empty()) {
    if (at != records_.end()) records_.erase(at);
  } else if (at != records_.end()) {
    at->second = std::move(record);
  } else {
    records_.emplace(instance_path, std::move(record));
  }
}

void RecordTable::ForEachChild(std::string_view directory_path, std::string_view after,
                               const DigestTree::Visitor& visitor) const {
  if (LevelOf(directory_path) < DigestTree::kClusterLevel) {
    digests_.ForEachChild(directory_path, after, visitor);
    return;
  }
  const std::string prefix = std::string(directory_path) + "/";
  for (auto at = records_.upper_bound(prefix + std::string(after)); at != records_.end(); ++at) {
    if (!at->first.starts_with(prefix)) return;
    if (!at->second.live()) continue;
    if (!visitor(std::string_view(at->first).substr(prefix.size()),
                 DigestOf(at->first, at->second))) {
      return;
    }
  }
}

int LevelOf(std::string_view directory_path) {
  if (directory_path == "/") return 0;
  return static_cast<int>(std::count(directory_path.begin(), directory_path.end(), '/'));
}

std::string ChildPath(std::string_view directory_path, std::string_view name) {
  std::string path(directory_path == "/" ? "" : directory_path);
  return path.append(1, '/').append(name);
}

}  // namespace bellrock::naming::replica
