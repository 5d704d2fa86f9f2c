// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "naming/path.h"
#include "naming/replica/digest.h"

namespace bellrock::naming::replica {

// The Merkle tree along the path tree (VIN-075): each directory, from the root to the clusters,
// knows the sum of the digests of the records below it. A change costs one subtraction and addition
// per level. Leaves are not kept: their digests are computed when a cluster is compared. Owned by
// the record table.
class DigestTree {
 public:
  static constexpr int kClusterLevel = kPathDepth - 1;
  using Visitor = std::function<bool(std::string_view name, const Digest&)>;  // false stops

  DigestTree() = default;
  DigestTree(const DigestTree&) = delete;
  DigestTree& operator=(const DigestTree&) = delete;

  // The record at this instance path had the digest `before` and has `after`; zero: there was or
  // is none.
  void Update(std::string_view instance_path, const Digest& before, const Digest& after);

  // Of a directory's canonical path ("/", "/a", ...); zero if nothing is there.
  Digest At(std::string_view directory_path) const;
  // Its children by name, those after `after` ("" = all); only above the clusters.
  void ForEachChild(std::string_view directory_path, std::string_view after,
                    const Visitor& visitor) const;
  const Digest& root() const { return root_.digest; }

 private:
  struct PathHash {
    using is_transparent = void;
    using is_avalanching = void;
    size_t operator()(std::string_view path) const;
  };
  struct Node {
    Digest digest;
    Node* parent = nullptr;
    std::map<std::string, std::unique_ptr<Node>, std::less<>> children;
  };
  const Node* Find(std::string_view directory_path) const;
  Node& MakeCluster(std::string_view cluster_path);
  void DropIfEmpty(std::string_view cluster_path);

  Node root_;
  // By path, so that a change costs one look-up and not one per level.
  boost::unordered_flat_map<std::string, Node*, PathHash, std::equal_to<>> clusters_;
};

}  // namespace bellrock::naming::replica
