// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bellrock::rpc::http2 {

// The header fields of one block, copied as they are decoded; used again for the next block, so
// that a block costs no allocation. Bounded by the session's header_bytes_max.
class FieldBlock {
 public:
  struct Field {
    std::string_view name;
    std::string_view value;
  };

  void Clear() {
    text_.clear();
    ends_.clear();
  }
  void Add(std::string_view name, std::string_view value) {
    text_.append(name);
    const auto name_end = static_cast<uint32_t>(text_.size());
    text_.append(value);
    ends_.push_back({name_end, static_cast<uint32_t>(text_.size())});
  }
  size_t size() const { return ends_.size(); }
  // Valid until the next Add() or Clear().
  Field operator[](size_t index) const {
    const std::string_view text = text_;
    const uint32_t begin = index == 0 ? 0 : ends_[index - 1].value;
    const Ends ends = ends_[index];
    return {text.substr(begin, ends.name - begin), text.substr(ends.name, ends.value - ends.name)};
  }

 private:
  struct Ends {
    uint32_t name;
    uint32_t value;
  };
  std::string text_;
  std::vector<Ends> ends_;
};

}  // namespace bellrock::rpc::http2
