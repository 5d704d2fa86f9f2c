// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/proxy/method_names.h"

#include <gtest/gtest.h>

namespace bellrock::routing::proxy {
namespace {

TEST(MethodNames, ANameIsOneOnceItWasLearned) {
  MethodNames names;
  const std::string service = "music.v1.Catalog";
  const std::string method = "Get";
  EXPECT_EQ(names.Find({service, method}), nullptr);
  const MethodName* learned = names.Learn({service, method});
  ASSERT_NE(learned, nullptr);
  EXPECT_EQ(learned->service, service);
  EXPECT_NE(learned->service.data(), service.data());  // its own
  EXPECT_EQ(names.Find({"music.v1.Catalog", "Get"}), learned);
  EXPECT_EQ(names.Learn({service, method}), learned);
  EXPECT_EQ(names.Find({"music.v1.CatalogG", "et"}), nullptr);
}

TEST(MethodNames, ThereAreNoMoreThanTheBound) {
  MethodNames names;
  for (size_t i = 0; i < MethodNames::kMax; ++i) {
    EXPECT_NE(names.Learn({"s", "m" + std::to_string(i)}), nullptr);
  }
  EXPECT_EQ(names.Learn({"s", "more"}), nullptr);
  EXPECT_NE(names.Find({"s", "m0"}), nullptr);
}

TEST(MethodNames, WhatIsNoNameIsNotKept) {
  MethodNames names;
  EXPECT_EQ(names.Learn({"s", ""}), nullptr);
  EXPECT_EQ(names.Learn({"s", std::string(MethodNames::kNameBytesMax, 'm')}), nullptr);
}

}  // namespace
}  // namespace bellrock::routing::proxy
