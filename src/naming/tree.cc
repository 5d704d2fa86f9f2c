// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/tree.h"

#include <xxhash.h>

#include <array>
#include <utility>

#include "base/check.h"

namespace bellrock::naming {
namespace {

constexpr int kServiceLevel = 4;
constexpr int kClusterLevel = 5;
using Components = std::span<const std::string_view>;

// Instances under `directory` after the relative position `after`; false if the visitor stopped.
bool Walk(const Directory& directory, Components after, const Tree::Visitor& visitor) {
  if (directory.level == kClusterLevel) {
    auto at = after.empty() ? directory.instances.begin()
                            : directory.instances.upper_bound(after.front());
    for (; at != directory.instances.end(); ++at) {
      if (!visitor(**at)) return false;
    }
    return true;
  }
  auto at =
      after.empty() ? directory.children.begin() : directory.children.lower_bound(after.front());
  for (; at != directory.children.end(); ++at) {
    const bool inside = !after.empty() && at->first == after.front();
    if (!Walk(*at->second, inside ? after.subspan(1) : Components(), visitor)) return false;
  }
  return true;
}

struct Position {
  explicit Position(std::string_view after) {
    if (after.empty()) return;
    Result<Path> parsed = Path::ParseInstance(after);
    BELLROCK_CHECK(parsed.ok(), "a cursor is the path of an instance seen before");
    path = std::move(*parsed);
    for (int i = 0; i < path.depth(); ++i) parts[i] = path.component(i);
  }
  Components from(int level) const {
    return Components(parts).subspan(level, path.depth() == 0 ? 0 : kPathDepth - level);
  }

  Path path;
  std::array<std::string_view, kPathDepth> parts;
};

}  // namespace

void Counts::Add(const Instance& instance, int64_t sign) {
  switch (instance.state) {
    case State::kInitial:
      initial += sign;
      break;
    case State::kWorking:
      working += sign;
      break;
    case State::kUnreachable:
      unreachable += sign;
      break;
  }
  if (instance.disabled()) disabled += sign;
}

std::string PathOf(const Instance& instance) {
  std::string path;
  path.reserve(instance.cluster->path.size() + 1 + instance.name.size());
  return path.append(instance.cluster->path).append(1, '/').append(instance.name);
}

size_t Tree::PathHash::operator()(std::string_view path) const {
  return XXH3_64bits(path.data(), path.size());
}

size_t Tree::PathHash::operator()(const Instance* instance) const {
  return instance->path_hash;
}

bool Tree::PathEqual::operator()(const Instance* a, std::string_view b) const {
  const std::string& cluster = a->cluster->path;
  return b.size() == cluster.size() + 1 + a->name.size() && b.ends_with(a->name) &&
         b.starts_with(cluster) && b[cluster.size()] == '/';
}

Instance* Tree::Find(std::string_view instance_path) const {
  auto at = index_.find(instance_path);
  return at == index_.end() ? nullptr : *at;
}

Instance& Tree::Insert(const Path& path, uint64_t revision) {
  Directory& cluster = MakeDirectories(path);
  auto made = std::make_unique<Instance>();
  Instance& instance = *made;
  instance.cluster = &cluster;
  instance.name = std::string(path.component(kPathDepth - 1));
  instance.path_hash = PathHash()(path.text());
  instance.revision = revision;
  const bool is_new = cluster.instances.insert(std::move(made)).second;
  BELLROCK_CHECK(is_new, "inserted an instance twice");
  index_.insert(&instance);
  Count(instance, +1, revision);
  return instance;
}

Directory& Tree::MakeDirectories(const Path& path) {
  Directory* at = &root_;
  for (int level = 1; level <= kClusterLevel; ++level) {
    const std::string_view name = path.component(level - 1);
    auto found = at->children.find(name);
    if (found == at->children.end()) {
      auto made = std::make_unique<Directory>();
      made->name = std::string(name);
      made->path = (at->level == 0 ? "" : at->path) + "/" + made->name;
      made->level = level;
      made->parent = at;
      found = at->children.emplace(made->name, std::move(made)).first;
      if (level == kServiceLevel) {
        const std::string_view short_name = ShortNameOf(found->second->path);
        auto service = services_.try_emplace(std::string(short_name)).first;
        found->second->service = &service->second;
        service->second.directories.emplace(found->second->path, found->second.get());
      }
    }
    at = found->second.get();
  }
  return *at;
}

void Tree::Remove(Instance& instance, uint64_t revision) {
  Count(instance, -1, revision);
  Directory* at = instance.cluster;
  index_.erase(&instance);
  at->instances.erase(at->instances.find(std::string_view(instance.name)));
  if (!at->instances.empty()) return;
  while (at->parent != nullptr && at->children.empty()) {
    if (at->level == kServiceLevel) {
      auto service = services_.find(ShortNameOf(at->path));
      service->second.directories.erase(at->path);
      if (service->second.directories.empty()) services_.erase(service);
    }
    Directory* parent = at->parent;
    parent->children.erase(parent->children.find(at->name));
    at = parent;
  }
}

void Tree::Count(const Instance& instance, int64_t sign, uint64_t revision) {
  ServiceEntry& service = *instance.cluster->parent->service;
  service.counts.Add(instance, sign);
  service.revision = revision;
  for (Directory* at = instance.cluster; at != nullptr; at = at->parent) {
    at->counts.Add(instance, sign);
    at->revision = revision;
  }
}

const Directory* Tree::FindDirectory(const Path& path) const {
  const Directory* at = &root_;
  for (int i = 0; i < path.depth(); ++i) {
    auto found = at->children.find(path.component(i));
    if (found == at->children.end()) return nullptr;
    at = found->second.get();
  }
  return at;
}

bool Tree::ForEach(const Target& target, std::string_view after, const Visitor& visitor) const {
  const Position position(after);
  if (target.is_service) {
    auto service = services_.find(target.key);
    if (service == services_.end()) return true;
    // Service directories in the order of their paths; those wholly before the position are passed
    // over.
    const std::string_view from =
        after.empty() ? after : after.substr(0, after.rfind('/', after.rfind('/') - 1));
    auto at = service->second.directories.lower_bound(from);
    for (; at != service->second.directories.end(); ++at) {
      const bool inside = !after.empty() && at->first == from;
      if (!Walk(*at->second, inside ? position.from(kServiceLevel) : Components(), visitor)) {
        return false;
      }
    }
    return true;
  }
  const Result<Path> path = Path::Parse(target.key);
  BELLROCK_CHECK(path.ok(), "a target's key is checked when it is parsed");
  if (path->depth() == kPathDepth) {
    const Instance* instance = after.empty() ? Find(target.key) : nullptr;
    return instance == nullptr || visitor(*instance);
  }
  const Directory* directory = FindDirectory(*path);
  if (directory == nullptr) return true;
  return Walk(*directory, position.from(path->depth()), visitor);
}

}  // namespace bellrock::naming
