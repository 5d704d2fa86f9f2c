// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/compute_node.h"

#include <fmt/format.h>

#include <utility>

#include "base/log.h"
#include "metrics/server/data_centre.h"
#include "rpc/server.h"
#include "server/compute_members.h"
#include "server/data_centre_secret.h"

namespace bellrock::server {
namespace {

constexpr auto kDrainMax = std::chrono::seconds(1);
constexpr auto kLastCutMax = std::chrono::seconds(5);

Status CheckAddress(const ComputeNodeOptions& options) {
  const std::string& host = options.listen.host();
  if (!options.advertise_host.empty() || (host != "0.0.0.0" && host != "::")) return Status::Ok();
  return InvalidArgumentError(fmt::format(
      "--listen {}: servers cannot ask a wildcard; give --advertise HOST with an address of this "
      "host",
      options.listen.ToString()));
}

}  // namespace

// In the order of starting; destroyed in the reverse.
struct ComputeNode::Parts {
  explicit Parts(fiber::Environment world) : environment(world) {}

  fiber::Environment environment;
  std::shared_ptr<DataCentreSecret> secret;  // null: anybody may ask
  std::unique_ptr<metrics::server::DataCentre> centre;
  std::unique_ptr<rpc::Server> rpc;
  std::unique_ptr<ComputeMembers> members;
};

ComputeNode::ComputeNode(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

ComputeNode::~ComputeNode() = default;

Result<std::unique_ptr<ComputeNode>> ComputeNode::Start(fiber::Environment environment,
                                                        const ComputeNodeOptions& options) {
  BELLROCK_TRY(CheckAddress(options));
  auto parts = std::make_unique<Parts>(environment);
  if (options.secret) {
    parts->secret = std::make_shared<DataCentreSecret>(environment.clock, *options.secret);
  }
  metrics::server::DataCentreOptions centre;
  // Another name each time: what a paused process wakes up to do must not pass for its successor's.
  centre.name = fmt::format("compute-{:x}", environment.random.Next());
  centre.engines = options.engines;
  centre.engines.credentials = parts->secret;
  centre.retention = options.retention;
  centre.collects = false;
  BELLROCK_ASSIGN(parts->centre, metrics::server::DataCentre::Start(environment, centre));

  rpc::ServerOptions rpc;
  rpc.name = kComputeService;
  if (parts->secret) rpc.interceptors.push_back(parts->secret.get());
  parts->rpc = std::make_unique<rpc::Server>(environment, rpc, nullptr);
  for (Service* service : parts->centre->services()) {
    BELLROCK_TRY(parts->rpc->Add(*service, fiber::Loop::Current()));
  }
  BELLROCK_TRY(parts->rpc->Listen(options.listen));
  const Address& listening = parts->rpc->address();
  const std::string& host =
      options.advertise_host.empty() ? listening.host() : options.advertise_host;
  parts->members = std::make_unique<ComputeMembers>(
      environment, options.servers, *parts->centre,
      ComputeMembersOptions{.site = options.site,
                            .run = centre.name,
                            .address = Address::Tcp(host, listening.port())});
  parts->members->Start();
  log::Info("compute", "{} listens on {}", centre.name, listening.ToString());
  return std::unique_ptr<ComputeNode>(new ComputeNode(std::move(parts)));
}

const Address& ComputeNode::address() const {
  return parts_->rpc->address();
}

void ComputeNode::Stop() {
  const Time now = parts_->environment.clock.Now();
  parts_->centre->Leave(now + kLastCutMax);
  parts_->members->Stop();
  parts_->rpc->Shutdown(parts_->environment.clock.Now() + kDrainMax);
  parts_->centre->Stop(parts_->environment.clock.Now() + kLastCutMax);
}

}  // namespace bellrock::server
