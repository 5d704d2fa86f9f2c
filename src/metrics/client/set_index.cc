// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/client/set_index.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <utility>

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
        std::string_view(names.instance)}) {
    hash = hash * 0x9e3779b97f4a7c15ull + std::hash<std::string_view>()(text);
  }
  return hash;
}

// Length of the well-formed UTF-8 sequence at the front of `text`, or 0. Protobuf refuses a message
// with any other text.
size_t SequenceLength(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x80) return 1;
  const size_t length = first >= 0xc2 && first <= 0xdf   ? 2
                        : first >= 0xe0 && first <= 0xef ? 3
                        : first >= 0xf0 && first <= 0xf4 ? 4
                                                         : 0;
  if (length == 0 || text.size() < length) return 0;
  const auto second = static_cast<unsigned char>(text[1]);
  if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) ||
      (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f)) {
    return 0;
  }
  for (size_t i = 1; i < length; ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80) return 0;
  }
  return length;
}

std::string Acceptable(std::string_view text, size_t bytes_max) {
  text = text.substr(0, bytes_max);
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const size_t length = SequenceLength(text);
    if (length == 0) {
      out += '?';
      text.remove_prefix(1);
    } else {
      out += text.substr(0, length);
      text.remove_prefix(length);
    }
  }
  return out;
}

}  // namespace

NameSet::NameSet(const rpc::CallRecord& record, uint32_t place)
    : caller(record.caller),
      callee(record.callee),
      service(record.service),
      method(record.method),
      instance(record.instance),
      code(record.code),
      served(record.served),
      index(place) {}

bool NameSet::Is(const rpc::CallRecord& record) const {
  return code == record.code && instance == record.instance && method == record.method &&
         callee == record.callee && service == record.service && caller == record.caller &&
         served == record.served;
}

Dimensions DimensionsOf(const NameSet& names) {
  return {
      Acceptable(names.caller, kDimensionBytesMax),
      Acceptable(names.callee, kDimensionBytesMax),
      Acceptable(names.service, kServiceBytesMax) + '/' + Acceptable(names.method, kMethodBytesMax),
      Acceptable(names.instance, kDimensionBytesMax),
      static_cast<int>(names.code),
      /*result=*/"",
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
