// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bellrock/status.h"

// How custom metrics are named, and how their attributes are written down as one text,
// "level=28,vip=yes": keys ascending, and %, = and , of a value as %25, %3D and %2C.
namespace bellrock::metrics {

inline constexpr size_t kMetricNameBytesMax = 128;
inline constexpr size_t kAttributesMax = 8;
inline constexpr size_t kAttributeKeyBytesMax = 32;
inline constexpr size_t kAttributeValueBytesMin = 8;  // each value has at least so much room

// kInvalidArgument names the field, the value and the remedy.
Status CheckMetricName(std::string_view field, std::string_view name);

// The attributes of one metric.
class AttributeKeys {
 public:
  // kInvalidArgument: a key that is no word or there twice, too many, or no room for values.
  static Result<AttributeKeys> Make(std::vector<std::string> keys);

  size_t size() const { return keys_.size(); }
  // Keys in the order given.
  const std::vector<std::string>& keys() const { return keys_; }
  // A value for each key, in the order given. Values are clipped to their room, and malformed
  // UTF-8 becomes '?'.
  std::string TextOf(std::span<const std::string_view> values) const;

 private:
  std::vector<std::string> keys_;
  std::vector<size_t> order_;  // ascending
  size_t room_ = 0;            // bytes of a value
};

// Back again; an attribute that is not as above is left out.
std::vector<std::pair<std::string, std::string>> ParseAttributes(std::string_view text);

}  // namespace bellrock::metrics
