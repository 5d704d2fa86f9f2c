// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/compute_members.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "naming/strict_lease.h"

namespace bellrock::server {
namespace {

constexpr std::string_view kSubject = "server/compute";
constexpr char kRunLabel[] = "run";
// Of a first answer that has not come yet; two that make an identity at once settle within it.
constexpr Duration kIdentityRetry = std::chrono::seconds(3);

rpc::ClientOptions TowardsServers() {
  rpc::ClientOptions options;
  options.caller = kComputeService;
  options.callee = "bellrock/server";
  return options;
}

std::string RunOf(const naming::v1::Instance& instance) {
  const auto& labels = instance.spec().labels();
  const auto run = labels.find(kRunLabel);
  return run == labels.end() ? "" : run->second;
}

naming::v1::InstanceSpec SpecOf(const ComputeMembersOptions& options, const std::string& identity) {
  naming::v1::InstanceSpec spec;
  spec.set_path(fmt::format("/{}/platform/{}/{}/{}:{}", options.site, kComputeService, identity,
                            options.address.host(), options.address.port()));
  spec.set_address(options.address.ToString());
  spec.set_lease_ms(static_cast<int32_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(kComputeLease).count()));
  (*spec.mutable_labels())[kRunLabel] = options.run;
  (*spec.mutable_labels())[naming::kLeaseLabel] = naming::kStrictLease;
  return spec;
}

}  // namespace

SeenMembers MembersIn(const std::vector<naming::v1::Instance>& instances, const std::string& run) {
  SeenMembers seen;
  for (const naming::v1::Instance& instance : instances) {
    const std::string name = RunOf(instance);
    const auto& said = instance.operator_state();
    const bool off = said.disabled() || said.isolated();
    if (off && name == run) seen.own_is_off = true;
    const bool works = instance.state() == naming::v1::INSTANCE_STATE_WORKING;
    if (name.empty() || off || !works) continue;
    seen.members.push_back({name, instance.spec().address()});
  }
  return seen;
}

ComputeMembers::ComputeMembers(fiber::Environment environment,
                               std::vector<naming::client::ServerEntry> servers,
                               metrics::server::DataCentre& centre, ComputeMembersOptions options)
    : environment_(environment),
      centre_(centre),
      options_(std::move(options)),
      directory_(environment, fiber::RealResolver(), std::move(servers), TowardsServers()),
      any_server_(environment, directory_.any(), nullptr, TowardsServers()),
      registry_(environment, directory_) {}

ComputeMembers::~ComputeMembers() {
  Stop();
}

void ComputeMembers::Start() {
  directory_.Start();
  registry_.Start();
  fiber_ = fiber::Start([this] { Run(); });
}

void ComputeMembers::Stop() {
  if (!fiber_.joinable()) return;
  fiber_.Cancel();
  fiber_.Join();
  fiber_ = fiber::JoinHandle();
  watcher_.reset();
  if (announcer_) {
    const Status told = announcer_->Stop();
    if (!told.ok()) log::Info(kSubject, "the lease runs out by itself: {}", told.ToString());
  }
  announcer_.reset();
  registry_.Stop();
  directory_.Stop();
}

void ComputeMembers::Run() {
  Time check = environment_.clock.Now();
  while (!fiber::CurrentCancelled()) {
    if (environment_.clock.Now() >= check) {
      CheckIdentity();
      check = environment_.clock.Now() + (identity_.empty() ? kIdentityRetry : kIdentityCheck);
    }
    if (changed_.is_set()) Tell();
    (void)changed_.Wait(check);
  }
}

void ComputeMembers::CheckIdentity() {
  const fiber::ScopedDeadline deadline(environment_.clock.Now() + kIdentityRetry);
  const auto identity = centre_.Identity();
  if (identity.ok() && *identity != identity_) return Follow(*identity);
  if (!identity.ok() && identity_.empty() && !fiber::CurrentCancelled()) {
    log::Warning(kSubject, "not of the data centre yet: {}", identity.status().ToString());
  }
}

void ComputeMembers::Tell() {
  changed_.Reset();
  const SeenMembers seen = MembersIn(list_, options_.run);
  const bool others = std::any_of(
      seen.members.begin(), seen.members.end(),
      [this](const metrics::server::Member& member) { return member.name != options_.run; });
  if (others) Announce();
  centre_.SetMembers(seen.members, !seen.own_is_off);
}

void ComputeMembers::Follow(const std::string& identity) {
  identity_ = identity;
  announcer_.reset();
  naming::v1::Filter filter;
  filter.add_clusters(identity);
  watcher_ = std::make_unique<naming::client::Watcher>(
      environment_, any_server_, kComputeService,
      [this](const std::vector<naming::v1::Instance>& instances) {
        list_ = instances;
        changed_.Set();
      },
      std::move(filter));
  watcher_->Start();
  if (!centre_.embedded()) Announce();
}

void ComputeMembers::Announce() {
  if (announcer_ || !options_.computes) return;
  log::Info(kSubject, "one of the compute nodes of data centre {}, at {}", identity_,
            options_.address.ToString());
  announcer_ = std::make_unique<naming::client::Announcer>(
      environment_, nullptr, &registry_, SpecOf(options_, identity_), [](const Status& state) {
        if (!state.ok()) log::Warning(kSubject, "not registered: {}", state.ToString());
      });
  announcer_->Start();
}

}  // namespace bellrock::server
