// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace bellrock::rpc {

// Calls of the same names and result, as an observer has numbered them. Its holder does not look
// into it; the observer knows when it is no longer good.
struct CallKind {
  uint64_t generation = 0;  // 0: none
  uint32_t index = 0;
};

// What a kind is looked up by, beside what never changes where the cache is.
struct CallKindHash {
  size_t operator()(const std::shared_ptr<const std::string>& instance) const {
    return reinterpret_cast<uintptr_t>(instance.get()) >> 4;
  }
  size_t operator()(std::string_view name) const { return std::hash<std::string_view>()(name); }
};

// The kinds of a caller's calls, for each instance or caller's name: one comparison instead of
// looking up all names of a call. It grows while places are wanted by several keys, up to its
// bound; then the last one has the place. Belongs to one thread.
template <typename Key>
class CallKinds {
 public:
  static constexpr size_t kPlacesMin = 8;
  static constexpr size_t kPlacesMax = 1024;

  // The key's kind, none at first, to be filled in. Valid until the next call.
  template <typename Like>
  CallKind& Of(const Like& key) {
    Place* place = PlaceOf(key);
    if (place->key == key) [[likely]]
      return place->kind;
    if (place->taken && places_.size() < kPlacesMax) {
      Grow();
      place = PlaceOf(key);
    }
    *place = {.key = Key(key), .kind = {}, .taken = true};
    return place->kind;
  }
  size_t places() const { return places_.size(); }

 private:
  struct Place {
    Key key{};
    CallKind kind{};
    bool taken = false;
  };

  template <typename Like>
  Place* PlaceOf(const Like& key) {
    constexpr uint64_t kMix = 0x9e3779b97f4a7c15ull;
    return &places_[((CallKindHash()(key) * kMix) >> 32) & (places_.size() - 1)];
  }
  void Grow() {
    std::vector<Place> old(places_.size() * 2);
    old.swap(places_);
    for (Place& place : old) {
      if (place.taken) *PlaceOf(place.key) = std::move(place);
    }
  }

  std::vector<Place> places_ = std::vector<Place>(kPlacesMin);
};

}  // namespace bellrock::rpc
