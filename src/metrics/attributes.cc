// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/attributes.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <numeric>

#include "base/check.h"
#include "base/utf8.h"
#include "metrics/bounds.h"

namespace bellrock::metrics {
namespace {

constexpr size_t kNameShownMax = 64;
constexpr std::string_view kEscaped = "%=,";

bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

bool IsWord(std::string_view text, std::string_view also) {
  if (text.empty() || !IsLetter(text[0])) return false;
  return std::all_of(text.begin(), text.end(), [also](char c) {
    return IsLetter(c) || IsDigit(c) || also.find(c) != std::string_view::npos;
  });
}

Status CheckKey(const std::string& key, size_t number) {
  if (key.size() <= kAttributeKeyBytesMax && IsWord(key, "")) return Status::Ok();
  return InvalidArgumentError(fmt::format(
      "attributes[{}]: \"{}\"; begin with a letter, then letters, digits and _, {} bytes at most",
      number, ToUtf8(key, kNameShownMax), kAttributeKeyBytesMax));
}

// Whole characters and whole escapes only.
void AppendValue(std::string_view value, size_t room, std::string& to) {
  const std::string text = ToUtf8(value, value.size() > room ? room : value.size());
  size_t used = 0;
  for (std::string_view rest = text; !rest.empty();) {
    const size_t length = Utf8SequenceLength(rest);
    const bool escaped = kEscaped.find(rest[0]) != std::string_view::npos;
    used += escaped ? 3 : length;
    if (used > room) return;
    to += escaped ? fmt::format("%{:02X}", static_cast<unsigned>(rest[0]))
                  : std::string(rest.substr(0, length));
    rest.remove_prefix(length);
  }
}

std::string Unescaped(std::string_view text) {
  std::string value;
  for (size_t i = 0; i < text.size(); ++i) {
    unsigned number = 0;
    if (text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(text.data() + i + 1, text.data() + i + 3, number, 16).ec == std::errc()) {
      value += static_cast<char>(number);
      i += 2;
    } else {
      value += text[i];
    }
  }
  return value;
}

}  // namespace

Status CheckMetricName(std::string_view field, std::string_view name) {
  if (name.size() <= kMetricNameBytesMax && IsWord(name, ".-")) return Status::Ok();
  return InvalidArgumentError(fmt::format(
      "{}: \"{}\"; begin with a letter, then letters, digits, _, . and -, {} bytes at most", field,
      ToUtf8(name, kNameShownMax), kMetricNameBytesMax));
}

Result<AttributeKeys> AttributeKeys::Make(std::vector<std::string> keys) {
  if (keys.size() > kAttributesMax) {
    return InvalidArgumentError(
        fmt::format("attributes: {} of them, at most {}", keys.size(), kAttributesMax));
  }
  AttributeKeys made;
  size_t bytes = 0;
  for (size_t i = 0; i < keys.size(); ++i) {
    BELLROCK_TRY(CheckKey(keys[i], i));
    if (std::find(keys.begin(), keys.begin() + static_cast<ptrdiff_t>(i), keys[i]) !=
        keys.begin() + static_cast<ptrdiff_t>(i)) {
      return InvalidArgumentError(
          fmt::format("attributes[{}]: \"{}\" is there twice; name each once", i, keys[i]));
    }
    bytes += keys[i].size() + 2;  // "=" and ","
  }
  static_assert(kAttributesMax * (kAttributeKeyBytesMax + 2) > kDimensionBytesMax);
  if (bytes + keys.size() * kAttributeValueBytesMin > kDimensionBytesMax) {
    return InvalidArgumentError(
        fmt::format("attributes: {} bytes of keys leave no room for values in {}; shorten them",
                    bytes, kDimensionBytesMax));
  }
  if (!keys.empty()) made.room_ = (kDimensionBytesMax - bytes) / keys.size();
  made.order_.resize(keys.size());
  std::iota(made.order_.begin(), made.order_.end(), 0);
  std::sort(made.order_.begin(), made.order_.end(),
            [&keys](size_t a, size_t b) { return keys[a] < keys[b]; });
  made.keys_ = std::move(keys);
  return made;
}

std::string AttributeKeys::TextOf(std::span<const std::string_view> values) const {
  BELLROCK_CHECK(values.size() == keys_.size(), "a value for each key");
  std::string text;
  for (const size_t at : order_) {
    if (!text.empty()) text += ',';
    text += keys_[at];
    text += '=';
    AppendValue(values[at], room_, text);
  }
  return text;
}

std::vector<std::pair<std::string, std::string>> ParseAttributes(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> attributes;
  while (!text.empty()) {
    const size_t comma = std::min(text.find(','), text.size());
    const std::string_view part = text.substr(0, comma);
    const size_t equals = part.find('=');
    if (equals != std::string_view::npos && equals > 0) {
      attributes.emplace_back(part.substr(0, equals), Unescaped(part.substr(equals + 1)));
    }
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return attributes;
}

}  // namespace bellrock::metrics
