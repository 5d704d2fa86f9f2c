// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/server/gossip_host.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "base/log.h"
#include "naming/cluster/codec.h"
#include "naming/server/cluster_log.h"
#include "naming/server/members_file.h"

namespace bellrock::naming::server {
namespace {

constexpr std::string_view kSubject = "naming/cluster";
// Longer ones are cut off and fail by their checksum: no sender of ours goes beyond
// kDatagramBytesMax.
constexpr size_t kReceiveBytes = 2048;
static_assert(kReceiveBytes > cluster::kDatagramBytesMax + ClusterSecret::kTagBytes);
// After an error of the socket itself, as when the host has lost its network.
constexpr Duration kReceivePause = std::chrono::milliseconds(100);
constexpr Duration kTickMin = std::chrono::milliseconds(1);

bool IsWildcard(const std::string& host) {
  return host.empty() || host == "0.0.0.0" || host == "::";
}

// What the others are to send to, once the port is known.
Result<Address> AdvertisedAddress(const GossipOptions& options, const Address& bound) {
  const std::string& asked = options.advertised.host();
  if (asked.empty() && IsWildcard(bound.host())) {
    return InvalidArgumentError(fmt::format(
        "listen {}: the other servers cannot send to a wildcard; give --advertise HOST with an "
        "address of this machine that they reach",
        bound.ToString()));
  }
  const uint16_t port = options.advertised.port();
  return Address::Tcp(asked.empty() ? bound.host() : asked, port == 0 ? bound.port() : port);
}

cluster::ClusterNodeOptions ForNode(const GossipOptions& options, Address advertised,
                                    fiber::Random& random) {
  cluster::ClusterNodeOptions node;
  node.membership.name = options.node;
  node.membership.seed = random.Next();
  node.membership.profile.address = std::move(advertised);
  node.membership.profile.metadata.site = options.site;
  node.membership.profile.metadata.zone = options.zone;
  node.membership.profile.metadata.standby = options.standby;
  node.membership.profile.metadata.service_address = options.service_address;
  node.boot = random.Next();
  return node;
}

}  // namespace

GossipHost::GossipHost(fiber::Environment environment,
                       std::unique_ptr<fiber::DatagramSocket> socket,
                       std::unique_ptr<MembersKeeper> keeper, SeedSource seeds,
                       const cluster::ClusterNodeOptions& node, const GossipOptions& options,
                       OnChange on_change)
    : environment_(environment),
      socket_(std::move(socket)),
      keeper_(std::move(keeper)),
      seeds_(std::move(seeds)),
      node_(node, environment_.clock.Now()),
      cluster_number_(cluster::ClusterNumber(options.cluster)),
      secret_(options.secret),
      on_change_(std::move(on_change)),
      disk_fails_(options.disk_fails) {}

Result<std::unique_ptr<GossipHost>> GossipHost::Start(fiber::Environment environment,
                                                      fiber::Resolver& resolver,
                                                      const GossipOptions& options,
                                                      OnChange on_change) {
  BELLROCK_ASSIGN(std::unique_ptr<fiber::DatagramSocket> socket,
                  environment.network.Bind(options.listen));
  BELLROCK_ASSIGN(const Address advertised, AdvertisedAddress(options, socket->address()));
  cluster::ClusterNodeOptions node = ForNode(options, advertised, environment.random);
  BELLROCK_TRY(cluster::Membership::Check(node.membership));
  auto keeper = std::make_unique<MembersKeeper>(environment, options.data_dir);
  SeedSource seeds(resolver, options.seeds, keeper->loaded());
  node.expects_others = seeds.expects_others(advertised);
  std::unique_ptr<GossipHost> host(
      new GossipHost(environment, std::move(socket), std::move(keeper),  // NOLINT(new): private
                     std::move(seeds), node, options, std::move(on_change)));
  log::Info(kSubject, "server {} of site {} gossips as {} in cluster {}", options.node,
            options.site, advertised.ToString(), options.cluster);
  host->StartFibers();
  return host;
}

void GossipHost::StartFibers() {
  keeper_->Start();
  receive_ = fiber::Start([this] { RunReceive(); });
  timer_ = fiber::Start([this] { RunTimer(); });
  resolve_ = fiber::Start([this] { RunResolve(); });
}

void GossipHost::Leave() {
  if (stopping_ || std::exchange(leaving_, true)) return;
  Perform(node_.Leave(Now()));
  (void)fiber::SleepFor(kFarewell);
}

void GossipHost::Stop() {
  if (std::exchange(stopping_, true)) return;
  socket_->Close();
  for (fiber::JoinHandle* fiber : {&receive_, &timer_, &resolve_}) fiber->Cancel();
  for (fiber::JoinHandle* fiber : {&receive_, &timer_, &resolve_}) fiber->Join();
  keeper_->Stop();
}

void GossipHost::RunReceive() {
  std::array<std::byte, kReceiveBytes> buffer;
  for (int taken = 1; !stopping_; ++taken) {
    Address from;
    const Result<size_t> count = socket_->ReceiveFrom(buffer, from);
    if (count.ok()) {
      Receive({reinterpret_cast<const char*>(buffer.data()), *count}, from);
      if (taken % kDatagramsPerTurn == 0) fiber::Yield();
      continue;
    }
    if (stopping_ || count.status().code() == StatusCode::kCancelled) return;
    if (bad_complaint_.Due(Now())) log::Warning(kSubject, "{}", count.status().ToString());
    if (!fiber::SleepFor(kReceivePause).ok()) return;
  }
}

void GossipHost::Receive(std::string_view bytes, const Address& from) {
  ++counters_.received;
  counters_.received_bytes += bytes.size();
  const std::optional<std::string_view> opened = secret_ ? secret_->Opened(bytes) : bytes;
  if (!opened) return RefuseUnsealed(from);
  const Result<cluster::Message> message = cluster::DecodeMessage(*opened, cluster_number_);
  if (!message.ok()) return Refuse(message.status(), from);
  Perform(node_.Receive(*message, from, Now()));
}

void GossipHost::Refuse(const Status& why, const Address& from) {
  const bool foreign = why.code() == StatusCode::kFailedPrecondition;
  const uint64_t count = ++(foreign ? counters_.foreign : counters_.bad);
  if (!(foreign ? foreign_complaint_ : bad_complaint_).Due(Now())) return;
  log::Warning(kSubject, "a datagram of {} is refused, {} so far: {}", from.ToString(), count,
               why.ToString());
}

void GossipHost::RefuseUnsealed(const Address& from) {
  ++counters_.unsealed;
  if (!unsealed_complaint_.Due(Now())) return;
  log::Warning(kSubject,
               "a datagram of {} is refused, {} so far: not made with this cluster's secret; give "
               "all its servers the same --cluster-secret-file",
               from.ToString(), counters_.unsealed);
}

void GossipHost::RunTimer() {
  while (!stopping_) {
    const Time now = Now();
    node_.SetDiskFails(disk_fails_());
    Perform(node_.Tick(now));
    timer_due_ = std::max(node_.NextTick(), now + kTickMin);
    if (timer_wake_.Wait(timer_due_).code() == StatusCode::kCancelled) return;
  }
}

void GossipHost::RunResolve() {
  for (;;) {
    Perform(node_.Join(seeds_.Addresses(), Now()));
    if (!seeds_.has_names()) return;
    const Status resolved = seeds_.Resolve();
    if (resolved.code() == StatusCode::kCancelled) return;
    if (!resolved.ok() && resolve_complaint_.Due(Now())) {
      log::Warning(kSubject, "seeds that cannot be found now: {}", resolved.ToString());
    }
    Perform(node_.Join(seeds_.Addresses(), Now()));
    if (!fiber::SleepFor(kResolveInterval).ok()) return;
  }
}

// What this says of events has to come before the next datagram or tick can add others, so nothing
// up to the first send may block.
void GossipHost::Perform(cluster::ClusterEffects effects) {
  const bool happened = !effects.member_events.empty() || !effects.election_events.empty();
  if (happened) {
    for (const LogLine& line : Describe(effects, node_))
      log::Write(line.level, kSubject, line.text);
    if (on_change_) on_change_(effects);
  }
  if (!effects.member_events.empty()) keeper_->Keep(MembersToKeep(node_.membership()));
  if (node_.NextTick() < timer_due_) timer_wake_.WakeOne();
  for (const cluster::Outgoing& outgoing : effects.messages) Send(outgoing);
}

void GossipHost::Send(const cluster::Outgoing& outgoing) {
  std::string bytes = cluster::EncodeMessage(outgoing.message, cluster_number_);
  if (secret_) bytes = secret_->Sealed(std::move(bytes));
  const Status sent = socket_->SendTo(outgoing.to, std::as_bytes(std::span(bytes)));
  if (sent.ok()) {
    ++counters_.sent;
    counters_.sent_bytes += bytes.size();
    return;
  }
  ++counters_.send_failures;
  if (stopping_ || sent.code() == StatusCode::kCancelled || !send_complaint_.Due(Now())) return;
  log::Warning(kSubject, "{} datagrams could not be sent so far: {}", counters_.send_failures,
               sent.ToString());
}

}  // namespace bellrock::naming::server
