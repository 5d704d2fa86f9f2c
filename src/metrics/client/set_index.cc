// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/client/set_index.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <utility>

#include "base/utf8.h"

namespace bellrock::metrics::client {
namespace {

constexpr size_t kServiceBytesMax = kDimensionBytesMax / 2 - 1;
constexpr size_t kMethodBytesMax = kDimensionBytesMax / 2;

std::atomic<uint64_t> next_generation{1};

template <typename Names>
size_t HashOf(const Names& names) {
  size_t hash = static_cast<size_t>(names.code) * 2 + (names.served ? 1 : 0);
  for (const std::string_view text :
       {std::string_view(names.caller), std::string_view(names.callee),
        std::string_view(names.service), std::string_view(names.method),
        std::string_view(names.instance), std::string_view(names.error_type)}) {
    hash = hash * 0x9e3779b97f4a7c15ull + std::hash<std::string_view>()(text);
  }
  return hash;
}

}  // namespace

NameSet::NameSet(const rpc::CallRecord& record, uint32_t place)
    : caller(record.caller),
      callee(record.callee),
      service(record.service),
      method(record.method),
      instance(record.instance),
      error_type(record.error_type),
      code(record.code),
      served(record.served),
      index(place) {}

bool NameSet::Is(const rpc::CallRecord& record) const {
  return code == record.code && instance == record.instance && method == record.method &&
         callee == record.callee && service == record.service && caller == record.caller &&
         served == record.served && error_type == record.error_type;
}

Dimensions DimensionsOf(const NameSet& names) {
  return {ToUtf8(names.caller, kDimensionBytesMax),
          ToUtf8(names.callee, kDimensionBytesMax),
          ToUtf8(names.service, kServiceBytesMax) + '/' + ToUtf8(names.method, kMethodBytesMax),
          ToUtf8(names.instance, kDimensionBytesMax),
          static_cast<int>(names.code),
          names.code == StatusCode::kOk ? "" : ToUtf8(names.error_type, kDimensionBytesMax),
          names.served};
}

SetIndex::SetIndex() : generation_(next_generation.fetch_add(1, std::memory_order_relaxed)) {}

size_t SetIndex::Hash::operator()(const rpc::CallRecord& record) const {
  return HashOf(record);
}

size_t SetIndex::Hash::operator()(const std::unique_ptr<NameSet>& names) const {
  return HashOf(*names);
}

const NameSet* SetIndex::FindByText(const rpc::CallRecord& record) {
  const auto found = sets_.find(record);
  if (found == sets_.end()) return nullptr;
  recent_[SlotOf(record)] = found->get();
  return found->get();
}

const NameSet& SetIndex::Add(const rpc::CallRecord& record) {
  const auto added =
      sets_.insert(std::make_unique<NameSet>(record, static_cast<uint32_t>(sets_.size()))).first;
  recent_[SlotOf(record)] = added->get();
  return **added;
}

}  // namespace bellrock::metrics::client
