// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/client/settings_poller.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "testing/world.h"

namespace bellrock::routing::client {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Servers in one: answers what it has, or holds the call as a server does.
class Servers final : public ChannelInterface {
 public:
  explicit Servers(fiber::Environment environment) : environment_(environment) {}

  Status Call(std::string_view, std::string_view, const Message& message, Message& reply,
              const CallOptions&) override {
    ++calls;
    if (away) return UnavailableError("no server answers");
    const auto& request = static_cast<const v1::PollSettingsRequest&>(message);
    const Time until = environment_.clock.Now() + milliseconds(request.wait_ms());
    auto& answer = static_cast<v1::PollSettingsReply&>(reply);
    while (Fill(request, answer) == 0 && environment_.clock.Now() < until) {
      changed_.Reset();
      const Status waited = changed_.Wait(until);
      if (waited.code() == StatusCode::kCancelled) return waited;
    }
    return Status::Ok();
  }
  Result<std::unique_ptr<StreamReader>> OpenStream(std::string_view, std::string_view,
                                                   const Message&, const CallOptions&) override {
    return UnimplementedError("not used");
  }

  void Put(const std::string& service, uint64_t version) {
    versions_[service] = version;
    changed_.Set();
  }

  int calls = 0;
  bool away = false;

 private:
  int Fill(const v1::PollSettingsRequest& request, v1::PollSettingsReply& reply) {
    for (const auto& known : request.known()) {
      if (versions_[known.service()] <= known.version()) continue;
      v1::StoredSettings& settings = *reply.add_changed();
      settings.set_service(known.service());
      settings.set_version(versions_[known.service()]);
    }
    return reply.changed_size();
  }

  fiber::Environment environment_;
  std::map<std::string, uint64_t> versions_;
  fiber::Event changed_;
};

struct Host {
  explicit Host(fiber::Environment environment)
      : env(environment),
        servers(environment),
        poller(
            environment, servers, [this] { return known; },
            [this](const v1::StoredSettings& settings) {
              known[settings.service()] = settings.version();
              came_at = env.clock.Now();
              ++told;
            }) {
    poller.Start();
  }
  void Keep(const std::string& service) {
    known[service] = 0;
    poller.Wake();
  }

  fiber::Environment env;
  Servers servers;
  std::map<std::string, uint64_t> known;
  Time came_at{};
  int told = 0;
  SettingsPoller poller;
};

TEST(SettingsPoller, AsksNobodyWhileNothingIsRoutedTo) {
  testing::World world(1);
  world.Run([&] {
    Host host(world.Host("a"));
    ASSERT_TRUE(fiber::SleepFor(seconds(60)).ok());
    EXPECT_EQ(host.servers.calls, 0);
  });
}

TEST(SettingsPoller, ANewServiceIsAskedForAtOnceAlthoughACallIsUnderWay) {
  testing::World world(1);
  world.Run([&] {
    Host host(world.Host("a"));
    host.servers.Put("music/storage", 7);
    host.Keep("music/catalog");
    ASSERT_TRUE(fiber::SleepFor(seconds(5)).ok());
    const Time kept = host.env.clock.Now();
    host.Keep("music/storage");
    ASSERT_TRUE(fiber::SleepFor(seconds(1)).ok());
    EXPECT_EQ(host.known["music/storage"], 7u);
    EXPECT_LT(host.came_at - kept, milliseconds(10));
  });
}

TEST(SettingsPoller, ThatNobodyEverSetAnythingIsToldAtOnceAndOnce) {
  testing::World world(1);
  world.Run([&] {
    Host host(world.Host("a"));
    host.Keep("music/storage");
    const Time kept = host.env.clock.Now();
    ASSERT_TRUE(fiber::SleepFor(seconds(60)).ok());
    EXPECT_EQ(host.told, 1);
    EXPECT_EQ(host.known["music/storage"], 0u);
    EXPECT_LT(host.came_at - kept, milliseconds(10));
    EXPECT_LE(host.servers.calls, 5) << "then each call waits";
    host.Keep("music/catalog");
    ASSERT_TRUE(fiber::SleepFor(seconds(60)).ok());
    EXPECT_EQ(host.told, 2);
  });
}

TEST(SettingsPoller, AChangeComesWhenItIsMadeAndIsNotAskedForAgain) {
  testing::World world(1);
  world.Run([&] {
    Host host(world.Host("a"));
    host.Keep("music/storage");
    ASSERT_TRUE(fiber::SleepFor(seconds(5)).ok());
    const Time put = host.env.clock.Now();
    host.servers.Put("music/storage", 1);
    ASSERT_TRUE(fiber::SleepFor(seconds(1)).ok());
    EXPECT_EQ(host.known["music/storage"], 1u);
    EXPECT_LT(host.came_at - put, milliseconds(10));
    const int calls = host.servers.calls;
    ASSERT_TRUE(fiber::SleepFor(seconds(20)).ok());
    EXPECT_EQ(host.servers.calls, calls) << "one call waits";
  });
}

TEST(SettingsPoller, GoesOnWithTheLastWhileServersAreAwayAndTriesAgainEverMoreSeldom) {
  testing::World world(1);
  world.Run([&] {
    Host host(world.Host("a"));
    host.servers.Put("music/storage", 3);
    host.Keep("music/storage");
    ASSERT_TRUE(fiber::SleepFor(seconds(1)).ok());
    host.servers.away = true;
    host.poller.Wake();
    const int before = host.servers.calls;
    ASSERT_TRUE(fiber::SleepFor(seconds(60)).ok());
    EXPECT_EQ(host.known["music/storage"], 3u);
    const int tries = host.servers.calls - before;
    EXPECT_GE(tries, 30);
    EXPECT_LE(tries, 70);
    host.servers.away = false;
    host.servers.Put("music/storage", 4);
    ASSERT_TRUE(fiber::SleepFor(seconds(3)).ok());
    EXPECT_EQ(host.known["music/storage"], 4u);
  });
}

TEST(SettingsPoller, StopsInTheMiddleOfACall) {
  testing::World world(1);
  world.Run([&] {
    Host host(world.Host("a"));
    host.Keep("music/storage");
    ASSERT_TRUE(fiber::SleepFor(seconds(1)).ok());
    const Time begin = host.env.clock.Now();
    host.poller.Stop();
    EXPECT_EQ(host.env.clock.Now(), begin);
  });
}

}  // namespace
}  // namespace bellrock::routing::client
