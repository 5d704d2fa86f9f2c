// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/console_url.h"

#include <fmt/format.h>

namespace bellrock::server {

std::string ConsoleUrl(const Address& listening, const std::string& advertised,
                       const std::string& host) {
  if (listening.kind() != Address::Kind::kTcp) return {};
  const bool wildcard = listening.host() == "0.0.0.0" || listening.host() == "::";
  std::string name = wildcard ? host : listening.host();
  if (!advertised.empty()) name = advertised;
  if (name.find(':') != std::string::npos) name = "[" + name + "]";
  return fmt::format("http://{}:{}", name, listening.port());
}

}  // namespace bellrock::server
