// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/store/clickhouse_server_for_test.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <utility>

#include "fiber/environment.h"
#include "fiber/fiber.h"
#include "fiber/loop.h"
#include "rpc/http/http_fetch.h"

namespace bellrock::metrics::store {
namespace {

constexpr auto kStartTimeout = std::chrono::seconds(100);
constexpr auto kAskEvery = std::chrono::milliseconds(50);
constexpr int kStopTimeoutMs = 10'000;

constexpr std::string_view kConfig = R"(<yandex>
  <logger><level>warning</level><log>{0}/log</log><errorlog>{0}/errors</errorlog></logger>
  <http_port>{1}</http_port><listen_host>127.0.0.1</listen_host>
  <path>{0}/data/</path><tmp_path>{0}/tmp/</tmp_path><users_config>users.xml</users_config>
  <default_profile>default</default_profile><default_database>default</default_database>
  <mark_cache_size>5368709</mark_cache_size>
</yandex>
)";
constexpr std::string_view kUsers = R"(<yandex>
  <profiles><default></default></profiles><quotas><default></default></quotas>
  <users><default><password></password><networks><ip>127.0.0.1</ip></networks>
    <profile>default</profile><quota>default</quota></default>
  <locked><password>secret</password><networks><ip>127.0.0.1</ip></networks>
    <profile>default</profile><quota>default</quota></locked></users>
</yandex>
)";

// In a fiber of a loop of its own.
template <typename Body>
void InFiberOf(const Body& body) {
  fiber::LoopGroup loops(1);
  const Status ran = fiber::RunOn(loops.loop(0), body);
  EXPECT_TRUE(ran.ok()) << ran.ToString();
}

Address FreeAddress() {
  Address address = Address::Tcp("127.0.0.1", 0);
  InFiberOf(
      [&] { address = fiber::RealEnvironment().network.Listen(address, {}).value()->address(); });
  return address;
}

Status WaitUntilItAnswers(const Address& address) {
  Status answered;
  InFiberOf([&] {
    const fiber::Environment environment = fiber::RealEnvironment();
    const Time until = environment.clock.Now() + kStartTimeout;
    do {
      rpc::FetchRequest ping;
      ping.target = "/ping";
      answered = rpc::FetchHttp(environment.network, address, ping).status();
    } while (!answered.ok() && environment.clock.Now() < until && fiber::SleepFor(kAskEvery).ok());
  });
  return answered;
}

}  // namespace

Result<ClickhouseServer> ClickhouseServer::Start() {
  const std::string directory =
      testing::TempDir() + "bellrock_clickhouse_" + std::to_string(::getpid());
  std::filesystem::remove_all(directory);
  for (const char* part : {"/data", "/tmp"}) std::filesystem::create_directories(directory + part);
  const Address address = FreeAddress();
  std::ofstream(directory + "/config.xml")
      << fmt::format(fmt::runtime(kConfig), directory, address.port());
  std::ofstream(directory + "/users.xml") << kUsers;
  fiber::ProcessSpec spec;
  spec.argv = {BELLROCK_CLICKHOUSE_SERVER, "--config-file=" + directory + "/config.xml"};
  spec.output_path = directory + "/output";
  BELLROCK_ASSIGN(fiber::ChildProcess process, fiber::ChildProcess::Spawn(spec));
  ClickhouseServer server(std::move(process), address, directory);
  BELLROCK_TRY(WaitUntilItAnswers(address));
  return server;
}

ClickhouseServer::ClickhouseServer(fiber::ChildProcess process, Address address,
                                   std::string directory)
    : process_(std::move(process)),
      address_(std::move(address)),
      directory_(std::move(directory)) {}

ClickhouseServer::~ClickhouseServer() {
  if (directory_.empty()) return;
  process_->Signal(SIGTERM);
  process_->WaitOrKill(kStopTimeoutMs);
  std::filesystem::remove_all(directory_);
}

}  // namespace bellrock::metrics::store
