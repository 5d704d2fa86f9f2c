// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/store/contribution_set.h"

#include <fmt/format.h>

#include <algorithm>

#include "metrics/store/big_endian.h"

namespace bellrock::metrics::store {
namespace {

constexpr size_t kEntryBytes = sizeof(uint32_t) + sizeof(uint64_t);

}  // namespace

bool ContributionSet::Contains(const Contribution& contribution) const {
  return std::binary_search(sorted_.begin(), sorted_.end(), contribution);
}

void ContributionSet::Insert(const Contribution& contribution) {
  const auto place = std::lower_bound(sorted_.begin(), sorted_.end(), contribution);
  if (place != sorted_.end() && *place == contribution) return;
  sorted_.insert(place, contribution);
}

std::string ContributionSet::Encode() const {
  std::string bytes;
  bytes.reserve(sorted_.size() * kEntryBytes);
  for (const Contribution& contribution : sorted_) {
    AppendBigEndian(contribution.partition, bytes);
    AppendBigEndian(contribution.cut, bytes);
  }
  return bytes;
}

Result<ContributionSet> ContributionSet::Decode(std::string_view bytes) {
  if (bytes.size() % kEntryBytes != 0) {
    return DataLossError(fmt::format("a list of contributions has {} bytes, not a multiple of {}",
                                     bytes.size(), kEntryBytes));
  }
  ContributionSet set;
  for (; !bytes.empty(); bytes.remove_prefix(kEntryBytes)) {
    const Contribution next{ReadBigEndian<uint32_t>(bytes),
                            ReadBigEndian<uint64_t>(bytes.substr(sizeof(uint32_t)))};
    if (!set.empty() && next <= set.sorted_.back()) {
      return DataLossError("a list of contributions does not ascend");
    }
    set.sorted_.push_back(next);
  }
  return set;
}

}  // namespace bellrock::metrics::store
