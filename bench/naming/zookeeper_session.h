// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.h"
#include "bellrock/status.h"
#include "fiber/environment.h"
#include "fiber/fiber.h"
#include "fiber/sync.h"

namespace bellrock::bench {

// One ZooKeeper session on a connection of its own: the part of its protocol (org.apache.zookeeper
// in zookeeper.jute) that service discovery needs. Not its C client, because that has two threads a
// session and no call that sends a ping. Lives on one loop; many fibers call at once, answers come
// in the order of the requests.
class ZookeeperSession {
 public:
  // Blocks. `on_event` is called when a watch fires; it must not block.
  static Result<std::unique_ptr<ZookeeperSession>> Connect(const Address& server,
                                                           std::function<void()> on_event);
  ~ZookeeperSession();

  // An existing parent is needed; one that is there already is OK for a persistent node only.
  Status CreatePersistent(const std::string& path);
  Status CreateEphemeral(const std::string& path, std::string_view value);
  Status Delete(const std::string& path);
  // Names of the children; with `watch` the next change of them is an event.
  Result<std::vector<std::string>> Children(const std::string& path, bool watch);

  // A ping in two steps, so that many sessions can be pinged at once.
  Status SendPing();
  Status AwaitPing();

 private:
  struct Pending;

  ZookeeperSession(std::unique_ptr<fiber::Stream> stream, std::function<void()> on_event);
  Status Greet();
  Result<std::string> Call(int32_t operation, std::string_view body);
  Status Create(const std::string& path, std::string_view value, int32_t flags);
  Status Send(std::string_view payload);
  Status ReadExactly(char* bytes, size_t count);
  Result<std::string> ReadFrame();
  void RunReader();
  void Dispatch(std::string_view frame);
  void EndWith(Status status);

  std::unique_ptr<fiber::Stream> stream_;
  const std::function<void()> on_event_;
  std::string read_;  // received, from read_at_ on not yet used
  size_t read_at_ = 0;
  std::string unsent_;
  bool sending_ = false;  // a fiber is at it
  int32_t next_xid_ = 1;
  std::deque<Pending*> pending_;
  int pings_ = 0;  // sent and not answered
  fiber::WaitQueue ping_came_;
  Status end_;  // why nothing is answered any more
  fiber::JoinHandle reader_;
};

}  // namespace bellrock::bench
