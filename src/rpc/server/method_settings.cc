// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/server/method_settings.h"

#include <fmt/format.h>

#include "rpc/error_catalog.h"

namespace bellrock::rpc {
namespace {

constexpr std::string_view kAny = "*";

Status Check(const std::string& key, const MethodOptions& options) {
  if (options.attempts < 0 || options.attempts > kAttemptsMax) {
    return InvalidArgumentError(Numbered(
        ErrorNumber::kBadMethodOptions,
        fmt::format(
            "methods[\"{}\"]: attempts {} is out of range 1..{}; 0 leaves it to the channel", key,
            options.attempts, kAttemptsMax)));
  }
  if (options.timeout < Duration::zero()) {
    return InvalidArgumentError(Numbered(
        ErrorNumber::kBadMethodOptions,
        fmt::format("methods[\"{}\"]: timeout is negative; zero leaves it to the channel", key)));
  }
  return Status::Ok();
}

}  // namespace

Result<FixedMethodSettings> FixedMethodSettings::Make(
    const std::map<std::string, MethodOptions>& options) {
  FixedMethodSettings settings;
  for (const auto& [key, each] : options) {
    BELLROCK_TRY(Check(key, each));
    if (key == kAny) {
      settings.services_[key][key] = each;
      continue;
    }
    const size_t slash = key.rfind('/');
    if (slash == std::string::npos || slash == 0 || slash + 1 == key.size()) {
      return InvalidArgumentError(Numbered(
          ErrorNumber::kBadMethodOptions,
          fmt::format("methods[\"{}\"]: write package.Service/Method, package.Service/* or *",
                      key)));
    }
    settings.services_[key.substr(0, slash)][key.substr(slash + 1)] = each;
  }
  return settings;
}

MethodOptions FixedMethodSettings::Find(std::string_view service, std::string_view method) const {
  for (const std::string_view of_service : {service, kAny}) {
    const auto methods = services_.find(of_service);
    if (methods == services_.end()) continue;
    auto found = methods->second.find(method);
    if (found == methods->second.end()) found = methods->second.find(kAny);
    if (found != methods->second.end()) return found->second;
  }
  return {};
}

}  // namespace bellrock::rpc
