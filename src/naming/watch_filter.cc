// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/watch_filter.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "naming/path.h"

namespace bellrock::naming {
namespace {

constexpr int kSiteComponent = 0;
constexpr int kClusterComponent = 4;
constexpr size_t kLabelBytesMax = 63 + 1 + 255;  // as those of an instance

std::string_view Component(std::string_view path, int index) {
  size_t begin = 1;
  for (; index > 0; --index) begin = path.find('/', begin) + 1;
  return path.substr(begin, path.find('/', begin) - begin);
}

Status CheckNames(std::string_view field, std::vector<std::string>& names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  if (names.size() > WatchFilter::kNamesMax) {
    return InvalidArgumentError(fmt::format("filter.{} has {} names: give at most {}", field,
                                            names.size(), WatchFilter::kNamesMax));
  }
  for (const std::string& name : names) {
    const Result<Path> path = Path::Parse("/" + name);
    if (path.ok() && path->depth() == 1) continue;
    return InvalidArgumentError(
        fmt::format("filter.{} \"{}\": use one component of a path, 1 to {} of A-Z a-z 0-9 . _ -",
                    field, name.substr(0, kComponentBytesMax), kComponentBytesMax));
  }
  return Status::Ok();
}

Result<std::pair<std::string, std::string>> ParseLabel(std::string_view text) {
  const size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0 || text.size() > kLabelBytesMax) {
    return InvalidArgumentError(
        fmt::format("filter.labels \"{}\": write key=value, at most {} bytes",
                    text.substr(0, kLabelBytesMax), kLabelBytesMax));
  }
  return std::pair(std::string(text.substr(0, equals)), std::string(text.substr(equals + 1)));
}

bool Holds(const std::vector<std::string>& names, std::string_view name) {
  return names.empty() || std::binary_search(names.begin(), names.end(), name);
}

}  // namespace

Result<WatchFilter> WatchFilter::Make(std::vector<std::string> sites,
                                      std::vector<std::string> clusters,
                                      const std::vector<std::string>& labels) {
  WatchFilter filter;
  BELLROCK_TRY(CheckNames("sites", sites));
  BELLROCK_TRY(CheckNames("clusters", clusters));
  if (labels.size() > kLabelsMax) {
    return InvalidArgumentError(
        fmt::format("filter.labels has {} entries: give at most {}", labels.size(), kLabelsMax));
  }
  for (const std::string& text : labels) {
    BELLROCK_ASSIGN(auto label, ParseLabel(text));
    filter.labels_.push_back(std::move(label));
  }
  std::sort(filter.labels_.begin(), filter.labels_.end());
  filter.labels_.erase(std::unique(filter.labels_.begin(), filter.labels_.end()),
                       filter.labels_.end());
  filter.sites_ = std::move(sites);
  filter.clusters_ = std::move(clusters);
  if (filter.sites_.empty() && filter.clusters_.empty() && filter.labels_.empty()) return filter;
  // No name holds a separator; of labels the lengths tell where each ends.
  filter.key_ =
      fmt::format("{}|{}", fmt::join(filter.sites_, ","), fmt::join(filter.clusters_, ","));
  for (const auto& [key, value] : filter.labels_) {
    filter.key_ += fmt::format("|{}:{}={}", key.size() + value.size(), key, value);
  }
  return filter;
}

bool WatchFilter::WantsPath(std::string_view instance_path) const {
  if (!sites_.empty() && !Holds(sites_, Component(instance_path, kSiteComponent))) return false;
  return clusters_.empty() || Holds(clusters_, Component(instance_path, kClusterComponent));
}

bool WatchFilter::WantsTraits(const Traits& traits) const {
  return std::all_of(labels_.begin(), labels_.end(), [&](const auto& label) {
    const auto at = traits.labels.find(label.first);
    return at != traits.labels.end() && at->second == label.second;
  });
}

}  // namespace bellrock::naming
