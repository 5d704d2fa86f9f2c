// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/path.h"

#include <fmt/format.h>

#include <algorithm>

namespace bellrock::naming {
namespace {

constexpr std::string_view kLevelNames[kPathDepth] = {"site",    "department", "line",
                                                      "service", "cluster",    "instance"};
constexpr size_t kShownBytesMax = 80;  // of a bad value in an error

std::string Shown(std::string_view text) {
  std::string out = "\"";
  for (char c : text.substr(0, kShownBytesMax)) {
    const auto byte = static_cast<unsigned char>(c);
    out += byte >= 0x20 && byte < 0x7f ? std::string(1, c) : fmt::format("\\x{:02x}", byte);
  }
  return out + (text.size() > kShownBytesMax ? "...\"" : "\"");
}

bool Allowed(char c, bool instance) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-' || (instance && c == ':');
}

// OK or what is wrong with one component and how to mend it.
Status CheckComponent(std::string_view value, int level) {
  const bool instance = level == kPathDepth - 1;
  const size_t bytes_max = instance ? kInstanceNameBytesMax : kComponentBytesMax;
  const std::string_view name = kLevelNames[level];
  if (value.empty()) {
    return InvalidArgumentError(fmt::format("{} is empty: give 1..{} characters", name, bytes_max));
  }
  if (value.size() > bytes_max) {
    return InvalidArgumentError(fmt::format("{} {} is {} bytes long: use at most {}", name,
                                            Shown(value), value.size(), bytes_max));
  }
  if (value == "." || value == "..") {
    return InvalidArgumentError(fmt::format("{} {}: dots alone are no name", name, Shown(value)));
  }
  auto bad =
      std::find_if(value.begin(), value.end(), [&](char c) { return !Allowed(c, instance); });
  if (bad == value.end()) return Status::Ok();
  return InvalidArgumentError(fmt::format("{} {}: character {} at {} is not allowed: use {}", name,
                                          Shown(value), Shown(std::string_view(&*bad, 1)),
                                          bad - value.begin(),
                                          instance ? "A-Z a-z 0-9 . _ - :" : "A-Z a-z 0-9 . _ -"));
}

}  // namespace

Result<Path> Path::Parse(std::string_view text) {
  Path path;
  if (text.empty() || text == "/") return path;
  if (text.front() != '/') {
    return InvalidArgumentError(
        fmt::format("path {}: must begin with \"/\", as in /site/department/line/service/cluster/"
                    "instance",
                    Shown(text)));
  }
  if (text.back() == '/') text.remove_suffix(1);
  path.text_ = std::string(text);
  size_t start = 1;
  while (start <= text.size()) {
    if (path.depth_ == kPathDepth) {
      return InvalidArgumentError(fmt::format(
          "path {}: has more than six components: use /site/department/line/service/cluster/"
          "instance",
          Shown(text)));
    }
    const size_t end = std::min(text.find('/', start), text.size());
    Status checked = CheckComponent(text.substr(start, end - start), path.depth_);
    if (!checked.ok()) return checked.WithContext(fmt::format("path {}", Shown(text)));
    path.starts_[path.depth_++] = static_cast<uint16_t>(start);
    start = end + 1;
  }
  path.starts_[path.depth_] = static_cast<uint16_t>(start);
  return path;
}

Result<Path> Path::ParseInstance(std::string_view text) {
  BELLROCK_ASSIGN(Path path, Parse(text));
  if (path.depth() == kPathDepth) return path;
  return InvalidArgumentError(fmt::format(
      "path {}: has {} of the six components of an instance: use /site/department/line/service/"
      "cluster/instance",
      Shown(text), path.depth()));
}

std::string_view Path::component(int index) const {
  return std::string_view(text_).substr(starts_[index], starts_[index + 1] - starts_[index] - 1);
}

Result<Target> Target::Parse(std::string_view text) {
  Target target;
  if (text.empty() || text.front() == '/') {
    BELLROCK_ASSIGN(Path path, Path::Parse(text));
    target.key = path.text();
    return target;
  }
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos || text.find('/', slash + 1) != std::string_view::npos) {
    return InvalidArgumentError(fmt::format(
        "target {}: is neither a path (begins with \"/\") nor a short name \"line/service\" nor an "
        "alias \"modid:cmdid\"",
        Shown(text)));
  }
  const std::string context = fmt::format("short name {}", Shown(text));
  Status line = CheckComponent(text.substr(0, slash), 2);
  if (!line.ok()) return line.WithContext(context);
  Status service = CheckComponent(text.substr(slash + 1), 3);
  if (!service.ok()) return service.WithContext(context);
  target.is_service = true;
  target.key = std::string(text);
  return target;
}

std::string_view ShortNameOf(std::string_view instance_path) {
  size_t begin = 0;
  for (int slashes = 0; slashes < 3; ++begin) slashes += instance_path[begin] == '/';
  const size_t middle = instance_path.find('/', begin);
  return instance_path.substr(begin, instance_path.find('/', middle + 1) - begin);
}

bool Covers(const Target& target, std::string_view instance_path) {
  if (target.is_service) return ShortNameOf(instance_path) == target.key;
  if (target.key == "/") return true;
  return instance_path.starts_with(target.key) &&
         (instance_path.size() == target.key.size() || instance_path[target.key.size()] == '/');
}

}  // namespace bellrock::naming
