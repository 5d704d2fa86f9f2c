// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/proxy/options.h"

#include <fmt/format.h>

#include "base/ascii.h"
#include "shm/run_paths.h"

namespace bellrock::routing::proxy {
namespace {

constexpr std::string_view kForm =
    "write KIND:SERVICE=IP:PORT with KIND tcp or http, as in tcp:music/catalog=127.0.0.1:9000";

Status Wrong(std::string_view text, std::string_view what) {
  return InvalidArgumentError(fmt::format("proxy '{}': {}", text, what));
}

// What stands before `mark`; takes both away. All of it without a mark.
std::string_view CutAt(std::string_view& text, char mark) {
  const size_t at = std::min(text.find(mark), text.size());
  const std::string_view part = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return part;
}

bool ParseSwitch(std::string_view value, bool& flag) {
  flag = value == "on";
  return value == "on" || value == "off";
}

Status TakeOption(std::string_view text, std::string_view option, ListenSpec& spec) {
  std::string_view value = option;
  const std::string_view name = CutAt(value, '=');
  if (spec.kind == Kind::kTcp && name != "caller") {
    return Wrong(text, "a tcp port has no option but caller");
  }
  bool good = !value.empty();
  if (name == "caller") {
    spec.caller = value;
    good = shm::CheckServiceName(value).ok();
  } else if (name == "key-header") {
    spec.key_header = LowerCase(value);
  } else if (name == "key-query") {
    spec.key_query = value;
  } else if (name == "headers") {
    good = ParseSwitch(value, spec.headers);
  } else if (name == "forwarded") {
    good = ParseSwitch(value, spec.forwarded);
  } else if (name == "traceparent") {
    good = ParseSwitch(value, spec.traceparent);
  } else if (name == "counted") {
    good = ParseSwitch(value, spec.counted);
  } else {
    return Wrong(text,
                 fmt::format("no option '{}'; there are caller, key-header, key-query, headers, "
                             "forwarded, traceparent and counted",
                             name));
  }
  if (good) return Status::Ok();
  return Wrong(
      text,
      fmt::format(
          "option '{}' has the value '{}'; write a name, LINE/SERVICE for caller, or on or off for "
          "headers, forwarded, traceparent and counted",
          name, value));
}

}  // namespace

Result<ListenSpec> ParseListenSpec(std::string_view text) {
  ListenSpec spec;
  std::string_view rest = text;
  const std::string_view kind = CutAt(rest, ':');
  if (kind != "tcp" && kind != "http") return Wrong(text, kForm);
  spec.kind = kind == "tcp" ? Kind::kTcp : Kind::kHttp;
  const std::string_view service = CutAt(rest, '=');
  if (service == "*") {
    if (spec.kind == Kind::kTcp) return Wrong(text, "'*' needs the Host of a request: use http");
  } else {
    if (Status named = shm::CheckServiceName(service); !named.ok()) {
      return Wrong(text, named.message());
    }
    spec.service = service;
  }
  Result<Address> address = Address::Parse(CutAt(rest, ','));
  if (!address.ok()) return Wrong(text, address.status().message());
  spec.address = std::move(*address);
  while (!rest.empty()) BELLROCK_TRY(TakeOption(text, CutAt(rest, ','), spec));
  return spec;
}

}  // namespace bellrock::routing::proxy
