// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/registry_settings.h"

#include <string>
#include <utility>

namespace bellrock::server {
namespace {

constexpr char kSubject[] = "routing";

routing::server::KeptSettings FromDocument(std::string_view service,
                                           const naming::Document& document) {
  return {std::string(service), document.bytes, document.version, document.changed_unix_ms,
          document.why};
}

}  // namespace

Result<RegistrySettings::Done> RegistrySettings::Put(ServerContext& context, const Change& change) {
  BELLROCK_ASSIGN(const uint64_t version,
                  documents_.Put(context, {change.service, kSubject, change.bytes,
                                           change.who_and_why, change.expected_version}));
  return Done{version, naming::ChangedUnixMs(version)};
}

std::optional<routing::server::KeptSettings> RegistrySettings::Get(std::string_view service) const {
  const std::optional<naming::Document> document = documents_.Get(service, kSubject);
  if (!document) return std::nullopt;
  return FromDocument(service, *document);
}

void RegistrySettings::ForEach(
    const std::function<void(const routing::server::KeptSettings&)>& visit) const {
  documents_.ForEach(kSubject, [&](std::string_view service, const naming::Document& document) {
    visit(FromDocument(service, document));
    return true;
  });
}

void RegistrySettings::Listen(Listener listener) {
  documents_.Listen(kSubject, std::move(listener));
}

}  // namespace bellrock::server
