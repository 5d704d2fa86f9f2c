// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/client/method_kinds.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace bellrock::rpc {
namespace {

using Name = std::shared_ptr<const std::string>;

std::vector<Name> Names(size_t count) {
  std::vector<Name> names;
  for (size_t i = 0; i < count; ++i) {
    names.push_back(std::make_shared<const std::string>(std::to_string(i)));
  }
  return names;
}

TEST(MethodKinds, KeepsWhatWasPutForAMethodAndAnInstance) {
  MethodKinds kinds;
  const std::vector<Name> instances = Names(2);
  uint32_t next = 1;
  for (const char* method : {"Get", "Put"}) {
    for (const Name& instance : instances) {
      CallKind& kind = *kinds.Of("a.B", method, instance);
      EXPECT_EQ(kind.generation, 0u);
      kind = {7, next++};
    }
  }
  // Other texts with the same words, and another copy of the shared name.
  const std::string put = "Put";
  const Name copy = instances[1];
  EXPECT_EQ(kinds.Of("a.B", put, copy)->index, 4u);
  EXPECT_EQ(kinds.Of("a.B", "Get", copy)->index, 2u);
  EXPECT_EQ(kinds.Of("a.C", "Get", copy)->generation, 0u);
}

TEST(MethodKinds, AnAddressThatIsUsedAnewNamesAnotherMethod) {
  MethodKinds kinds;
  const Name instance = Names(1)[0];
  std::string method = "Get1";
  kinds.Of("a.B", method, instance)->index = 1;
  method.back() = '2';
  EXPECT_EQ(kinds.Of("a.B", method, instance)->index, 0u);
  method.back() = '1';
  EXPECT_EQ(kinds.Of("a.B", method, instance)->index, 1u);
}

TEST(MethodKinds, BeyondTheBoundOfMethodsKeepsNothing) {
  MethodKinds kinds;
  const Name instance = Names(1)[0];
  for (size_t i = 0; i < MethodKinds::kMethodsMax; ++i) {
    EXPECT_NE(kinds.Of("a.B", std::to_string(i), instance), nullptr);
  }
  EXPECT_EQ(kinds.Of("a.B", "one more", instance), nullptr);
  EXPECT_NE(kinds.Of("a.B", "0", instance), nullptr);
  EXPECT_EQ(kinds.Of("a.B", "0", nullptr), nullptr);
}

TEST(CallKinds, GrowsWithItsKeysUpToItsBoundAndNeverMixesThem) {
  CallKinds<Name> kinds;
  const std::vector<Name> instances = Names(3 * CallKinds<Name>::kPlacesMax);
  for (int round = 0; round < 2; ++round) {
    for (uint32_t i = 0; i < instances.size(); ++i) {
      CallKind& kind = kinds.Of(instances[i]);
      EXPECT_EQ(kind.generation == 0 ? i : kind.index, i);
      kind = {1, i};
    }
  }
  EXPECT_EQ(kinds.places(), CallKinds<Name>::kPlacesMax);
  CallKinds<Name> few;
  for (int round = 0; round < 2; ++round) {
    for (uint32_t i = 0; i < 2; ++i) few.Of(instances[i]).index = i;
  }
  EXPECT_LE(few.places(), 4 * CallKinds<Name>::kPlacesMin);
}

TEST(CallKinds, TellsCallersNamesApart) {
  CallKinds<std::string> kinds;
  kinds.Of(std::string_view("web/gateway")) = {1, 5};
  EXPECT_EQ(kinds.Of(std::string_view("web/admin")).generation, 0u);
  EXPECT_EQ(kinds.Of(std::string_view("web/gateway")).index, 5u);
}

}  // namespace
}  // namespace bellrock::rpc
