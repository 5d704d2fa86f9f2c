// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>

#include "metrics/bounds.h"
#include "metrics/card.h"
#include "metrics/unit.h"
#include "rpc/client/endpoint_source.h"

namespace bellrock::metrics::client {

// The names one thread counts calls by, as they came in. Immutable once made, but for `number`,
// `unit` and `round`, which belong to the folding side.
struct NameSet {
  NameSet(const rpc::CallRecord& record, uint32_t index);
  bool Is(const rpc::CallRecord& record) const;

  std::string caller, callee, service, method, instance;
  std::string error_type;  // of a failure
  StatusCode code;
  bool served;
  uint32_t index;  // among those of its SetIndex
  mutable uint32_t number = 0;
  mutable Unit unit = Unit::kUs;
  mutable uint64_t round = 0;
};

// The form a server accepts: "service/method", names clipped, malformed UTF-8 replaced.
Dimensions DimensionsOf(const NameSet& names);

// Finds the NameSet of a call in about ten nanoseconds: callers hand in the same strings again and
// again, so a small table by their addresses answers, after comparing the text itself (an address
// may be used anew for another name). Only a miss hashes the text. Belongs to one thread.
class SetIndex {
 public:
  SetIndex();
  // nullptr if it was never added.
  const NameSet* Find(const rpc::CallRecord& record) {
    const NameSet* recent = recent_[SlotOf(record)];
    if (recent != nullptr && recent->Is(record)) [[likely]]
      return recent;
    return FindByText(record);
  }
  // Of a record that is not there; numbered from 0 on.
  const NameSet& Add(const rpc::CallRecord& record);
  // No other index of the process has the same.
  uint64_t generation() const { return generation_; }
  bool full() const { return sets_.size() >= kDimensionSetsMax; }

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(const rpc::CallRecord& record) const;
    size_t operator()(const std::unique_ptr<NameSet>& names) const;
  };
  struct Equal {
    using is_transparent = void;
    bool operator()(const std::unique_ptr<NameSet>& a, const std::unique_ptr<NameSet>& b) const {
      return a == b;
    }
    bool operator()(const rpc::CallRecord& a, const std::unique_ptr<NameSet>& b) const {
      return b->Is(a);
    }
    bool operator()(const std::unique_ptr<NameSet>& a, const rpc::CallRecord& b) const {
      return a->Is(b);
    }
  };
  static constexpr size_t kRecentBits = 9;

  static size_t SlotOf(const rpc::CallRecord& record) {
    constexpr uint64_t kMix = 0x9e3779b97f4a7c15ull;
    const auto address = [](std::string_view text) {
      return reinterpret_cast<uintptr_t>(text.data());
    };
    uint64_t hash = address(record.instance) + address(record.method) * 3 +
                    address(record.callee) * 5 + address(record.caller) * 7 +
                    static_cast<uint64_t>(record.code) * 11 + (record.served ? 13 : 0) +
                    ErrorTypeHash(record) * 17;
    return (hash * kMix) >> (64 - kRecentBits);
  }
  // Of its text, which comes from another address with each call.
  static uint64_t ErrorTypeHash(const rpc::CallRecord& record) {
    const std::string_view type = record.error_type;
    if (type.empty()) [[likely]]
      return 0;
    return type.size() + static_cast<uint8_t>(type.front()) * 3u +
           static_cast<uint8_t>(type.back()) * 5u;
  }
  const NameSet* FindByText(const rpc::CallRecord& record);

  const uint64_t generation_;
  std::array<const NameSet*, 1 << kRecentBits> recent_{};
  std::unordered_set<std::unique_ptr<NameSet>, Hash, Equal> sets_;
};

}  // namespace bellrock::metrics::client
