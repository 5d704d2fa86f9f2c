// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "registry_watch.h"

#include <fmt/format.h>

#include <utility>

#include "naming/server/conversion.h"
#include "registry_node.h"

namespace bellrock {
namespace {

using naming::v1::WatchReply;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kGather = milliseconds(1);
constexpr Duration kSignOfLife = seconds(10);
constexpr Duration kSilentMax = seconds(12);
constexpr int kFullChunk = 300;

}  // namespace

WatchSession::WatchSession(MessageNetwork& network, RegistryNode& node, Asked asked,
                           Deliver deliver)
    : network_(network),
      node_(node),
      asked_(std::move(asked)),
      deliver_(std::move(deliver)),
      watcher_(node.registry().hub(), asked_.target, [this] { Wake(kGather); }) {
  Begin();
  Wake(kSignOfLife);
}

void WatchSession::Begin() {
  const bool ours = asked_.epoch == 0 || asked_.epoch == node_.registry().history();
  if (asked_.since != 0 && ours) {
    const auto missed = node_.registry().events().Since(asked_.target, {}, asked_.since);
    if (missed) return SendEvents(*missed);
  }
  SendFull();
}

void WatchSession::Wake(Duration after) {
  if (after == kGather && std::exchange(waking_, true)) return;
  network_.After(after, node_.InThisLife([this, open = std::weak_ptr<bool>(open_)] {
    if (!open.expired()) Flush();
  }));
}

void WatchSession::Flush() {
  waking_ = false;
  if (watcher_.ready()) {
    const naming::Watcher::Batch batch = watcher_.Take();
    return batch.overflowed ? SendFull() : SendEvents(batch.notices);
  }
  if (network_.now() - last_sent_ < kSignOfLife) return;
  SendEvents({});
  Wake(kSignOfLife);
}

void WatchSession::SendEvents(const std::vector<naming::Notice>& events) {
  auto reply = std::make_shared<WatchReply>();
  reply->set_epoch(node_.registry().history());
  reply->set_revision(events.empty() ? node_.registry().revision() : events.back().event->revision);
  for (const naming::Notice& event : events) naming::server::ToWire(event, *reply->add_events());
  Send(std::move(reply));
}

void WatchSession::SendFull() {
  auto reply = std::make_shared<WatchReply>();
  reply->set_full(true);
  const naming::Registry& registry = node_.registry();
  registry.tree().ForEach(asked_.target, "", [&](const naming::Instance& instance) {
    if (reply->events_size() == kFullChunk) {
      reply->set_epoch(node_.registry().history());
      reply->set_more(true);
      Send(std::exchange(reply, std::make_shared<WatchReply>()));
    }
    naming::v1::Event& event = *reply->add_events();
    event.set_kind(naming::v1::Event::KIND_PUT);
    event.set_revision(instance.revision);
    naming::server::ToWire(registry.View(instance), *event.mutable_instance());
    return true;
  });
  reply->set_epoch(node_.registry().history());
  reply->set_revision(registry.revision());
  Send(std::move(reply));
}

void WatchSession::Send(WatchReplyPtr reply) {
  last_sent_ = network_.now();
  deliver_(reply);
}

WatchClient::WatchClient(MessageNetwork& network, Nodes& nodes, int endpoint,
                         const std::string& target, Complain complain)
    : network_(network),
      nodes_(nodes),
      endpoint_(endpoint),
      target_(*naming::Target::Parse(target)),
      complain_(std::move(complain)) {}

void WatchClient::Connect() {
  state_.OnDisconnected();
  const int node = static_cast<int>(network_.random().Between(0, nodes_.size() - 1));
  replies_ = 0;
  heard_ = network_.now();
  network_.Stream(endpoint_, node, network_.now(),
                  [this, connection = ++connection_, node] { Open(connection, node); });
}

void WatchClient::Tick() {
  const bool believes = state_.due() <= network_.now();  // a server that has insisted on it
  state_.Tick(network_.now());
  if (believes) {
    for (auto& [path, told] : told_) told.shown = 0;
  }
  if (network_.now() - heard_ > kSilentMax) Connect();
}

void WatchClient::Open(uint64_t connection, int node) {
  if (connection != connection_) return;
  auto arrived = std::make_shared<Time>(network_.now());
  auto sent = std::make_shared<uint64_t>(0);
  RegistryNode& server = *nodes_[static_cast<size_t>(node)];
  server.Watch(this, {target_, state_.since_revision(), state_.epoch()},
               [this, connection, node, arrived, sent](const WatchReplyPtr& reply) {
                 *arrived = network_.Stream(node, endpoint_, *arrived,
                                            [this, connection, number = ++*sent, reply] {
                                              OnReply(connection, number, reply);
                                            });
               });
}

void WatchClient::OnReply(uint64_t connection, uint64_t number, const WatchReplyPtr& reply) {
  if (connection != connection_) return;
  if (number != ++replies_) return Connect();  // a part of the stream is lost
  heard_ = network_.now();
  (reply->full() ? full_states_ : resumed_) += number == 1 ? 1 : 0;
  CheckOrder(*reply);
  if (state_.Apply(*reply, network_.now()).resync) return Connect();
  if (!reply->more()) CheckShown();
}

// Whichever server it watches: who was shown in one life is not shown in an earlier one.
void WatchClient::CheckShown() {
  for (auto& [path, told] : told_) {
    const naming::v1::Instance* shown = state_.Find(path);
    // One that ended may be shown again by a server that has not heard of it.
    const uint64_t incarnation = shown == nullptr ? 0 : shown->spec().incarnation();
    if (shown != nullptr && incarnation < told.shown) {
      complain_(
          fmt::format("{} is shown as incarnation {} after {}", path, incarnation, told.shown));
    }
    told.shown = incarnation;
  }
}

void WatchClient::CheckOrder(const WatchReply& reply) {
  if (reply.epoch() != epoch_) revision_ = 0;
  if (!reply.more() && reply.revision() < revision_) {
    complain_(fmt::format("a watcher of {} is at revision {} after {}", target_.key,
                          reply.revision(), revision_));
  }
  epoch_ = reply.epoch();
  if (!reply.more()) revision_ = reply.revision();
  for (const naming::v1::Event& event : reply.events()) CheckEvent(event, reply.epoch());
}

void WatchClient::CheckEvent(const naming::v1::Event& event, uint64_t epoch) {
  Told& told = told_[event.instance().spec().path()];
  const uint64_t incarnation = event.instance().spec().incarnation();
  const bool put = event.kind() == naming::v1::Event::KIND_PUT;
  const bool same_life = told.epoch == epoch;
  if (same_life && event.revision() < told.revision) {
    complain_(fmt::format("{} is told at revision {} after {}", event.instance().spec().path(),
                          event.revision(), told.revision));
  }
  if (put && incarnation < told.incarnation) {
    ++stepped_back_;
    if (same_life) {
      complain_(fmt::format("{} is told as incarnation {} after {}", event.instance().spec().path(),
                            incarnation, told.incarnation));
    }
  }
  told.epoch = epoch;
  told.revision = event.revision();
  if (put) told.incarnation = incarnation;
}

}  // namespace bellrock
