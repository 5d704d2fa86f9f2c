// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <google/protobuf/message.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "bellrock/plugin.h"
#include "host/plugin_library.h"
#include "host/started_services.h"

namespace bellrock::host {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Plain : public Service {
 public:
  std::string_view full_name() const override { return "test.Plain"; }
  std::span<const MethodDescriptor> methods() const override { return {}; }
};

class Hooked : public Plain {
 public:
  Status OnStart(const PluginContext& context) {
    started_as_ = context.name;
    return context.settings == "bad" ? InvalidArgumentError("bad settings") : Status::Ok();
  }
  void OnStop() { started_as_ = "stopped"; }
  const std::string& started_as() const { return started_as_; }

 private:
  std::string started_as_;
};

TEST(Plugin, HooksAreCalledWhereTheyAre) {
  const PluginServices services = MakePluginServices<Plain, Hooked>();
  ASSERT_EQ(services.size(), 2u);
  PluginContext context;
  context.name = "music/storage";
  EXPECT_TRUE(services[0]->Start(context).ok());
  services[0]->Stop();
  EXPECT_TRUE(services[1]->Start(context).ok());
  const auto& hooked = static_cast<Hooked&>(services[1]->service());
  EXPECT_EQ(hooked.started_as(), "music/storage");
  services[1]->Stop();
  EXPECT_EQ(hooked.started_as(), "stopped");
  context.settings = "bad";
  EXPECT_EQ(services[1]->Start(context).message(), "bad settings");
}

// Writes down what happens to it.
class Recorded final : public PluginService {
 public:
  Recorded(std::string name, Status start, std::vector<std::string>& log)
      : name_(std::move(name)), start_(std::move(start)), log_(log) {}
  Service& service() override { return service_; }
  Status Start(const PluginContext&) override {
    log_.push_back("start " + name_);
    return start_;
  }
  void Stop() override { log_.push_back("stop " + name_); }

 private:
  Plain service_;
  const std::string name_;
  const Status start_;
  std::vector<std::string>& log_;
};

TEST(Plugin, ServicesStopInReverseOrder) {
  std::vector<std::string> log;
  PluginServices services;
  services.push_back(std::make_unique<Recorded>("a", Status::Ok(), log));
  services.push_back(std::make_unique<Recorded>("b", Status::Ok(), log));
  {
    StartedServices started(std::move(services));
    EXPECT_TRUE(started.Start({}).ok());
  }
  EXPECT_THAT(log, ElementsAre("start a", "start b", "stop b", "stop a"));
}

TEST(Plugin, WhatFailsToStartEndsTheRestAndIsNotStopped) {
  std::vector<std::string> log;
  PluginServices services;
  services.push_back(std::make_unique<Recorded>("a", Status::Ok(), log));
  services.push_back(std::make_unique<Recorded>("b", UnavailableError("no database"), log));
  services.push_back(std::make_unique<Recorded>("c", Status::Ok(), log));
  {
    StartedServices started(std::move(services));
    EXPECT_EQ(started.Start({}).message(), "OnStart of test.Plain: no database");
  }
  EXPECT_THAT(log, ElementsAre("start a", "start b", "stop a"));
}

TEST(Plugin, OneOfAnotherAbiIsRefusedWithTheRemedy) {
  EXPECT_TRUE(CheckPlugin(kPluginAbi, BELLROCK_PLUGIN_BUILT_WITH).ok());
  const Status other = CheckPlugin(kPluginAbi + 1, BELLROCK_PLUGIN_BUILT_WITH);
  EXPECT_EQ(other.code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(other.message()), HasSubstr("build it again"));
}

TEST(Plugin, OneOfAnotherCompilerIsRefusedWithBothNamed) {
  const Status other = CheckPlugin(kPluginAbi, "C++ ABI 1");
  EXPECT_EQ(other.code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(other.message()), HasSubstr("built with C++ ABI 1, "));
  EXPECT_FALSE(CheckPlugin(kPluginAbi, nullptr).ok());
}

TEST(Plugin, WhatIsNoPluginIsToldByItsPath) {
  const auto absent = LoadPlugin("/nonexistent/bin/storage.so");
  EXPECT_EQ(absent.status().code(), StatusCode::kNotFound);
  EXPECT_THAT(std::string(absent.status().message()), HasSubstr("/nonexistent/bin/storage.so"));
  const auto no_library = LoadPlugin("/proc/self/cmdline");
  EXPECT_EQ(no_library.status().code(), StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace bellrock::host
