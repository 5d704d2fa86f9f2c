// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "bellrock/testing.h"
#include "fiber/fiber.h"
#include "fiber/sync.h"
#include "naming/client/watch_state.h"
#include "naming/server/naming_service.h"
#include "testing/world.h"

// A registry and its watchers in one simulated process, for the tests of watches.
namespace bellrock::naming::server {

using std::chrono::milliseconds;
using std::chrono::seconds;

inline Time Now() {
  return fiber::Loop::Current()->Now();
}
inline void Sleep(Duration duration) {
  ASSERT_TRUE(fiber::SleepFor(duration).ok());
}

inline std::string PathOf(int n, const std::string& site = "sz",
                          const std::string& cluster = "default") {
  return fmt::format("/{}/im/music/catalog/{}/{}", site, cluster, n);
}

// A naming service of host "a" of a world and short ways to call it.
struct Node {
  explicit Node(testing::World& world, NamingServerOptions options = {})
      : host(*RegistryHost::Start(world.Host("a"), options)), service(host) {}
  ~Node() {
    host->Stop();
    service.WakeWatches();
  }

  void Register(const std::string& path, const std::map<std::string, std::string>& labels = {}) {
    v1::RegisterRequest request;
    request.mutable_instance()->set_path(path);
    request.mutable_instance()->set_address("10.0.0.1:8080");
    request.mutable_instance()->set_lease_ms(3'600'000);
    for (const auto& [key, value] : labels) {
      (*request.mutable_instance()->mutable_labels())[key] = value;
    }
    ASSERT_TRUE(service.Register(context, request).ok());
  }
  void Heartbeat(const std::string& path) {
    v1::HeartbeatRequest request;
    request.add_paths(path);
    ASSERT_TRUE(service.Heartbeat(context, request).ok());
  }
  void Work(const std::string& path, const std::map<std::string, std::string>& labels = {}) {
    Register(path, labels);
    Heartbeat(path);
  }
  void Deregister(const std::string& path) {
    v1::DeregisterRequest request;
    request.set_path(path);
    ASSERT_TRUE(service.Deregister(context, request).ok());
  }
  // False: there is no such instance.
  bool Disable(const std::string& path) {
    v1::SetOperatorStateRequest request;
    request.set_path(path);
    request.mutable_operator_state()->set_disabled(true);
    return service.SetOperatorState(context, request).ok();
  }
  void PausePushes(Duration lasts) {
    host->node().protection().push_pause().override_slot().Set(true, "a drill", lasts, Now());
    Sleep(milliseconds(1001));
  }

  TestContext context;
  std::shared_ptr<RegistryHost> host;
  NamingService service;
};

// A watcher that merges what it is told, as the client does.
class Seer final : public StreamWriter {
 public:
  Seer(Node& node, const std::string& target) : node_(node) { request.set_target(target); }

  void Start() {
    request.set_since_revision(state.since_revision());
    request.set_epoch(state.epoch());
    call_ = fiber::Start([this] {
      Writer<v1::WatchReply> writer(*this);
      (void)node_.service.Watch(node_.context, request, writer);
    });
    Sleep(milliseconds(5));
  }
  void Stop() {
    call_.Cancel();
    call_.Join();
  }
  Status Write(const Message& message) override {
    replies.push_back(static_cast<const v1::WatchReply&>(message));
    (void)state.Apply(replies.back(), Now());
    if (slowness > Duration(0)) BELLROCK_TRY(fiber::SleepFor(slowness));
    return Status::Ok();
  }
  std::vector<std::string> Paths() const {
    std::vector<std::string> paths;
    for (const auto& instance : state.List()) paths.push_back(instance.spec().path());
    return paths;
  }

  v1::WatchRequest request;
  client::WatchState state;
  std::vector<v1::WatchReply> replies;
  Duration slowness{0};

 private:
  Node& node_;
  fiber::JoinHandle call_;
};

// One who polls, and comes back with what it was answered.
class Poller {
 public:
  Poller(Node& node, const std::string& target, Duration wait) : node_(node) {
    request.set_target(target);
    WaitFor(wait);
  }

  void WaitFor(Duration wait) {
    request.set_wait_ms(static_cast<int32_t>(wait / std::chrono::milliseconds(1)));
  }
  v1::PollReply Ask() {
    const Result<v1::PollReply> reply = node_.service.Poll(node_.context, request);
    EXPECT_TRUE(reply.ok()) << reply.status().ToString();
    if (!reply.ok()) return {};
    request.set_since_revision(reply->revision());
    request.set_epoch(reply->epoch());
    return *reply;
  }

  v1::PollRequest request;

 private:
  Node& node_;
};

}  // namespace bellrock::naming::server
