// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/registry_dashboards.h"

#include <string>

namespace bellrock::server {
namespace {

using metrics::server::KeptDashboard;

constexpr char kSubject[] = "dashboards";
constexpr std::string_view kLine = "dashboards/";

std::string ServiceOf(std::string_view id) {
  return std::string(kLine) + std::string(id);
}

KeptDashboard FromDocument(std::string_view service, const naming::Document& document) {
  return {std::string(service.substr(kLine.size())), document.bytes, document.version,
          document.changed_unix_ms, document.why};
}

}  // namespace

Result<RegistryDashboards::Done> RegistryDashboards::Put(ServerContext& context,
                                                         const Change& change) {
  const std::string service = ServiceOf(change.id);
  BELLROCK_ASSIGN(const uint64_t version,
                  documents_.Put(context, {service, kSubject, change.bytes, change.who_and_why,
                                           change.expected_version}));
  return Done{version, naming::ChangedUnixMs(version)};
}

std::optional<KeptDashboard> RegistryDashboards::Get(std::string_view id) const {
  const std::string service = ServiceOf(id);
  const std::optional<naming::Document> document = documents_.Get(service, kSubject);
  if (!document) return std::nullopt;
  return FromDocument(service, *document);
}

void RegistryDashboards::ForEach(const std::function<void(const KeptDashboard&)>& visit) const {
  documents_.ForEach(kSubject, [&](std::string_view service, const naming::Document& document) {
    if (service.starts_with(kLine)) visit(FromDocument(service, document));
    return true;
  });
}

}  // namespace bellrock::server
