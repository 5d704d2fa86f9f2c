// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/registry_settings.h"

#include <utility>

namespace bellrock::server {
namespace {

settings::KeptSettings FromDocument(std::string_view name, const naming::Document& document) {
  return {std::string(name), document.bytes, document.version, document.changed_unix_ms,
          document.why};
}

}  // namespace

Result<RegistrySettings::Done> RegistrySettings::Put(ServerContext& context, const Change& change) {
  BELLROCK_ASSIGN(const uint64_t version,
                  documents_.Put(context, {change.name, subject_, change.bytes, change.who_and_why,
                                           change.expected_version}));
  return Done{version, naming::ChangedUnixMs(version)};
}

std::optional<settings::KeptSettings> RegistrySettings::Get(std::string_view name) const {
  const std::optional<naming::Document> document = documents_.Get(name, subject_);
  if (!document) return std::nullopt;
  return FromDocument(name, *document);
}

void RegistrySettings::ForEach(
    const std::function<void(const settings::KeptSettings&)>& visit) const {
  documents_.ForEach(subject_, [&](std::string_view name, const naming::Document& document) {
    visit(FromDocument(name, document));
    return true;
  });
}

void RegistrySettings::Listen(Listener listener) {
  documents_.Listen(subject_, std::move(listener));
}

}  // namespace bellrock::server
