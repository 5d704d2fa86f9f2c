// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/http/url.h"

#include <fmt/format.h>

namespace bellrock::rpc {
namespace {

constexpr size_t kQueryFieldsMax = 1000;

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

struct Decoding {
  bool plus_is_space = false;
  bool keep_slashes = false;
};

Result<std::string> Decode(std::string_view text, Decoding how) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\0') {
      return InvalidArgumentError(
          fmt::format("byte {} of the request target is NUL; no path or field may hold one", i));
    }
    if (text[i] != '%') {
      out += how.plus_is_space && text[i] == '+' ? ' ' : text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? HexDigit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? HexDigit(text[i + 2]) : -1;
    if (high < 0 || low < 0 || (high == 0 && low == 0)) {
      return InvalidArgumentError(fmt::format(
          "bad escape at byte {} of \"{}\" in the request target; write %XX with two hex digits", i,
          text));
    }
    const char byte = static_cast<char>(high * 16 + low);
    if (how.keep_slashes && byte == '/') {
      out += text.substr(i, 3);
    } else {
      out += byte;
    }
    i += 2;
  }
  return out;
}

}  // namespace

Result<Target> ParseTarget(std::string_view target) {
  // The absolute form, as proxies send it.
  if (target.starts_with("http://")) {
    const size_t slash = target.find('/', 7);
    target = slash == std::string_view::npos ? "/" : target.substr(slash);
  }
  if (!target.starts_with('/')) {
    return InvalidArgumentError("the request target must begin with '/'");
  }
  const size_t question = target.find('?');
  Target result;
  result.raw_path = target.substr(0, question);
  BELLROCK_ASSIGN(result.path, Decode(result.raw_path, {}));
  if (question != std::string_view::npos) result.query = target.substr(question + 1);
  return result;
}

Result<QueryFields> ParseQuery(std::string_view query) {
  QueryFields fields;
  while (!query.empty()) {
    const size_t end = std::min(query.find('&'), query.size());
    const std::string_view field = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (field.empty()) continue;
    if (fields.size() >= kQueryFieldsMax) {
      return InvalidArgumentError(
          fmt::format("the query has more than {} fields; use POST with JSON", kQueryFieldsMax));
    }
    const size_t equals = field.find('=');
    BELLROCK_ASSIGN(std::string name, Decode(field.substr(0, equals), {.plus_is_space = true}));
    std::string value;
    if (equals != std::string_view::npos) {
      BELLROCK_ASSIGN(value, Decode(field.substr(equals + 1), {.plus_is_space = true}));
    }
    fields.emplace_back(std::move(name), std::move(value));
  }
  return fields;
}

std::string_view QueryValue(const QueryFields& fields, std::string_view name) {
  for (const auto& [key, value] : fields) {
    if (key == name) return value;
  }
  return {};
}

Result<std::string> DecodePath(std::string_view text, bool keep_slashes) {
  return Decode(text, {.keep_slashes = keep_slashes});
}

}  // namespace bellrock::rpc
