// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "bellrock/naming/v1/naming.pb.h"
#include "message_network.h"
#include "naming/client/watch_state.h"
#include "naming/path.h"
#include "naming/watch_hub.h"

namespace bellrock {

class RegistryNode;
using WatchReplyPtr = std::shared_ptr<const naming::v1::WatchReply>;

// The server's side of one watch, as naming/server/watch_session: what was missed or everything,
// then what comes. Owned by a life of its node.
class WatchSession {
 public:
  struct Asked {
    naming::Target target;
    uint64_t since = 0;
    uint64_t epoch = 0;
  };
  using Deliver = std::function<void(const WatchReplyPtr&)>;

  WatchSession(MessageNetwork& network, RegistryNode& node, Asked asked, Deliver deliver);

 private:
  void Begin();
  void Wake(Duration after);
  void Flush();
  void SendEvents(const std::vector<naming::Notice>& events);
  void SendFull();
  void Send(WatchReplyPtr reply);

  MessageNetwork& network_;
  RegistryNode& node_;
  const Asked asked_;
  const Deliver deliver_;
  naming::Watcher watcher_;
  bool waking_ = false;
  Time last_sent_{};
  std::shared_ptr<bool> open_ = std::make_shared<bool>(true);
};

// A client that watches a target on one node after the other, with the real client's state; says
// when what it was told goes backwards.
class WatchClient {
 public:
  using Nodes = std::vector<std::unique_ptr<RegistryNode>>;
  using Complain = std::function<void(const std::string& what)>;

  WatchClient(MessageNetwork& network, Nodes& nodes, int endpoint, const std::string& target,
              Complain complain);

  // To another server, as when the connection breaks.
  void Connect();
  // Called every second or so.
  void Tick();

  const naming::client::WatchState& state() const { return state_; }
  const naming::Target& target() const { return target_; }
  uint64_t stepped_back_by_moving() const { return stepped_back_; }
  uint64_t resumed() const { return resumed_; }
  uint64_t full_states() const { return full_states_; }

 private:
  struct Told {
    uint64_t epoch = 0;
    uint64_t revision = 0;
    uint64_t incarnation = 0;
    uint64_t shown = 0;
  };

  void Open(uint64_t connection, int node);
  void OnReply(uint64_t connection, uint64_t number, const WatchReplyPtr& reply);
  void CheckShown();
  void CheckOrder(const naming::v1::WatchReply& reply);
  void CheckEvent(const naming::v1::Event& event, uint64_t epoch);

  MessageNetwork& network_;
  Nodes& nodes_;
  const int endpoint_;
  const naming::Target target_;
  const Complain complain_;
  naming::client::WatchState state_;
  std::map<std::string, Told> told_;
  uint64_t epoch_ = 0;
  uint64_t revision_ = 0;
  uint64_t connection_ = 0;
  uint64_t replies_ = 0;  // of this connection
  Time heard_{};
  uint64_t stepped_back_ = 0;
  uint64_t resumed_ = 0;
  uint64_t full_states_ = 0;
};

}  // namespace bellrock
