// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "bellrock/status.h"

namespace bellrock::naming {

// /{site}/{department}/{line}/{service}/{cluster}/{instance} (VIN-098).
inline constexpr int kPathDepth = 6;
inline constexpr size_t kComponentBytesMax = 63;
inline constexpr size_t kInstanceNameBytesMax = 128;

// A checked path of zero (the root) to six components. A value; its text is canonical: "/" for the
// root, else "/a/b" without a slash at the end.
class Path {
 public:
  Path() : text_("/") {}
  // "" and "/" are the root. kInvalidArgument names the component, its value and what is allowed.
  static Result<Path> Parse(std::string_view text);
  // All six components.
  static Result<Path> ParseInstance(std::string_view text);

  int depth() const { return depth_; }
  std::string_view component(int index) const;  // index < depth()
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  int depth_ = 0;
  std::array<uint16_t, kPathDepth + 1>
      starts_{};  // of component i; starts_[depth] is one past the end
};

// What can be looked up and watched: a path, or the short name "line/service", which means that
// service in every site, department and cluster.
struct Target {
  bool is_service = false;
  std::string key;  // canonical path, or "line/service"

  static Result<Target> Parse(std::string_view text);
};

// "line/service" of a full instance path, a part of the same text.
std::string_view ShortNameOf(std::string_view instance_path);

// Whether the instance with this full path lies under the target.
bool Covers(const Target& target, std::string_view instance_path);

}  // namespace bellrock::naming
