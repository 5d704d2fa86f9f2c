// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bellrock/service.h"
#include "bellrock/status.h"
#include "fiber/fiber.h"
#include "fiber/loop.h"
#include "fiber/sync.h"

namespace bellrock::routing::server {

inline constexpr size_t kPeersMax = 64;  // asked for one answer; the rest counts as unheard
inline constexpr Duration kPeerTimeout = std::chrono::seconds(1);

// The other servers of the cluster. The product connects it to whoever knows them. Used on the
// routing server's loop.
class Peers {
 public:
  struct Peer {
    std::string server;
    std::shared_ptr<ChannelInterface> channel;  // null: there is no way to it
  };
  virtual ~Peers() = default;
  virtual std::vector<Peer> Others() = 0;
};

template <typename Reply>
struct PeerAnswer {
  std::string server;
  Result<Reply> reply;
};

// Asks all of them at a time with ask(channel, options) and waits for the last, `timeout` at most.
// Blocks the fiber.
template <typename Reply, typename Ask>
std::vector<PeerAnswer<Reply>> AskAll(const std::vector<Peers::Peer>& peers, const Ask& ask,
                                      Duration timeout = kPeerTimeout) {
  std::vector<PeerAnswer<Reply>> answers;
  for (const Peers::Peer& peer : peers) {
    answers.push_back({peer.server, UnavailableError("no way to server " + peer.server)});
  }
  fiber::WaitGroup asked;
  for (size_t k = 0; k < std::min(peers.size(), kPeersMax); ++k) {
    if (peers[k].channel == nullptr) continue;
    asked.Add();
    Status spawned = fiber::Loop::Current()->Spawn([&, k] {
      answers[k].reply = ask(*peers[k].channel, CallOptions{.timeout = timeout, .attempts = 1});
      asked.Done();
    });
    if (spawned.ok()) continue;
    answers[k].reply = std::move(spawned);
    asked.Done();
  }
  fiber::ScopedShield shield;  // what they write to is on this stack
  (void)asked.Wait();
  return answers;
}

}  // namespace bellrock::routing::server
