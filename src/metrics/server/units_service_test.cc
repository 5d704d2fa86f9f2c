// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/server/units_service.h"

#include <gmock/gmock.h>

#include "bellrock/testing.h"
#include "metrics/bounds.h"
#include "metrics/server/metrics_service.h"
#include "settings/fake_settings_store_for_test.h"
#include "testing/world.h"

namespace bellrock::metrics::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class UnitsTest : public ::testing::Test {
 protected:
  Result<v1::StoredUnit> Set(const std::string& service, const std::string& unit,
                             const std::string& why = "ann: less to send", uint64_t expected = 0) {
    v1::SetUnitRequest request;
    request.set_service(service);
    request.set_unit(unit);
    request.set_who_and_why(why);
    request.set_expected_version(expected);
    return units_.Set(context_, request);
  }
  Result<v1::StoredUnit> Get(const std::string& service) {
    v1::GetUnitRequest request;
    request.set_service(service);
    return units_.Get(context_, request);
  }
  std::vector<std::string> Listed() {
    std::vector<std::string> all;
    const auto listed = units_.List(context_, {});
    for (const auto& one : listed->units()) all.push_back(one.service() + "=" + one.unit());
    return all;
  }
  // What the reply to a push says.
  std::vector<std::string> Told() {
    v1::PushRequest push;
    push.set_source("h:1");
    push.set_epoch(1);
    push.set_sequence(++sequence_);
    std::vector<std::string> all;
    const Result<v1::PushReply> reply = metrics_.Push(context_, push);
    EXPECT_TRUE(reply.ok()) << reply.status().ToString();
    for (const auto& one : reply->units()) all.push_back(one.callee() + "=" + one.unit());
    return all;
  }

  testing::World world_{1};
  TestContext context_;
  settings::FakeSettingsStore store_;
  UnitsService units_{store_};
  MetricsService metrics_{world_.Host("server").clock, {}, [this](const v1::PushRequest&) {
                            v1::PushReply reply;
                            units_.Tell(reply);
                            return Result<v1::PushReply>(reply);
                          }};
  uint64_t sequence_ = 0;
};

TEST_F(UnitsTest, APushesReplySaysWhatWasSet) {
  EXPECT_THAT(Told(), IsEmpty());
  ASSERT_TRUE(Set("music/storage", "ladder").ok());
  EXPECT_THAT(Told(), ElementsAre("music/storage=ladder"));
  ASSERT_TRUE(Set("music/catalog", "1ms").ok());
  EXPECT_THAT(Told(), ElementsAre("music/catalog=1ms", "music/storage=ladder"));
  ASSERT_TRUE(Set("music/storage", "1us").ok());
  EXPECT_THAT(Told(), ElementsAre("music/catalog=1ms"));
}

TEST_F(UnitsTest, WhatIsSetIsReadAndListed) {
  EXPECT_EQ(Get("music/storage")->unit(), "1us");
  EXPECT_EQ(Get("music/storage")->version(), 0u);
  const auto set = Set("music/storage", "100us", "bob: it is slow anyway");
  ASSERT_TRUE(set.ok()) << set.status().ToString();
  EXPECT_EQ(set->service(), "music/storage");
  EXPECT_EQ(set->unit(), "100us");
  EXPECT_EQ(set->version(), 1u);
  EXPECT_EQ(Get("music/storage")->SerializeAsString(), set->SerializeAsString());
  EXPECT_THAT(Listed(), ElementsAre("music/storage=100us"));
  // Who took it back, and why, stays to be read.
  ASSERT_TRUE(Set("music/storage", "1us", "ann: not any more").ok());
  EXPECT_EQ(Get("music/storage")->unit(), "1us");
  EXPECT_EQ(Get("music/storage")->who_and_why(), "ann: not any more");
  EXPECT_THAT(Listed(), IsEmpty());
}

TEST_F(UnitsTest, BadInputIsNamed) {
  const auto message = [](const auto& result) { return std::string(result.status().message()); };
  EXPECT_THAT(message(Set("storage", "1ms")), HasSubstr("service: 'storage'"));
  EXPECT_THAT(message(Set("custom:music/storage", "1ms")), HasSubstr("custom:music/storage"));
  EXPECT_THAT(message(Set("music/" + std::string(kDimensionBytesMax, 'x'), "1ms")),
              HasSubstr("256 bytes at most"));
  EXPECT_THAT(message(Set("music/storage", "2ms")), HasSubstr("unit \"2ms\" is unknown"));
  EXPECT_THAT(message(Set("music/storage", "1ms", "")), HasSubstr("who_and_why is empty"));
  EXPECT_EQ(Get("").status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(store_.puts(), 0u);
}

TEST_F(UnitsTest, AChangeOfWhatSomebodyElseChangedIsRefused) {
  ASSERT_TRUE(Set("music/storage", "1ms").ok());
  ASSERT_TRUE(Set("music/storage", "10us", "bob: no, finer", 1).ok());
  EXPECT_EQ(Set("music/storage", "100us", "ann: coarser", 1).status().code(), StatusCode::kAborted);
  EXPECT_THAT(Told(), ElementsAre("music/storage=10us"));
}

TEST_F(UnitsTest, NoMoreAreSetThanSourcesAreToldOf) {
  for (size_t i = 0; i < kServiceUnitsMax; ++i) {
    ASSERT_TRUE(Set("music/s" + std::to_string(i), "1ms").ok());
  }
  EXPECT_EQ(Set("music/more", "1ms").status().code(), StatusCode::kResourceExhausted);
  EXPECT_TRUE(Set("music/s7", "ladder").ok());
  ASSERT_TRUE(Set("music/s7", "1us").ok());
  EXPECT_TRUE(Set("music/more", "1ms").ok());
}

TEST_F(UnitsTest, WhatCannotBeReadIsTakenForAMicrosecond) {
  ASSERT_TRUE(store_.Put(context_, {"music/storage", "\xff\xff", "a newer server"}).ok());
  EXPECT_THAT(Told(), IsEmpty());
  EXPECT_EQ(Get("music/storage")->unit(), "1us");
}

}  // namespace
}  // namespace bellrock::metrics::server
