// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/server/prober.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "fiber/fiber.h"
#include "naming/server/probe_call.h"
#include "rpc/server.h"
#include "testing/world.h"

namespace bellrock::naming::server {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;
using testing::World;
using Kind = HealthCheck::Kind;

constexpr char kPath[] = "/sz/im/music/catalog/default/1";
const std::string kHost = "10.0.0.7";
const Address kAddress = Address::Tcp(kHost, 80);

HealthCheck Check(Kind kind, std::string path = "") {
  return {.kind = kind, .interval_ms = 2000, .timeout_ms = 500, .path = std::move(path)};
}

// A foreign program that knows nothing of the registry.
struct Program {
  explicit Program(World& world) : server(world.Host(kHost), {}, nullptr) {
    server.AddHttp("/health", [this](const rpc::HttpRequest&) {
      ++asked;
      return rpc::HttpReply{.status = status, .body = "x"};
    });
    EXPECT_TRUE(server.Listen(kAddress).ok());
  }
  ~Program() { server.Shutdown(Time{}); }

  int status = 200;
  int asked = 0;
  rpc::Server server;
};

// Runs the body in a world with a host that calls and one that is probed.
void InWorld(const std::function<void(World&, fiber::Environment)>& body) {
  World world(1);
  world.Run([&] { body(world, world.Host("a")); });
}

TEST(CallProbe, ATcpCheckWantsAConnection) {
  InWorld([](World& world, fiber::Environment from) {
    EXPECT_EQ(CallProbe(from, kAddress, Check(Kind::kTcp)).code(), StatusCode::kUnavailable);
    Program program(world);
    EXPECT_TRUE(CallProbe(from, kAddress, Check(Kind::kTcp)).ok());
  });
}

TEST(CallProbe, AnHttpCheckWantsAGoodStatus) {
  InWorld([](World& world, fiber::Environment from) {
    Program program(world);
    const HealthCheck check = Check(Kind::kHttp, "/health");
    for (const int good : {200, 204, 302, 399}) {
      program.status = good;
      EXPECT_TRUE(CallProbe(from, kAddress, check).ok()) << good;
    }
    for (const int bad : {400, 404, 503}) {
      program.status = bad;
      EXPECT_THAT(CallProbe(from, kAddress, check).message(), HasSubstr(std::to_string(bad)));
    }
    EXPECT_EQ(program.asked, 7);
  });
}

TEST(CallProbe, AGrpcCheckAsksTheHealthService) {
  InWorld([](World& world, fiber::Environment from) {
    Program program(world);
    EXPECT_TRUE(CallProbe(from, kAddress, Check(Kind::kGrpc)).ok());
    EXPECT_EQ(CallProbe(from, kAddress, Check(Kind::kGrpc, "no.such.Service")).code(),
              StatusCode::kNotFound);
    ASSERT_TRUE(program.server.SetServing("", false).ok());
    EXPECT_THAT(CallProbe(from, kAddress, Check(Kind::kGrpc)).message(), HasSubstr("SERVING"));
  });
}

TEST(CallProbe, OneThatTakesConnectionsAndSaysNothingIsDeadAfterTheTimeout) {
  InWorld([](World& world, fiber::Environment from) {
    auto listener = world.Host(kHost).network.Listen(kAddress, {});
    ASSERT_TRUE(listener.ok());
    for (const Kind kind : {Kind::kHttp, Kind::kGrpc}) {
      const Time begin = from.clock.Now();
      EXPECT_FALSE(CallProbe(from, kAddress, Check(kind, "/")).ok());
      EXPECT_LE(from.clock.Now() - begin, milliseconds(510));
    }
  });
}

TEST(ParseHttpStatus, ReadsTheStatusOfHttpOnly) {
  EXPECT_EQ(*ParseHttpStatus("HTTP/1.1 204 No"), 204);
  EXPECT_EQ(*ParseHttpStatus("HTTP/1.0 500"), 500);
  for (const char* bad : {"", "HTTP/1.1 20", "HTTP/2.0 200", "SSH-2.0-OpenSSH", "HTTP/1.1 -20",
                          "HTTP/1.1  20", "HTTP/1.1 099", "HTTP/1.1x200"}) {
    EXPECT_FALSE(ParseHttpStatus(bad).ok()) << bad;
  }
}

// A registry on its own with a prober, and an instance that is registered with a check.
struct Site {
  Site(World& world, HealthCheck check) {
    auto started = RegistryHost::Start(world.Host("a"), {});
    EXPECT_TRUE(started.ok());
    host = *started;
    prober.emplace(host);
    Spec spec;
    spec.path = kPath;
    spec.address = kAddress.ToString();
    auto traits = std::make_shared<Traits>();
    traits->health = std::move(check);
    spec.traits = std::move(traits);
    EXPECT_TRUE(host->Register(spec, 0).ok());
  }
  ~Site() {
    prober->Stop();
    host->Stop();
  }
  State StateNow() { return host->registry().tree().Find(kPath)->state; }
  // False if it does not come to it.
  bool Becomes(State state, Duration within) {
    const Time until = host->Now().now + within;
    while (StateNow() != state) {
      if (!host->WaitForNews(until).ok()) return false;
    }
    return true;
  }

  std::shared_ptr<RegistryHost> host;
  std::optional<Prober> prober;
};

TEST(Prober, FollowsAProgramThatSendsNoHeartbeats) {
  InWorld([](World& world, fiber::Environment) {
    Site site(world, Check(Kind::kHttp, "/health"));
    auto program = std::make_unique<Program>(world);
    EXPECT_TRUE(site.Becomes(State::kWorking, seconds(4)));
    EXPECT_FALSE(site.Becomes(State::kUnreachable, seconds(60)));
    program->status = 503;
    EXPECT_TRUE(site.Becomes(State::kUnreachable, seconds(13)));
    program->status = 200;
    EXPECT_TRUE(site.Becomes(State::kWorking, seconds(3)));
    program.reset();
    EXPECT_TRUE(site.Becomes(State::kUnreachable, seconds(13)));
    EXPECT_GT(site.host->registry().probes().figures().failed, 4U);
    EXPECT_EQ(site.host->registry().probes().figures().late, 0U);
  });
}

TEST(Prober, StopsWithAProbeInFlight) {
  InWorld([](World& world, fiber::Environment) {
    auto listener = world.Host(kHost).network.Listen(kAddress, {});
    ASSERT_TRUE(listener.ok());
    Site site(world, Check(Kind::kHttp, "/health"));
    while (site.host->registry().probes().in_flight() == 0) {
      ASSERT_TRUE(fiber::SleepFor(milliseconds(10)).ok());
    }
    site.prober->Stop();
    EXPECT_EQ(site.host->registry().probes().in_flight(), 0U);
    EXPECT_EQ(site.StateNow(), State::kInitial);
  });
}

}  // namespace
}  // namespace bellrock::naming::server
