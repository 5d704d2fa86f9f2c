// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/registry_alarms.h"

#include <string>

namespace bellrock::server {
namespace {

using metrics::alarm_server::KeptSettings;

constexpr char kSubject[] = "alarms";

KeptSettings FromDocument(std::string_view name, const naming::Document& document) {
  return {std::string(name), document.bytes, document.version, document.changed_unix_ms,
          document.why};
}

}  // namespace

Result<RegistryAlarms::Done> RegistryAlarms::Put(ServerContext& context, const Change& change) {
  BELLROCK_ASSIGN(const uint64_t version,
                  documents_.Put(context, {change.name, kSubject, change.bytes, change.who_and_why,
                                           change.expected_version}));
  return Done{version, naming::ChangedUnixMs(version)};
}

std::optional<KeptSettings> RegistryAlarms::Get(std::string_view name) const {
  const std::optional<naming::Document> document = documents_.Get(name, kSubject);
  if (!document) return std::nullopt;
  return FromDocument(name, *document);
}

void RegistryAlarms::ForEach(const std::function<void(const KeptSettings&)>& visit) const {
  documents_.ForEach(kSubject, [&](std::string_view name, const naming::Document& document) {
    visit(FromDocument(name, document));
    return true;
  });
}

}  // namespace bellrock::server
