// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/rules/attribute.h"

#include "base/ascii.h"

namespace bellrock::routing::rules {
namespace {

constexpr std::string_view kHeaderPrefix = "header:";

}  // namespace

std::optional<Attribute> Attribute::Parse(std::string_view name, const v1::Place& place) {
  if (name == "caller") return Attribute(Source::kCaller, "");
  if (name == "caller.site") return Attribute(Source::kFixed, place.site());
  if (name == "caller.region") return Attribute(Source::kFixed, place.region());
  if (name == "caller.set") return Attribute(Source::kFixed, place.set());
  if (name == "method") return Attribute(Source::kMethod, "");
  if (name == "key") return Attribute(Source::kKey, "");
  if (name == "lane") return Attribute(Source::kLane, "");
  if (name.starts_with(kHeaderPrefix) && name.size() > kHeaderPrefix.size()) {
    return Attribute(Source::kHeader, LowerCase(name.substr(kHeaderPrefix.size())));
  }
  return std::nullopt;
}

std::string_view Attribute::In(const Request& request) const {
  switch (source_) {
    case Source::kFixed:
      return text_;
    case Source::kCaller:
      return request.caller;
    case Source::kMethod:
      return request.method;
    case Source::kKey:
      return request.key;
    case Source::kLane:
      return request.lane;
    case Source::kHeader:
      break;
  }
  for (const auto& [name, value] : request.headers) {
    if (name == text_) return value;
  }
  return {};
}

}  // namespace bellrock::routing::rules
