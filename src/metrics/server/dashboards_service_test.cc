// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/server/dashboards_service.h"

#include <gmock/gmock.h>

#include "bellrock/testing.h"
#include "metrics/server/dashboard_check.h"
#include "settings/fake_settings_store_for_test.h"
#include "testing/world.h"

namespace bellrock::metrics::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

v1::Dashboard Dashboard(const std::string& title) {
  v1::Dashboard dashboard;
  dashboard.set_title(title);
  v1::DashboardChart& chart = *dashboard.add_charts();
  chart.set_title("TP99 by instance");
  chart.set_figure("tp");
  chart.set_quantile(990'000);
  chart.set_group_by("callee_host");
  chart.add_where()->set_dimension("callee");
  chart.mutable_where(0)->set_value("music/storage");
  return dashboard;
}

class DashboardsTest : public ::testing::Test {
 protected:
  Result<v1::StoredDashboard> Set(const v1::Dashboard& dashboard, uint64_t expected = 0) {
    v1::SetDashboardRequest request;
    *request.mutable_dashboard() = dashboard;
    request.set_expected_version(expected);
    return service_.Set(context_, request);
  }
  Status Remove(const std::string& id, uint64_t expected = 0) {
    v1::RemoveDashboardRequest request;
    request.set_id(id);
    request.set_expected_version(expected);
    return service_.Remove(context_, request).status();
  }
  Result<v1::StoredDashboard> Get(const std::string& id) {
    v1::GetDashboardRequest request;
    request.set_id(id);
    return service_.Get(context_, request);
  }
  std::vector<std::string> Titles() {
    std::vector<std::string> titles;
    const auto listed = service_.List(context_, {});
    for (const auto& one : listed->dashboards()) titles.push_back(one.dashboard().title());
    return titles;
  }

  testing::World world_{1};
  TestContext context_;
  settings::FakeSettingsStore store_;
  DashboardsService service_{world_.Host("server"), store_};
};

TEST_F(DashboardsTest, WhatIsSetIsKeptUnderAnIdOfItsOwn) {
  const auto made = Set(Dashboard("Storage"));
  ASSERT_TRUE(made.ok()) << made.status().ToString();
  const std::string id = made->dashboard().id();
  EXPECT_EQ(id.size(), 16u);
  EXPECT_EQ(Get(id)->dashboard().charts(0).group_by(), "callee_host");
  EXPECT_EQ(Get(id)->version(), made->version());
  ASSERT_TRUE(Set(Dashboard("Another")).ok());
  EXPECT_THAT(Titles(), ElementsAre("Another", "Storage"));
}

TEST_F(DashboardsTest, OneIsReplacedIfItsVersionIsTheExpectedOne) {
  v1::StoredDashboard made = *Set(Dashboard("Storage"));
  made.mutable_dashboard()->set_title("Renamed");
  ASSERT_TRUE(Set(made.dashboard(), made.version()).ok());
  EXPECT_EQ(Set(made.dashboard(), made.version()).status().code(), StatusCode::kAborted);
  EXPECT_THAT(Titles(), ElementsAre("Renamed"));
}

TEST_F(DashboardsTest, ARemovedOneIsGone) {
  const v1::StoredDashboard made = *Set(Dashboard("Storage"));
  const std::string id = made.dashboard().id();
  EXPECT_EQ(Remove(id, made.version() + 1).code(), StatusCode::kAborted);
  ASSERT_TRUE(Remove(id, made.version()).ok());
  EXPECT_THAT(Titles(), ElementsAre());
  EXPECT_EQ(Get(id).status().code(), StatusCode::kNotFound);
  EXPECT_EQ(Remove(id).code(), StatusCode::kNotFound);
  EXPECT_EQ(Set(made.dashboard()).status().code(), StatusCode::kNotFound);
}

TEST_F(DashboardsTest, AnIdThatIsNoneIsNotFoundWithoutAskingTheStore) {
  EXPECT_EQ(Get("../alarms").status().code(), StatusCode::kNotFound);
  EXPECT_EQ(Get("").status().code(), StatusCode::kNotFound);
}

TEST_F(DashboardsTest, ThereAreOnlySoMany) {
  for (size_t i = 0; i < kDashboardsMax; ++i) ASSERT_TRUE(Set(Dashboard("D")).ok());
  const auto refused = Set(Dashboard("D"));
  EXPECT_EQ(refused.status().code(), StatusCode::kResourceExhausted);
}

TEST(DashboardCheckTest, NamesTheBadField) {
  const auto refusal = [](const std::function<void(v1::Dashboard&)>& spoil) {
    v1::Dashboard dashboard = Dashboard("Storage");
    spoil(dashboard);
    const Status checked = CheckDashboard(dashboard);
    EXPECT_EQ(checked.code(), StatusCode::kInvalidArgument);
    return std::string(checked.message());
  };
  const auto chart = [](v1::Dashboard& dashboard) { return dashboard.mutable_charts(0); };
  EXPECT_TRUE(CheckDashboard(Dashboard("Storage")).ok());
  EXPECT_THAT(refusal([](auto& one) { one.clear_title(); }), HasSubstr("title"));
  EXPECT_THAT(refusal([](auto& one) { one.set_span(-1); }), HasSubstr("span: -1"));
  EXPECT_THAT(refusal([&](auto& one) { chart(one)->set_figure("beauty"); }),
              AllOf(HasSubstr("charts[0]"), HasSubstr("figure: 'beauty'")));
  EXPECT_THAT(refusal([&](auto& one) { chart(one)->set_figure("heat"); }), HasSubstr("group_by"));
  EXPECT_THAT(refusal([&](auto& one) { chart(one)->set_group_by("colour"); }),
              HasSubstr("group_by"));
  EXPECT_THAT(refusal([&](auto& one) { chart(one)->set_quantile(1'000'001); }),
              HasSubstr("quantile: 1000001"));
  EXPECT_THAT(refusal([&](auto& one) {
                chart(one)->mutable_where(0)->set_how("=~");
                chart(one)->mutable_where(0)->set_value("(");
              }),
              HasSubstr("where.value"));
  EXPECT_THAT(refusal([&](auto& one) {
                for (int i = 0; i < kDashboardChartsMax; ++i) *one.add_charts() = one.charts(0);
              }),
              HasSubstr("charts: 41"));
}

}  // namespace
}  // namespace bellrock::metrics::server
