// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/replica/digest_tree.h"

#include <xxhash.h>

namespace bellrock::naming::replica {
namespace {

// The first component of "/a/b/c"; `rest` keeps "/b/c".
std::string_view TakeComponent(std::string_view& rest) {
  const size_t end = rest.find('/', 1);
  const std::string_view component = rest.substr(1, end == rest.npos ? end : end - 1);
  rest.remove_prefix(end == rest.npos ? rest.size() : end);
  return component;
}

}  // namespace

size_t DigestTree::PathHash::operator()(std::string_view path) const {
  return XXH3_64bits(path.data(), path.size());
}

void DigestTree::Update(std::string_view instance_path, const Digest& before, const Digest& after) {
  if (before == after) return;
  const std::string_view cluster = instance_path.substr(0, instance_path.rfind('/'));
  for (Node* node = &MakeCluster(cluster); node != nullptr; node = node->parent) {
    node->digest -= before;
    node->digest += after;
  }
  if (after.records == 0) DropIfEmpty(cluster);
}

DigestTree::Node& DigestTree::MakeCluster(std::string_view cluster_path) {
  const auto known = clusters_.find(cluster_path);
  if (known != clusters_.end()) return *known->second;
  Node* node = &root_;
  for (std::string_view rest = cluster_path; !rest.empty();) {
    const std::string_view name = TakeComponent(rest);
    auto child = node->children.find(name);
    if (child == node->children.end()) {
      child = node->children.emplace(name, std::make_unique<Node>()).first;
      child->second->parent = node;
    }
    node = child->second.get();
  }
  clusters_.emplace(cluster_path, node);
  return *node;
}

void DigestTree::DropIfEmpty(std::string_view cluster_path) {
  const auto known = clusters_.find(cluster_path);
  if (known->second->digest.records != 0) return;
  Node* node = known->second;
  clusters_.erase(known);
  std::string_view rest = cluster_path;
  while (node->parent != nullptr && node->digest.records == 0) {
    const size_t slash = rest.rfind('/');
    Node* parent = node->parent;
    parent->children.erase(parent->children.find(rest.substr(slash + 1)));
    rest = rest.substr(0, slash);
    node = parent;
  }
}

const DigestTree::Node* DigestTree::Find(std::string_view directory_path) const {
  const Node* node = &root_;
  std::string_view rest = directory_path == "/" ? "" : directory_path;
  while (!rest.empty()) {
    const auto child = node->children.find(TakeComponent(rest));
    if (child == node->children.end()) return nullptr;
    node = child->second.get();
  }
  return node;
}

Digest DigestTree::At(std::string_view directory_path) const {
  const Node* node = Find(directory_path);
  return node == nullptr ? Digest{} : node->digest;
}

void DigestTree::ForEachChild(std::string_view directory_path, std::string_view after,
                              const Visitor& visitor) const {
  const Node* node = Find(directory_path);
  if (node == nullptr) return;
  for (auto at = node->children.upper_bound(after); at != node->children.end(); ++at) {
    if (!visitor(at->first, at->second->digest)) return;
  }
}

}  // namespace bellrock::naming::replica
