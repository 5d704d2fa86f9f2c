// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/tree.h"

#include <xxhash.h>

#include <array>
#include <span>
#include <utility>

#include "base/check.h"

namespace bellrock::naming {
namespace {

using Components = std::span<const std::string_view>;

// Instances under `directory` after the relative position `after`; false if the visitor stopped.
bool Walk(const Directory& directory, Components after, const Tree::Visitor& visitor) {
  if (directory.level == kClusterLevel) {
    auto at = after.empty() ? directory.instances.begin()
                            : directory.instances.upper_bound(after.front());
    for (; at != directory.instances.end(); ++at) {
      if (!visitor(at->second)) return false;
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

Counts& Counts::operator+=(const Counts& other) {
  initial += other.initial;
  working += other.working;
  unreachable += other.unreachable;
  disabled += other.disabled;
  return *this;
}

std::string PathOf(const Instance& instance) {
  std::string path;
  path.reserve(instance.cluster->path.size() + 1 + instance.name.size());
  path.append(instance.cluster->path).append(1, '/').append(instance.name);
  return path;  // of what append() returns it would be a copy
}

size_t Tree::PathHash::operator()(std::string_view path) const {
  return XXH3_64bits(path.data(), path.size());
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

Instance& Tree::Make(std::string_view instance_path) {
  const size_t slash = instance_path.rfind('/');
  Directory& cluster = MakeDirectory(instance_path.substr(0, slash));
  const auto [at, is_new] =
      cluster.instances.try_emplace(std::string(instance_path.substr(slash + 1)));
  BELLROCK_CHECK(is_new, "inserted an instance twice");
  Instance& instance = at->second;
  instance.cluster = &cluster;
  instance.name = at->first;
  instance.path_hash = PathHash()(instance_path);
  index_.insert(&instance);
  return instance;
}

Directory& Tree::MakeDirectory(std::string_view path) {
  if (path.empty()) return root_;
  const auto known = directories_.find(path);
  if (known != directories_.end()) return **known;
  const size_t slash = path.rfind('/');
  Directory& parent = MakeDirectory(path.substr(0, slash));
  auto made = std::make_unique<Directory>();
  Directory& directory = *made;
  directory.path = std::string(path);
  directory.path_hash = PathHash()(path);
  directory.level = parent.level + 1;
  directory.parent = &parent;
  parent.children.emplace(std::string_view(directory.path).substr(slash + 1), std::move(made));
  directories_.insert(&directory);
  return directory;
}

void Tree::Remove(Instance& instance, const Shift& shift) {
  Directory* cluster = instance.cluster;
  Counts counts;
  counts.Add(instance, -1);
  Climb(*cluster, counts, shift);
  index_.erase(&instance);
  cluster->instances.erase(cluster->instances.find(instance.name));
  Prune(cluster);
}

void Tree::UpdateOther(std::string_view instance_path, const Shift& shift) {
  if (shift.was == shift.is) return;
  Directory& cluster = MakeDirectory(instance_path.substr(0, instance_path.rfind('/')));
  Climb(cluster, {}, shift);
  Prune(&cluster);
}

void Tree::Climb(Directory& cluster, const Counts& counts, const Shift& shift) {
  replica::Digest digest = shift.is;
  digest -= shift.was;
  for (Directory* at = &cluster; at != nullptr; at = at->parent) {
    at->digest += digest;
    if (shift.revision == 0) continue;
    at->counts += counts;
    at->revision = shift.revision;
    if (at->level == kServiceLevel) ClimbService(*at, counts, shift.revision);
  }
}

void Tree::ClimbService(Directory& directory, const Counts& counts, uint64_t revision) {
  if (directory.service == nullptr) {
    auto service = services_.try_emplace(std::string(ShortNameOf(directory.path))).first;
    directory.service = &service->second;
    directory.service->directories.emplace(directory.path, &directory);
  }
  directory.service->counts += counts;
  directory.service->revision = revision;
  if (directory.has_instances()) return;
  directory.service->directories.erase(directory.path);
  if (directory.service->directories.empty()) {
    services_.erase(services_.find(ShortNameOf(directory.path)));
  }
  directory.service = nullptr;
}

void Tree::Prune(Directory* cluster) {
  Directory* at = cluster;
  while (at->parent != nullptr && at->digest.records == 0 && at->instances.empty() &&
         at->children.empty()) {
    Directory* parent = at->parent;
    directories_.erase(at);
    parent->children.erase(std::string_view(at->path).substr(at->path.rfind('/') + 1));
    at = parent;
  }
}

const Directory* Tree::FindDirectory(const Path& path) const {
  const Directory* found = FindRecords(path.text());
  const bool there = found != nullptr && (found == &root_ || found->has_instances());
  return there ? found : nullptr;
}

const Directory* Tree::FindRecords(std::string_view directory_path) const {
  if (directory_path == "/") return &root_;
  const auto found = directories_.find(directory_path);
  return found == directories_.end() ? nullptr : *found;
}

uint64_t Tree::RevisionOf(const Target& target) const {
  if (target.is_service) {
    const auto service = services_.find(target.key);
    return service == services_.end() ? 0 : service->second.revision;
  }
  if (const Instance* instance = Find(target.key)) return instance->revision;
  const Directory* directory = FindRecords(target.key);
  return directory == nullptr || !directory->has_instances() ? 0 : directory->revision;
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
