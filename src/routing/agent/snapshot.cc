// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/agent/snapshot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <span>

#include "bellrock/routing/v1/snapshot.pb.h"
#include "routing/plan.h"
#include "shm/mapped_file.h"

namespace bellrock::routing::agent {
namespace {

constexpr char kMagic[8] = {'B', 'L', 'C', 'S', 'N', 'A', 'P', '1'};
constexpr size_t kHeaderBytes = sizeof(kMagic) + sizeof(uint64_t);
constexpr uint64_t kSnapshotBytesMax = uint64_t{1} << 30;

Status Damaged(const std::string& path, std::string_view why) {
  return DataLossError(
      fmt::format("routing snapshot {}: {}; remove it, the registry will refill it", path, why));
}

void ToProto(const InstanceSpec& instance, v1::InstanceRoute& route) {
  route.set_path(instance.path);
  route.set_address(instance.address);
  route.set_site(instance.site);
  route.set_static_weight(static_cast<int32_t>(instance.static_weight));
  route.set_naming_state(instance.naming_state);
  // The availability travels in the slot's field: a snapshot has no slots.
  route.set_slot(static_cast<uint32_t>(instance.availability));
}

InstanceSpec FromProto(const v1::InstanceRoute& route) {
  InstanceSpec instance;
  instance.path = route.path();
  instance.address = route.address();
  instance.site = route.site();
  instance.static_weight = static_cast<uint32_t>(route.static_weight());
  instance.naming_state = route.naming_state();
  instance.availability = static_cast<Availability>(std::clamp(route.slot(), 1u, 3u));
  return instance;
}

v1::RoutingSnapshot ToProto(const Snapshot& snapshot) {
  v1::RoutingSnapshot out;
  for (const auto& [service, instances] : snapshot.lists) {
    v1::ServiceTable& table = *out.add_tables();
    table.set_service(service);
    v1::SlotTraitsList& traits = *out.add_traits();
    for (const InstanceSpec& instance : instances) {
      traits.add_traits()->set_slot(static_cast<uint32_t>(table.instances_size()));
      FillTraits(instance, *traits.mutable_traits()->rbegin());
      ToProto(instance, *table.add_instances());
    }
  }
  for (const v1::StoredSettings& settings : snapshot.settings) *out.add_settings() = settings;
  return out;
}

Snapshot FromProto(const v1::RoutingSnapshot& in) {
  Snapshot snapshot;
  for (int i = 0; i < in.tables_size(); ++i) {
    std::vector<InstanceSpec>& instances = snapshot.lists[in.tables(i).service()];
    for (const v1::InstanceRoute& route : in.tables(i).instances()) {
      instances.push_back(FromProto(route));
    }
    if (i >= in.traits_size()) continue;  // of an earlier version
    for (const v1::SlotTraits& traits : in.traits(i).traits()) {
      if (traits.slot() < instances.size()) TakeTraits(traits, instances[traits.slot()]);
    }
  }
  snapshot.settings = {in.settings().begin(), in.settings().end()};
  return snapshot;
}

}  // namespace

Status SaveSnapshot(fiber::Disk& disk, const std::string& path, const Snapshot& snapshot) {
  const std::string body = ToProto(snapshot).SerializeAsString();
  const uint64_t sum = shm::Checksum(body.data(), body.size());
  std::string bytes(kMagic, sizeof(kMagic));
  bytes.append(reinterpret_cast<const char*>(&sum), sizeof(sum));
  bytes += body;
  const std::string temporary = path + ".new";
  if (Status status = disk.Remove(temporary);
      !status.ok() && status.code() != StatusCode::kNotFound) {
    return status;
  }
  BELLROCK_ASSIGN(auto file, disk.Open(temporary, fiber::OpenMode::kCreateNew));
  BELLROCK_TRY(file->Append(std::as_bytes(std::span(bytes))));
  BELLROCK_TRY(file->Sync());
  return disk.Rename(temporary, path);
}

Result<Snapshot> LoadSnapshot(fiber::Disk& disk, const std::string& path) {
  BELLROCK_ASSIGN(auto file, disk.Open(path, fiber::OpenMode::kRead));
  BELLROCK_ASSIGN(const uint64_t size, file->Size());
  if (size < kHeaderBytes || size > kSnapshotBytesMax) {
    return Damaged(path, fmt::format("{} bytes long", size));
  }
  std::string bytes(size, '\0');
  for (size_t at = 0; at < bytes.size();) {
    BELLROCK_ASSIGN(const size_t got,
                    file->ReadAt(at, std::as_writable_bytes(std::span(bytes)).subspan(at)));
    if (got == 0) return Damaged(path, "it ended while it was read");
    at += got;
  }
  if (std::memcmp(bytes.data(), kMagic, sizeof(kMagic)) != 0) return Damaged(path, "wrong magic");
  uint64_t sum = 0;
  std::memcpy(&sum, bytes.data() + sizeof(kMagic), sizeof(sum));
  const std::string_view body = std::string_view(bytes).substr(kHeaderBytes);
  if (shm::Checksum(body.data(), body.size()) != sum) return Damaged(path, "wrong checksum");
  v1::RoutingSnapshot read;
  if (!read.ParseFromArray(body.data(), static_cast<int>(body.size()))) {
    return Damaged(path, "not the expected message");
  }
  return FromProto(read);
}

}  // namespace bellrock::routing::agent
