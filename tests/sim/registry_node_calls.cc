// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// What a simulated registry node asks of others and serves to them.
#include <algorithm>
#include <utility>

#include "registry_node.h"

namespace bellrock {
namespace {

using naming::Instance;
using naming::node::SourceSync;
using naming::replica::Record;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kPeerTimeout = seconds(2);
constexpr Duration kForwardTimeout = seconds(1);
constexpr Duration kNoRoomWait = milliseconds(500);

Reply Failing(Status status) {
  return {std::move(status), std::nullopt, {}, 0};
}

}  // namespace

bool RegistryNode::InUse(const SourcePtr& source) const {
  const auto& sources = life_->node.sources();
  const auto at = sources.find(source->peer.number);
  return at != sources.end() && at->second == source;
}

void RegistryNode::Reconcile() {
  std::erase_if(life_->running, [&](const auto& running) { return !InUse(running.second); });
  for (const auto& [number, source] : life_->node.sources()) {
    if (!life_->running.emplace(number, source).second) continue;
    network_.After({}, InThisLife([this, source = source] { Drive(source); }));
  }
}

void RegistryNode::Drive(const SourcePtr& source) {
  if (!InUse(source)) return;
  const auto again = InThisLife([this, source] { Drive(source); });
  if (life_->journal.full()) return network_.After(kNoRoomWait, again);
  auto request = std::make_shared<Request>();
  const SourceSync::Step step = source->sync.Next(network_.now());
  switch (step.act) {
    case SourceSync::Act::kWait:
      return network_.At(step.until, again);
    case SourceSync::Act::kPull: {
      const Duration wait = source->sync.repairing() ? Duration{0} : SourceSync::kPullWait;
      request->body = PullCall{registry().replica().MakePull(), wait};
      return Ask(source, kPeerTimeout + wait, std::move(request));
    }
    case SourceSync::Act::kRepair:
      request->body = source->sync.repair_request();
      return Ask(source, kPeerTimeout, std::move(request));
    case SourceSync::Act::kShare:
      request->body = ShareCall{registry().replica().ShareHeard()};
      return Ask(source, kPeerTimeout, std::move(request));
  }
}

void RegistryNode::Ask(const SourcePtr& source, Duration timeout, RequestPtr request) {
  const int to = EndpointOf(*Address::Parse(source->peer.address));
  calls_.Call(options_.endpoint, to, timeout, std::move(request),
              [this, source, lives = lives_](const Reply& reply) {
                if (lives != lives_ || !up()) return;
                InThisLife([this, source, reply] { OnAnswer(source, reply); })();
              });
}

void RegistryNode::OnAnswer(const SourcePtr& source, const Reply& reply) {
  if (!InUse(source)) return;
  if (const auto* pulled = std::get_if<naming::replica::PullReply>(&reply.body)) {
    source->sync.OnPull(*pulled, Now());
  } else if (const auto* repaired = std::get_if<naming::replica::RepairReply>(&reply.body)) {
    source->sync.OnRepair(*repaired, Now());
  } else if (const auto* shared = std::get_if<ShareCall>(&reply.body)) {
    registry().replica().HearShared(shared->heard);
    source->sync.OnShared(network_.now());
  } else {
    source->sync.OnFailed(reply.status.ToString(), network_.now());
  }
  life_->node.Settle(source->peer.number, network_.now());
  Reconcile();
  Changed();
  Drive(source);
}

void RegistryNode::Serve(const RequestPtr& request, const Respond& respond) {
  if (Elsewhere(request, respond)) return;
  std::visit([&](const auto& call) { OnCall(call, respond); }, request->body);
}

// What a node that does not lead does with a client's call (VIN-027, VIN-051).
bool RegistryNode::Elsewhere(const RequestPtr& request, const Respond& respond) {
  const bool of_client = std::holds_alternative<HeartbeatCall>(request->body) ||
                         std::holds_alternative<RegisterCall>(request->body) ||
                         std::holds_alternative<DeregisterCall>(request->body) ||
                         std::holds_alternative<OperateCall>(request->body);
  const naming::node::Plan& plan = life_->node.plan();
  if (!of_client || plan.leading) return false;
  if (!plan.leader) {
    respond(Failing(UnavailableError("nobody leads the site")));
    return true;
  }
  if (!request->forward) {
    respond({Status::Ok(), *Address::Parse(plan.leader->address), {}, 0});
    return true;
  }
  auto direct = std::make_shared<Request>(*request);
  direct->forward = false;
  calls_.Call(options_.endpoint, leader(), kForwardTimeout, std::move(direct),
              [respond](const Reply& reply) {
                if (!reply.redirect) return respond(reply);
                respond(Failing(UnavailableError("the site's leadership is moving")));
              });
  return true;
}

void RegistryNode::OnCall(const HeartbeatCall& call, const Respond& respond) {
  const naming::Moment at = Now();
  Unknown unknown;
  for (size_t i = 0; i < call.paths.size(); ++i) {
    const naming::Beat beat =
        registry().Heartbeat(call.paths[i], call.incarnations[i], call.counts[i], at);
    if (beat == naming::Beat::kUnknown) unknown.at.push_back(i);
  }
  Changed();
  respond({Status::Ok(), std::nullopt, std::move(unknown), 0});
}

void RegistryNode::OnCall(const RegisterCall& call, const Respond& respond) {
  if (!life_->write_error.ok()) return respond(Failing(life_->write_error));
  const auto done = registry().Register(call.spec, call.sequence, Now());
  if (done.ok()) return AnswerWord(call.spec.path, {Status::Ok(), std::nullopt, *done, 0}, respond);
  const Record known = registry().replica().table().Find(call.spec.path);
  respond({done.status(), std::nullopt, {}, known.instance ? known.instance->incarnation : 0});
}

void RegistryNode::OnCall(const DeregisterCall& call, const Respond& respond) {
  if (!life_->write_error.ok()) return respond(Failing(life_->write_error));
  const Status done = registry().Deregister(call.path, call.incarnation, Now());
  if (!done.ok()) return respond(Failing(done));
  AnswerWord(call.path, {}, respond);
}

void RegistryNode::OnCall(const OperateCall& call, const Respond& respond) {
  if (!life_->write_error.ok()) return respond(Failing(life_->write_error));
  const Status done = registry().Operate(call.path, call.state, Now());
  if (!done.ok()) return respond(Failing(done));
  AnswerWord(call.path, {}, respond);
}

void RegistryNode::AnswerWord(const std::string& path, Reply reply, const Respond& respond) {
  const Record said = registry().replica().table().Find(path);
  on_accepted_(path, said);
  AwaitDurable([this, path, said, reply = std::move(reply), respond](const Status& status) {
    if (!status.ok()) return respond(Failing(status));
    on_durable_(path, said);
    respond(reply);
  });
}

void RegistryNode::OnCall(const PullCall& call, const Respond& respond) {
  naming::node::Node& node = life_->node;
  const size_t sources = node.sources().size();
  naming::replica::PullReply first = node.AnswerPull(call.from, network_.now());
  if (node.sources().size() != sources) Reconcile();
  if (node.HasNewsFor(call.from) || call.wait == Duration{0}) {
    return respond({Status::Ok(), std::nullopt, std::move(first), 0});
  }
  auto pull =
      std::make_shared<WaitingPull>(WaitingPull{call.from, std::move(first), respond, false});
  life_->pulls.push_back(pull);
  network_.After(call.wait, InThisLife([this, pull] {
                   if (pull->answered) return;
                   std::erase(life_->pulls, pull);
                   pull->respond({Status::Ok(), std::nullopt, std::move(pull->first), 0});
                 }));
}

void RegistryNode::AnswerPulls() {
  const auto pulls = std::exchange(life_->pulls, {});
  for (const auto& pull : pulls) {
    if (!life_->node.HasNewsFor(pull->from)) {
      life_->pulls.push_back(pull);
      continue;
    }
    pull->answered = true;
    // In a turn of its own, as a fiber that was woken: what changed at once goes together.
    network_.After({}, InThisLife([this, pull] {
                     const size_t sources = life_->node.sources().size();
                     auto reply = life_->node.AnswerPull(pull->from, network_.now());
                     if (life_->node.sources().size() != sources) Reconcile();
                     pull->respond({Status::Ok(), std::nullopt, std::move(reply), 0});
                   }));
  }
}

void RegistryNode::OnCall(const ShareCall& call, const Respond& respond) {
  naming::replica::Replica& replica = registry().replica();
  replica.HearShared(call.heard);
  respond({Status::Ok(), std::nullopt, ShareCall{replica.ShareHeard()}, 0});
}

void RegistryNode::OnCall(const RepairCall& call, const Respond& respond) {
  if (life_->journal.full()) return respond(Failing(ResourceExhaustedError("the disk is behind")));
  auto reply = life_->node.AnswerRepair(call, Now());
  Changed();
  respond({Status::Ok(), std::nullopt, std::move(reply), 0});
}

}  // namespace bellrock
