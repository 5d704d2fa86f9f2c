// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace bellrock::rpc {

// The calls in flight of one server connection, by call id. Intrusive hash table: no allocation per
// call. `Call` has `uint64_t id` and `Call* next`. Does not own the calls.
template <typename Call>
class CallTable {
 public:
  Call* Find(uint64_t id) const {
    if (buckets_.empty()) return nullptr;
    Call* call = buckets_[Bucket(id)];
    while (call != nullptr && call->id != id) call = call->next;
    return call;
  }
  // The id must not be in the table.
  void Insert(Call& call) {
    if (size_ >= buckets_.size()) Grow();
    Call*& bucket = buckets_[Bucket(call.id)];
    call.next = bucket;
    bucket = &call;
    ++size_;
  }
  void Erase(Call& call) {
    Call** at = &buckets_[Bucket(call.id)];
    while (*at != &call) at = &(*at)->next;
    *at = call.next;
    --size_;
  }
  size_t size() const { return size_; }
  std::vector<Call*> All() const {
    std::vector<Call*> all;
    for (Call* call : buckets_) {
      for (; call != nullptr; call = call->next) all.push_back(call);
    }
    return all;
  }

 private:
  // Spreads ids of any pattern.
  size_t Bucket(uint64_t id) const {
    return (id * 0x9E3779B97F4A7C15ULL >> 32) & (buckets_.size() - 1);
  }
  void Grow() {
    std::vector<Call*> old = std::exchange(buckets_, {});
    buckets_.resize(old.empty() ? 16 : old.size() * 2, nullptr);
    for (Call* call : old) {
      while (call != nullptr) {
        Call* next = std::exchange(call->next, nullptr);
        Call*& bucket = buckets_[Bucket(call->id)];
        call->next = bucket;
        bucket = call;
        call = next;
      }
    }
  }

  std::vector<Call*> buckets_;  // size: 0 or a power of two
  size_t size_ = 0;
};

}  // namespace bellrock::rpc
