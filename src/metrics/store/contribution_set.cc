// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/store/contribution_set.h"

#include <fmt/format.h>

#include <algorithm>

#include "metrics/store/big_endian.h"

namespace bellrock::metrics::store {
namespace {

// Lists of single contributions, of 12 bytes each, had none.
constexpr char kVersion = 'R';
constexpr size_t kCutAt = sizeof(uint32_t);
constexpr size_t kCountAt = kCutAt + sizeof(uint64_t);
constexpr size_t kRunBytes = kCountAt + sizeof(uint64_t);

}  // namespace

bool ContributionSet::Run::Contains(const Contribution& contribution) const {
  return contribution.partition == first.partition && contribution.cut >= first.cut &&
         contribution.cut - first.cut < count;
}

bool ContributionSet::Run::IsFollowedBy(const Contribution& contribution) const {
  return contribution.partition == first.partition && contribution.cut - first.cut == count;
}

ContributionSet::Runs::const_iterator ContributionSet::Behind(
    const Contribution& contribution) const {
  return std::upper_bound(
      runs_.begin(), runs_.end(), contribution,
      [](const Contribution& chosen, const Run& run) { return chosen < run.first; });
}

bool ContributionSet::Contains(const Contribution& contribution) const {
  const auto behind = Behind(contribution);
  return behind != runs_.begin() && std::prev(behind)->Contains(contribution);
}

void ContributionSet::Insert(const Contribution& contribution) {
  if (Contains(contribution)) return;
  auto next = runs_.begin() + (Behind(contribution) - runs_.cbegin());
  const bool joins_next = next != runs_.end() && Run{contribution, 1}.IsFollowedBy(next->first);
  if (next != runs_.begin() && std::prev(next)->IsFollowedBy(contribution)) {
    const auto before = std::prev(next);
    before->count += 1 + (joins_next ? next->count : 0);
    if (joins_next) runs_.erase(next);
  } else if (joins_next) {
    *next = {contribution, next->count + 1};
  } else {
    runs_.insert(next, {contribution, 1});
  }
}

uint64_t ContributionSet::size() const {
  uint64_t size = 0;
  for (const Run& run : runs_) size += run.count;
  return size;
}

std::string ContributionSet::Encode() const {
  std::string bytes;
  if (runs_.empty()) return bytes;
  bytes.reserve(1 + runs_.size() * kRunBytes);
  bytes.push_back(kVersion);
  for (const Run& run : runs_) {
    AppendBigEndian(run.first.partition, bytes);
    AppendBigEndian(run.first.cut, bytes);
    AppendBigEndian(run.count, bytes);
  }
  return bytes;
}

Result<ContributionSet> ContributionSet::Decode(std::string_view bytes) {
  ContributionSet set;
  if (bytes.empty()) return set;
  if (bytes[0] != kVersion || bytes.size() % kRunBytes != 1) {
    return DataLossError(
        fmt::format("a list of contributions has {} bytes and begins with {}; it was not written "
                    "by this version or is damaged",
                    bytes.size(), static_cast<int>(bytes[0])));
  }
  for (bytes.remove_prefix(1); !bytes.empty(); bytes.remove_prefix(kRunBytes)) {
    const Run next{{ReadBigEndian<uint32_t>(bytes), ReadBigEndian<uint64_t>(bytes.substr(kCutAt))},
                   ReadBigEndian<uint64_t>(bytes.substr(kCountAt))};
    const bool ascends = set.runs_.empty() || (set.runs_.back().first < next.first &&
                                               !set.runs_.back().Contains(next.first) &&
                                               !set.runs_.back().IsFollowedBy(next.first));
    if (next.count == 0 || next.first.cut + (next.count - 1) < next.first.cut || !ascends) {
      return DataLossError("a list of contributions does not ascend");
    }
    set.runs_.push_back(next);
  }
  return set;
}

}  // namespace bellrock::metrics::store
