// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/exposed_figures.h"

#include <fmt/format.h>

#include "base/exposition.h"
#include "bellrock/naming/v1/naming.bellrock.h"
#include "fiber/sync.h"

namespace bellrock::server {

using metrics::server::DataCentreHealth;

ExposedFigures::ExposedFigures(naming::server::NamingServer& naming,
                               metrics::server::DataCentre& centre)
    : home_(*fiber::Loop::Current()), naming_(naming), centre_(centre) {}

void ExposedFigures::AddTo(rpc::Server& server) {
  server.Expose([this](Exposition& out) {
    (void)fiber::RunOn(home_, [&] {
      AddRegistry(out);
      AddDataCentre(out);
    });
  });
}

void ExposedFigures::AddRegistry(Exposition& out) {
  const naming::v1::StatsReply stats = naming_.Totals();
  const auto gauge = [&out](std::string_view name, std::string_view help, int64_t value) {
    out.Gauge(name, help);
    out.Add({}, static_cast<uint64_t>(value));
  };
  gauge("bellrock_registry_instances", "Instances registered.", stats.instances());
  gauge("bellrock_registry_instances_working", "Instances that get calls.", stats.working());
  gauge("bellrock_registry_services", "Services with an instance.", stats.services());
  gauge("bellrock_registry_watchers", "Watches under way.", stats.watchers());
  gauge("bellrock_registry_leading", "1 if words of this site are decided here.",
        naming_.leading() ? 1 : 0);
  gauge("bellrock_registry_refuses_writes", "1 if storage takes nothing.",
        stats.storage_error().empty() ? 0 : 1);
  const auto counter = [&out](std::string_view name, std::string_view help, uint64_t value) {
    out.Counter(name, help);
    out.Add({}, value);
  };
  counter("bellrock_registry_registers", "Registrations taken.", stats.registers());
  counter("bellrock_registry_heartbeats", "Heartbeats taken.", stats.heartbeats());
  counter("bellrock_registry_expirations", "Instances whose lease ran out.", stats.expirations());
}

void ExposedFigures::AddDataCentre(Exposition& out) {
  const DataCentreHealth health = centre_.Health();
  const auto counter = [&out](std::string_view name, std::string_view help, uint64_t value) {
    out.Counter(name, help);
    out.Add({}, value);
  };
  counter("bellrock_metrics_pushes", "Pushes of calls taken.", health.pushes);
  counter("bellrock_metrics_calls_counted", "Calls in the partitions worked here.",
          health.calls_counted);
  counter("bellrock_metrics_calls_lost", "Calls that their sources told as lost.",
          health.calls_lost);
  counter("bellrock_metrics_duplicates", "Batches that came again and did not count.",
          health.duplicates);
  counter("bellrock_metrics_queue_bytes", "Appended to the queue.", health.queue_bytes);
  out.Gauge("bellrock_metrics_complete_until_seconds",
            "Unix second up to which all calls are counted.");
  out.Add({}, static_cast<uint64_t>(health.complete_until));
  out.Gauge("bellrock_metrics_partition_behind", "Records that wait for the partition's owner.");
  for (const DataCentreHealth::Partition& partition : health.partitions) {
    out.Add({{"partition", fmt::format("{}", partition.number)}}, partition.behind);
  }
}

}  // namespace bellrock::server
