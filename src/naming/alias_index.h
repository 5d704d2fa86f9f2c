// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "bellrock/status.h"
#include "naming/instance.h"
#include "naming/path.h"

namespace bellrock::naming {

// The label by which an instance says another name of its service (ZY-019, base/service_alias.h).
inline constexpr std::string_view kAliasLabel = "alias";

class AliasFollower;

// Which service ("line/service") an alias stands for: the one whose instances carry it. One that
// nobody carries any more stands for the last that did. Carried by instances of two services it
// stands for neither, and who followed it before stays where he was: nobody is sent anywhere at
// random. Told of every change of an instance; pure; a part of the registry.
class AliasIndex {
 public:
  // Of aliases that nobody carries or follows, so many are remembered, the last ones.
  static constexpr size_t kVacantMax = 10'000;

  // The instance as it is at that revision; and that it goes.
  void Put(const Instance& instance, uint64_t revision);
  void Remove(const Instance& instance, uint64_t revision);

  // kNotFound: no instance has said it; kFailedPrecondition: those of several services do.
  Result<std::string> Find(std::string_view alias) const;
  // A path, a short name or an alias.
  Result<Target> Resolve(std::string_view target) const;
  // The revision at which it came to stand for its service; 0 of an unknown one.
  uint64_t moved_at(std::string_view alias) const;
  size_t size() const { return entries_.size(); }

 private:
  friend class AliasFollower;
  struct Entry {
    std::map<std::string, size_t, std::less<>> carriers;  // by service
    std::string service;                                  // "": it never stood for a single one
    uint64_t moved_at = 0;
    std::vector<AliasFollower*> followers;
    uint64_t vacant = 0;  // its place in vacant_; 0: carried or followed
  };
  using Entries = std::map<std::string, Entry, std::less<>>;

  void Drop(Entries::value_type& alias, const Instance& instance, uint64_t revision);
  void Settle(Entries::value_type& alias, uint64_t revision);
  void KeepOrForget(Entries::value_type& alias);

  Entries entries_;
  std::unordered_map<const Instance*, Entries::value_type*> carried_;
  std::map<uint64_t, std::string> vacant_;  // the first became vacant first
  uint64_t last_vacant_ = 0;
};

// Hears when an alias comes to stand for another service. Owned by whoever follows; not longer than
// the index.
class AliasFollower {
 public:
  // `wake` must not block and not follow or leave an alias.
  AliasFollower(AliasIndex& index, std::string_view alias, std::function<void()> wake);
  ~AliasFollower();
  AliasFollower(const AliasFollower&) = delete;
  AliasFollower& operator=(const AliasFollower&) = delete;

 private:
  friend class AliasIndex;
  AliasIndex& index_;
  AliasIndex::Entries::value_type* const alias_;
  const std::function<void()> wake_;
};

}  // namespace bellrock::naming
