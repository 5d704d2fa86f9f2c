// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace bellrock {

// Immutable bytes with shared ownership: copying one shares the block. What travels beside a
// message without being copied into it (attachments). Thread-safe like a shared_ptr.
class Bytes {
 public:
  Bytes() = default;
  // Keeps the string's own block; copies nothing.
  explicit Bytes(std::string&& text) {
    auto owner = std::make_shared<const std::string>(std::move(text));
    view_ = *owner;
    owner_ = std::move(owner);
  }
  // `view` lies in what `owner` keeps alive.
  Bytes(std::shared_ptr<const void> owner, std::string_view view)
      : owner_(std::move(owner)), view_(view) {}
  static Bytes Copy(std::string_view text) { return Bytes(std::string(text)); }

  std::string_view view() const { return view_; }
  size_t size() const { return view_.size(); }
  bool empty() const { return view_.empty(); }
  // A part of it, sharing the same block.
  Bytes Part(size_t begin, size_t size) const { return Bytes(owner_, view_.substr(begin, size)); }
  const std::shared_ptr<const void>& owner() const { return owner_; }

 private:
  std::shared_ptr<const void> owner_;
  std::string_view view_;
};

}  // namespace bellrock
