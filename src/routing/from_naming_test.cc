// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/from_naming.h"

#include <gtest/gtest.h>

namespace bellrock::routing {
namespace {

naming::v1::Instance Working() {
  naming::v1::Instance instance;
  instance.mutable_spec()->set_path("/sz/d/music/storage/default/1");
  instance.mutable_spec()->set_address("127.0.0.1:80");
  instance.mutable_spec()->set_weight(50);
  instance.set_state(naming::v1::INSTANCE_STATE_WORKING);
  return instance;
}

TEST(FromNaming, TakesOverWhatTheInstanceSays) {
  const InstanceSpec spec = FromNaming({Working()}).at(0);
  EXPECT_EQ(spec.path, "/sz/d/music/storage/default/1");
  EXPECT_EQ(spec.site, "sz");
  EXPECT_EQ(spec.static_weight, 50u);
  EXPECT_EQ(spec.availability, Availability::kUsable);
  EXPECT_EQ(spec.naming_state, "working");
}

TEST(FromNaming, TheOperatorsWordWins) {
  naming::v1::Instance instance = Working();
  instance.mutable_operator_state()->set_weight(7);
  EXPECT_EQ(FromNaming({instance}).at(0).static_weight, 7u);
  instance.mutable_operator_state()->set_isolated(true);
  EXPECT_EQ(FromNaming({instance}).at(0).availability, Availability::kWithheld);
}

TEST(FromNaming, AnInstanceThatNeverOrNoLongerHeartbeatsIsUnreachable) {
  naming::v1::Instance instance = Working();
  for (naming::v1::InstanceState state :
       {naming::v1::INSTANCE_STATE_INITIAL, naming::v1::INSTANCE_STATE_UNREACHABLE}) {
    instance.set_state(state);
    EXPECT_EQ(FromNaming({instance}).at(0).availability, Availability::kUnreachable);
  }
}

}  // namespace
}  // namespace bellrock::routing
