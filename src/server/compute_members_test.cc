// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/compute_members.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bellrock::server {
namespace {

using metrics::server::Member;
using ::testing::ElementsAre;

naming::v1::Instance Instance(
    const std::string& run, const std::string& address,
    naming::v1::InstanceState state = naming::v1::INSTANCE_STATE_WORKING) {
  naming::v1::Instance instance;
  instance.mutable_spec()->set_address(address);
  if (!run.empty()) (*instance.mutable_spec()->mutable_labels())["run"] = run;
  instance.set_state(state);
  return instance;
}

TEST(ComputeMembers, AreThoseThatWork) {
  const SeenMembers seen =
      MembersIn({Instance("n1", "10.0.0.1:1"),
                 Instance("n2", "10.0.0.2:1", naming::v1::INSTANCE_STATE_UNREACHABLE),
                 Instance("n3", "10.0.0.3:1", naming::v1::INSTANCE_STATE_INITIAL),
                 Instance("", "10.0.0.4:1")},
                "n1");
  EXPECT_THAT(seen.members, ElementsAre(Member{"n1", "10.0.0.1:1"}));
  EXPECT_FALSE(seen.own_is_off);
}

TEST(ComputeMembers, AnOperatorSwitchesANodeOff) {
  naming::v1::Instance isolated = Instance("n1", "10.0.0.1:1");
  isolated.mutable_operator_state()->set_isolated(true);
  naming::v1::Instance disabled = Instance("n2", "10.0.0.2:1");
  disabled.mutable_operator_state()->set_disabled(true);
  const SeenMembers seen = MembersIn({isolated, disabled, Instance("n3", "10.0.0.3:1")}, "n2");
  EXPECT_THAT(seen.members, ElementsAre(Member{"n3", "10.0.0.3:1"}));
  EXPECT_TRUE(seen.own_is_off);
  EXPECT_FALSE(MembersIn({isolated, disabled}, "n3").own_is_off);
}

}  // namespace
}  // namespace bellrock::server
