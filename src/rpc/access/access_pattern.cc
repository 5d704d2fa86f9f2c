// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/access/access_pattern.h"

#include <fmt/format.h>

namespace bellrock::rpc {
namespace {

Status BadCaller(std::string_view text, std::string_view what) {
  return InvalidArgumentError(fmt::format(
      "\"{}\" {}; write \"line/service\", \"line/*\", another name or \"*\"", text, what));
}

Status BadMethod(std::string_view text, std::string_view what) {
  return InvalidArgumentError(fmt::format(
      "\"{}\" {}; write \"package.Service/Method\", \"package.Service/*\", \"package.*\" or \"*\"",
      text, what));
}

}  // namespace

Result<CallerPattern> CallerPattern::Parse(std::string_view text) {
  CallerPattern pattern;
  if (text.empty()) return BadCaller(text, "is empty");
  if (text == "*") {
    pattern.prefix_ = true;
    return pattern;
  }
  pattern.prefix_ = text.ends_with("/*");
  if (pattern.prefix_) text.remove_suffix(1);
  if (text == "/") return BadCaller("/*", "names no line");
  if (text.find('*') != std::string_view::npos) {
    return BadCaller(text, "has a * that is not its whole last part");
  }
  pattern.text_ = text;
  return pattern;
}

bool CallerPattern::Matches(std::string_view identity) const {
  if (!prefix_) return identity == text_;
  if (text_.empty()) return true;
  // "line/*" is one service of the line, not "line/a/b".
  return identity.starts_with(text_) && identity.size() > text_.size() &&
         identity.find('/', text_.size()) == std::string_view::npos;
}

Result<MethodPattern> MethodPattern::Parse(std::string_view text) {
  MethodPattern pattern;
  if (text == "*") {
    pattern.service_prefix_ = true;
    return pattern;
  }
  const size_t slash = text.find('/');
  std::string_view service = text.substr(0, slash);
  std::string_view method;
  if (slash != std::string_view::npos) {
    method = text.substr(slash + 1);
    if (method.empty() || method.find('/') != std::string_view::npos) {
      return BadMethod(text, "has not one method behind its '/'");
    }
  }
  pattern.service_prefix_ = service.ends_with(".*");
  if (pattern.service_prefix_) service.remove_suffix(1);
  if (service.empty() || service == ".") return BadMethod(text, "names no service");
  if (slash == std::string_view::npos && !pattern.service_prefix_) {
    return BadMethod(text, "names no method");
  }
  if (method == "*") method = {};
  if (service.find('*') != std::string_view::npos || method.find('*') != std::string_view::npos) {
    return BadMethod(text, "has a * that is not a whole part");
  }
  pattern.service_ = service;
  pattern.method_ = method;
  return pattern;
}

bool MethodPattern::Matches(std::string_view service, std::string_view method) const {
  const bool service_fits = service_prefix_ ? service.starts_with(service_) : service == service_;
  return service_fits && (method_.empty() || method == method_);
}

}  // namespace bellrock::rpc
