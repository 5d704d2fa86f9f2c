// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "naming/instance.h"
#include "naming/path.h"
#include "naming/replica/digest.h"

namespace bellrock::naming {

// 0 the root, 1 a site .. 5 a cluster.
inline constexpr int kServiceLevel = 4;
inline constexpr int kClusterLevel = kPathDepth - 1;

struct Counts {
  int64_t initial = 0;
  int64_t working = 0;
  int64_t unreachable = 0;
  int64_t disabled = 0;  // disabled or isolated by an operator, whatever the state

  int64_t total() const { return initial + working + unreachable; }
  void Add(const Instance& instance, int64_t sign);
  Counts& operator+=(const Counts& other);
  friend bool operator==(const Counts&, const Counts&) = default;
};

struct ServiceEntry;

// A node above the instances: the root, a site, a department, a line, a service or a cluster.
// Exists while there is an instance or another live record under it (the root always). Knows the
// sum of the digests of the records below it, which makes the directories the Merkle tree of
// repair (VIN-075); digests of single records are computed when a cluster is compared.
struct Directory {
  std::string path = "/";  // canonical
  uint64_t path_hash = 0;  // for the tree's index
  int level = 0;
  Directory* parent = nullptr;
  ServiceEntry* service = nullptr;  // level 4, while it has instances
  Counts counts;
  replica::Digest digest;
  uint64_t revision = 0;  // of the last change of an instance under it
  // Levels 0..4, by name, which lies in the child's path.
  std::map<std::string_view, std::unique_ptr<Directory>> children;
  std::map<std::string, Instance, std::less<>> instances;  // level 5, by name

  // Without any it is nobody's business but the records'.
  bool has_instances() const { return counts.total() > 0; }
};

// A service over all sites and departments.
struct ServiceEntry {
  Counts counts;
  uint64_t revision = 0;
  std::map<std::string_view, Directory*> directories;  // its service directories by path
};

// What a change of one record means to every directory above it.
struct Shift {
  uint64_t revision = 0;  // 0: no instance has changed
  replica::Digest was{};  // of the record before and after; zero: there was or is none
  replica::Digest is{};
};

std::string PathOf(const Instance& instance);

// The path tree (VIN-034, VIN-098): owns directories and instances, keeps counts, revisions and
// digests of every directory and service right at each change, finds an instance or a directory by
// its path with one hash. Pure; belongs to the record table.
class Tree {
 public:
  using Visitor = std::function<bool(const Instance&)>;  // false stops

  Tree() = default;
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;

  Instance* Find(std::string_view instance_path) const;
  // A new instance, which must not exist; `fill` says what it is like. The path has six components.
  template <typename Fill>
  Instance& Insert(std::string_view instance_path, const Shift& shift, Fill&& fill) {
    Instance& instance = Make(instance_path);
    fill(instance);
    instance.revision = shift.revision;
    Counts counts;
    counts.Add(instance, +1);
    Climb(*instance.cluster, counts, shift);
    return instance;
  }
  // The instance and every directory and service that is empty then.
  void Remove(Instance& instance, const Shift& shift);
  // Runs `change` on the instance, which may change whatever counts depend on.
  template <typename Change>
  void Update(Instance& instance, const Shift& shift, Change&& change) {
    Counts counts;
    counts.Add(instance, -1);
    change(instance);
    counts.Add(instance, +1);
    instance.revision = shift.revision;
    Climb(*instance.cluster, counts, shift);
  }
  // A record that has no instance, neither before nor after.
  void UpdateOther(std::string_view instance_path, const Shift& shift);

  const Directory& root() const { return root_; }
  // Depth 0..5; nullptr if there is no instance under it (the root is always there).
  const Directory* FindDirectory(const Path& path) const;
  // By its canonical path; also one that has records only. nullptr: nothing is there.
  const Directory* FindRecords(std::string_view directory_path) const;
  const std::map<std::string, ServiceEntry, std::less<>>& services() const { return services_; }
  size_t size() const { return index_.size(); }
  // Of the last change of an instance under the target; 0: there is none.
  uint64_t RevisionOf(const Target& target) const;

  // Instances under the target in order of their components, beginning after the instance path
  // `after` ("" = from the start), which need not exist any more. True if it came to the end.
  bool ForEach(const Target& target, std::string_view after, const Visitor& visitor) const;

 private:
  struct PathHash {
    using is_transparent = void;
    using is_avalanching = void;
    size_t operator()(std::string_view path) const;
    template <typename Node>
    size_t operator()(const Node* node) const {
      return node->path_hash;
    }
  };
  struct PathEqual {
    using is_transparent = void;
    template <typename Node>
    bool operator()(const Node* a, const Node* b) const {
      return a == b;
    }
    bool operator()(const Instance* a, std::string_view b) const;
    bool operator()(const Directory* a, std::string_view b) const { return a->path == b; }
    template <typename Node>
    bool operator()(std::string_view a, const Node* b) const {
      return (*this)(b, a);
    }
  };
  template <typename Node>
  using Index = boost::unordered_flat_set<Node*, PathHash, PathEqual>;

  Instance& Make(std::string_view instance_path);
  Directory& MakeDirectory(std::string_view path);
  void Climb(Directory& cluster, const Counts& counts, const Shift& shift);
  void ClimbService(Directory& directory, const Counts& counts, uint64_t revision);
  void Prune(Directory* cluster);

  Directory root_;
  std::map<std::string, ServiceEntry, std::less<>> services_;
  Index<Directory> directories_;  // but for the root
  Index<Instance> index_;
};

}  // namespace bellrock::naming
