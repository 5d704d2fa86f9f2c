// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm/field_problems.h"

#include <fmt/format.h>

#include <algorithm>

#include "metrics/alarm/bounds.h"

namespace bellrock::metrics::alarm {

void FieldProblems::Add(std::string_view field, std::string_view value, std::string_view remedy) {
  ++count_;
  if (count_ > named_max_) return;
  if (!text_.empty()) text_ += "; ";
  text_ += fmt::format("{} {}: {}", field, value, remedy);
}

void FieldProblems::Range(std::string_view field, double value, double low, double high) {
  if (value >= low && value <= high) return;
  Add(field, fmt::format("{}", value), fmt::format("must be from {} to {}", low, high));
}

void FieldProblems::ZeroOrRange(std::string_view field, double value, double low, double high) {
  if (value == 0 || (value >= low && value <= high)) return;
  Add(field, fmt::format("{}", value),
      fmt::format("must be 0 for the default, or from {} to {}", low, high));
}

void FieldProblems::Count(std::string_view field, size_t count, size_t most) {
  if (count <= most) return;
  Add(field, fmt::format("has {} elements", count), fmt::format("at most {} are allowed", most));
}

void FieldProblems::Text(std::string_view field, std::string_view text, size_t bytes_max) {
  if (text.empty()) Add(field, "is empty", "give it a value");
  const bool control =
      std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < ' ' || c == 0x7f; });
  if (control) Add(field, "has a control character", "use printable ones");
  if (text.size() > bytes_max) {
    Add(field, fmt::format("has {} bytes", text.size()),
        fmt::format("at most {} are allowed", bytes_max));
  }
}

void FieldProblems::Url(std::string_view field, std::string_view url) {
  if (!url.starts_with("http://") && !url.starts_with("https://")) {
    Add(field, fmt::format("'{}'", url.substr(0, 32)), "begin it with http:// or https://");
  }
  Text(field, url, kTextBytesMax);
  if (url.find(' ') != std::string_view::npos) Add(field, "has a space", "write %20");
}

Status FieldProblems::ToStatus(std::string_view subject) const {
  if (count_ == 0) return Status::Ok();
  std::string text = fmt::format("{}: {}", subject, text_);
  if (count_ > named_max_) text += fmt::format("; and {} more", count_ - named_max_);
  return InvalidArgumentError(std::move(text));
}

}  // namespace bellrock::metrics::alarm
