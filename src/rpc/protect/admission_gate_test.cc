// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// The protections at work in a server, by both protocols, in the simulator.
#include "rpc/protect/admission_gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "bellrock/rpc/v1/protection.pb.h"
#include "rpc/sim_peers.h"
#include "testing/world.h"

namespace bellrock::rpc::protect {
namespace {

using bellrock::testing::World;
using sample::v1::EchoReply;
using sample::v1::EchoRequest;
using sample::v1::EchoStub;
using ::testing::HasSubstr;

constexpr const char* kOneAtATime = R"({"concurrency": {"mode": "PROTECTION_ON", "fixed": 1},
                                        "queue": {"mode": "PROTECTION_ON"}})";

Policy Read(std::string_view json) {
  const Result<Policy> policy = PolicyFromJson(json);
  EXPECT_TRUE(policy.ok()) << policy.status().ToString();
  return *policy;
}

EchoRequest Slow(int64_t ms) {
  EchoRequest request;
  request.set_sleep_ms(ms);
  return request;
}

class AdmissionGateTest : public ::testing::Test {
 protected:
  void Serve(std::string_view json) {
    echo_.emplace(world_.Host("s"), "s", ServerOptions{.protection = Read(json)});
    client_.emplace(world_.Host("c"), endpoints_, nullptr, ClientOptions{.caller = "web/gateway"});
  }
  // Starts a call; its status comes into statuses_[index].
  void Start(size_t index, const EchoRequest& request, Duration timeout = seconds(10)) {
    statuses_.resize(std::max(statuses_.size(), index + 1), UnknownError("still runs"));
    calls_.push_back(fiber::Start([this, index, request, timeout] {
      statuses_[index] =
          EchoStub(*client_).Say(request, CallOptions{.timeout = timeout, .attempts = 1}).status();
      order_.push_back(index);
    }));
    (void)fiber::SleepFor(milliseconds(1));
  }
  void JoinAll() {
    for (fiber::JoinHandle& call : calls_) call.Join();
    calls_.clear();
  }
  v1::ProtectionState Shown(const std::string& name) {
    const v1::ProtectionStatus status = echo_->server.Protection();
    for (const v1::ProtectionState& state : status.protections()) {
      if (state.name() == name) return state;
    }
    return {};
  }

  World world_{1};
  FixedEndpoints endpoints_{{At("s")}};
  std::optional<EchoServer> echo_;
  std::optional<Client> client_;
  std::vector<fiber::JoinHandle> calls_;
  std::vector<Status> statuses_;
  std::vector<size_t> order_;
};

TEST_F(AdmissionGateTest, CallsWaitForTheirTurnWithoutHoldingUpTheConnection) {
  world_.Run([&] {
    Serve(kOneAtATime);
    for (size_t i = 0; i < 4; ++i) Start(i, Slow(20));
    EXPECT_EQ(Shown("queue").waiting(), 3U);
    EXPECT_EQ(echo_->service.calls, 1);
    JoinAll();
    for (const Status& status : statuses_) EXPECT_TRUE(status.ok()) << status.ToString();
    EXPECT_EQ(order_, (std::vector<size_t>{0, 1, 2, 3}));
    EXPECT_EQ(Shown("concurrency").in_flight(), 0U);
  });
}

TEST_F(AdmissionGateTest, AWaitEndsInTimeAlthoughNothingElseHappens) {
  world_.Run([&] {
    Serve(kOneAtATime);
    Start(0, Slow(5000));
    Start(1, Slow(0));
    Start(2, Slow(0), milliseconds(40));
    const Time begun = world_.loop().Now();
    while (statuses_[1].code() == StatusCode::kUnknown) (void)fiber::SleepFor(milliseconds(1));
    EXPECT_LE(world_.loop().Now() - begun, milliseconds(105));
    EXPECT_EQ(statuses_[1].code(), StatusCode::kResourceExhausted);
    EXPECT_THAT(statuses_[1].message(), HasSubstr("overloaded"));
    EXPECT_EQ(statuses_[2].code(), StatusCode::kDeadlineExceeded);
    EXPECT_EQ(Shown("queue").waiting(), 0U);
    JoinAll();
    EXPECT_TRUE(statuses_[0].ok());
    EXPECT_EQ(echo_->service.calls, 1) << "what was refused never reached the handler";
  });
}

TEST_F(AdmissionGateTest, ACallerThatGoesLeavesTheQueue) {
  world_.Run([&] {
    Serve(kOneAtATime);
    Start(0, Slow(50));
    Start(1, Slow(0));
    EXPECT_EQ(Shown("queue").waiting(), 1U);
    calls_[1].Cancel();
    (void)fiber::SleepFor(milliseconds(5));
    EXPECT_EQ(Shown("queue").waiting(), 0U);
    JoinAll();
    EXPECT_EQ(echo_->service.calls, 1);
    EXPECT_EQ(Shown("concurrency").in_flight(), 0U);
  });
}

TEST_F(AdmissionGateTest, ThePolicyChangesWhileCallsWait) {
  world_.Run([&] {
    Serve(kOneAtATime);
    for (size_t i = 0; i < 3; ++i) Start(i, Slow(20));
    EXPECT_TRUE(echo_->server.SetProtection(Policy()).ok());
    (void)fiber::SleepFor(milliseconds(1));
    EXPECT_EQ(echo_->service.calls, 3);
    JoinAll();
    EXPECT_EQ(Shown("concurrency").in_flight(), 0U);
    const Status refused =
        echo_->server.SetProtection(Read(R"({"methods": [{"method": "no.Such/Method"}]})"));
    EXPECT_EQ(refused.code(), StatusCode::kInvalidArgument);
    EXPECT_THAT(refused.message(), HasSubstr("served are: bellrock.rpc.sample.v1.Echo/"));
  });
}

TEST_F(AdmissionGateTest, HttpCallersAreToldWhenToComeBack) {
  world_.Run([&] {
    Serve(R"({"quotas": {"mode": "PROTECTION_ON", "quotas": [
                {"consumer": "*", "calls_per_second": 0.5, "burst": 1}]}})");
    auto stream = Connect(world_.Host("c"), "s");
    const std::string request =
        "POST /bellrock.rpc.sample.v1.Echo/Say HTTP/1.1\r\nHost: s\r\nContent-Length: 2\r\n\r\n{}";
    Send(*stream, request);
    EXPECT_THAT(ReadFor(*stream, milliseconds(100)), HasSubstr("HTTP/1.1 200"));
    Send(*stream, request);
    const std::string answer = ReadFor(*stream, milliseconds(100));
    EXPECT_THAT(answer, HasSubstr("HTTP/1.1 429"));
    EXPECT_THAT(answer, HasSubstr("Retry-After: 2\r\n"));
    EXPECT_THAT(answer, HasSubstr("has used up its quota of 0.5 calls/s"));
  });
}

TEST_F(AdmissionGateTest, AServerWithAPolicyItCannotKeepDoesNotListen) {
  world_.Run([&] {
    EchoService service;
    Server server(world_.Host("s"), {.protection = Read(R"({"methods": [{"method": "a/b"}]})")},
                  nullptr);
    ASSERT_TRUE(server.Add(service).ok());
    const Status listening = server.Listen(At("s"));
    EXPECT_EQ(listening.code(), StatusCode::kInvalidArgument);
    EXPECT_THAT(listening.message(), HasSubstr("ServerOptions.protection: methods[0].method"));
  });
}

// Over real threads: nobody is lost between the loops, and never are more inside than may be.
TEST(AdmissionGate, IsSharedByLoops) {
  constexpr int kLoops = 3;
  constexpr int kFibers = 30;
  constexpr int kRounds = 20;
  AdmissionGate gate(fiber::RealEnvironment().clock, {"a.B/Do"});
  ASSERT_TRUE(gate.SetPolicy(Read(R"({"concurrency": {"mode": "PROTECTION_ON", "fixed": 4},
      "queue": {"mode": "PROTECTION_ON", "age_max_ms": 60000, "target_ms": 60000}})"))
                  .ok());
  std::atomic<int> inside = 0;
  std::atomic<int> most = 0;
  std::atomic<int> served = 0;
  const auto call = [&] {
    AdmissionPass pass;
    Status status = pass.Ask(gate, {.arrived = fiber::Loop::Current()->Now()});
    if (status.ok()) status = pass.Await();
    ASSERT_TRUE(status.ok()) << status.ToString();
    const int now_inside = ++inside;
    for (int seen = most; seen < now_inside && !most.compare_exchange_weak(seen, now_inside);) {
    }
    fiber::Yield();
    --inside;
    ++served;
    pass.Leave(StatusCode::kOk);
  };
  {
    fiber::LoopGroup loops(kLoops);
    const auto body = [&] {
      for (int round = 0; round < kRounds; ++round) call();
    };
    fiber::LoopGroup waiters(1);
    ASSERT_TRUE(fiber::RunOn(waiters.loop(0), [&] {
                  std::vector<fiber::JoinHandle> all;
                  for (int i = 0; i < kLoops * kFibers; ++i) {
                    all.push_back(fiber::Start(
                        [&, i] { ASSERT_TRUE(fiber::RunOn(loops.loop(i % kLoops), body).ok()); }));
                  }
                  for (fiber::JoinHandle& each : all) each.Join();
                }).ok());
  }
  EXPECT_EQ(served, kLoops * kFibers * kRounds);
  EXPECT_LE(most, 4);
  EXPECT_EQ(gate.Snapshot().protections(0).in_flight(), 0U);
  EXPECT_EQ(gate.Snapshot().protections(1).waiting(), 0U);
}

}  // namespace
}  // namespace bellrock::rpc::protect
