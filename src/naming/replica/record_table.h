// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "naming/replica/digest_tree.h"
#include "naming/replica/record.h"

namespace bellrock::naming::replica {

// All records by path, and the digest tree over them, which is right after every change. Owned by
// a replica.
class RecordTable {
 public:
  // Nullptr: nothing is known of it.
  const Record* Find(std::string_view instance_path) const;
  // An empty record removes it.
  void Put(std::string_view instance_path, Record record);

  // The digest of a directory, or of a cluster.
  Digest At(std::string_view directory_path) const { return digests_.At(directory_path); }
  // The children of a directory, or the live records of a cluster, after `after` in order of name.
  void ForEachChild(std::string_view directory_path, std::string_view after,
                    const DigestTree::Visitor& visitor) const;

  const std::map<std::string, Record, std::less<>>& records() const { return records_; }
  const Digest& root() const { return digests_.root(); }

 private:
  std::map<std::string, Record, std::less<>> records_;
  DigestTree digests_;
};

// How many names deep: 0 the root .. 5 a cluster.
int LevelOf(std::string_view directory_path);
// The path of a child; of the root too.
std::string ChildPath(std::string_view directory_path, std::string_view name);

}  // namespace bellrock::naming::replica
