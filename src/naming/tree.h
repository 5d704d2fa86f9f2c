// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "naming/instance.h"
#include "naming/path.h"

namespace bellrock::naming {

struct Counts {
  int64_t initial = 0;
  int64_t working = 0;
  int64_t unreachable = 0;
  int64_t disabled = 0;  // disabled or isolated by an operator, whatever the state

  int64_t total() const { return initial + working + unreachable; }
  void Add(const Instance& instance, int64_t sign);
  friend bool operator==(const Counts&, const Counts&) = default;
};

struct InstanceByName {
  using is_transparent = void;
  static std::string_view Name(std::string_view name) { return name; }
  static std::string_view Name(const std::unique_ptr<Instance>& i) { return i->name; }
  template <typename A, typename B>
  bool operator()(const A& a, const B& b) const {
    return Name(a) < Name(b);
  }
};

struct ServiceEntry;

// A node above the instances: the root, a site, a department, a line, a service or a cluster.
// Exists while there is an instance under it (the root always).
struct Directory {
  std::string path = "/";  // canonical
  std::string name;
  int level = 0;  // 0 the root .. 5 a cluster
  Directory* parent = nullptr;
  ServiceEntry* service = nullptr;  // level 4
  Counts counts;
  uint64_t revision = 0;  // of the last change under it
  std::map<std::string, std::unique_ptr<Directory>, std::less<>> children;  // levels 0..4
  std::set<std::unique_ptr<Instance>, InstanceByName> instances;            // level 5
};

// A service over all sites and departments.
struct ServiceEntry {
  Counts counts;
  uint64_t revision = 0;
  std::map<std::string_view, Directory*> directories;  // its service directories by path
};

std::string PathOf(const Instance& instance);

// The path tree (VIN-034, VIN-098): owns directories and instances, keeps counts and revisions of
// every directory and service right at each change, finds an instance by its full path with one
// hash. Pure; belongs to the registry.
class Tree {
 public:
  using Visitor = std::function<bool(const Instance&)>;  // false stops

  Tree() = default;
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;

  Instance* Find(std::string_view instance_path) const;
  // A new instance in state initial; must not exist. The path has six components.
  Instance& Insert(const Path& path, uint64_t revision);
  // The instance and every directory and service that is empty then.
  void Remove(Instance& instance, uint64_t revision);
  // Runs `change` on the instance, which may change whatever counts depend on, and keeps counts and
  // revisions.
  template <typename Change>
  void Update(Instance& instance, uint64_t revision, Change&& change) {
    Count(instance, -1, revision);
    change(instance);
    instance.revision = revision;
    Count(instance, +1, revision);
  }

  const Directory& root() const { return root_; }
  const Directory* FindDirectory(
      const Path& path) const;  // depth 0..5; nullptr if nothing is there
  const std::map<std::string, ServiceEntry, std::less<>>& services() const { return services_; }
  size_t size() const { return index_.size(); }

  // Instances under the target in order of their components, beginning after the instance path
  // `after` ("" = from the start), which need not exist any more. True if it came to the end.
  bool ForEach(const Target& target, std::string_view after, const Visitor& visitor) const;

 private:
  struct PathHash {
    using is_transparent = void;
    size_t operator()(std::string_view path) const;
    size_t operator()(const Instance* instance) const;
  };
  struct PathEqual {
    using is_transparent = void;
    bool operator()(const Instance* a, const Instance* b) const { return a == b; }
    bool operator()(const Instance* a, std::string_view b) const;
    bool operator()(std::string_view a, const Instance* b) const { return (*this)(b, a); }
  };

  void Count(const Instance& instance, int64_t sign, uint64_t revision);
  Directory& MakeDirectories(const Path& path);

  Directory root_;
  std::map<std::string, ServiceEntry, std::less<>> services_;
  boost::unordered_flat_set<Instance*, PathHash, PathEqual> index_;
};

}  // namespace bellrock::naming
