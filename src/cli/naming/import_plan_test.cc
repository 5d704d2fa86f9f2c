// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/naming/import_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace bellrock::cli {
namespace {

using ::testing::HasSubstr;
using Spec = ImportStep::Spec;

naming::v1::Instance Of(const std::string& path, uint64_t incarnation = 7) {
  naming::v1::Instance instance;
  instance.mutable_spec()->set_path(path);
  instance.mutable_spec()->set_address("10.0.0.1:80");
  instance.mutable_spec()->set_incarnation(incarnation);
  (*instance.mutable_spec()->mutable_labels())["zone"] = "3";
  (*instance.mutable_spec()->mutable_labels())["rack"] = "b";
  return instance;
}

TEST(ImportPlan, WhatIsNotThereIsNew) {
  ImportPlan plan;
  EXPECT_EQ(plan.Step(Of("/a")).spec, Spec::kNew);
}

TEST(ImportPlan, WhatIsThereAlreadyIsLeftAlone) {
  ImportPlan plan;
  naming::v1::Instance there = Of("/a");
  there.set_state(naming::v1::INSTANCE_STATE_WORKING);
  plan.Know(there);
  const ImportStep step = plan.Step(Of("/a"));
  EXPECT_EQ(step.spec, Spec::kSame);
  EXPECT_FALSE(step.operator_words);
}

TEST(ImportPlan, TheSameLineTwiceIsDoneOnce) {
  ImportPlan plan;
  naming::v1::Instance line = Of("/a");
  line.mutable_operator_state()->set_disabled(true);
  EXPECT_TRUE(plan.Step(line).operator_words);
  const ImportStep again = plan.Step(line);
  EXPECT_EQ(again.spec, Spec::kSame);
  EXPECT_FALSE(again.operator_words);
}

TEST(ImportPlan, ADocumentIsSetUnlessItIsThereAndRegistersNothing) {
  const auto line = ParseBackupLine(R"({"spec":{"path":"/-/-/music/storage/-/routing"},)"
                                    R"("operatorState":{"document":"AAEC","reason":"ann: ring"}})");
  ASSERT_TRUE(line.ok()) << line.status().ToString();
  EXPECT_EQ(line->operator_state().document(), std::string("\0\1\2", 3));
  ImportPlan plan;
  const ImportStep step = plan.Step(*line);
  EXPECT_EQ(step.spec, Spec::kSame);
  EXPECT_TRUE(step.operator_words);
  ImportPlan knowing;
  knowing.Know(*line);
  EXPECT_FALSE(knowing.Step(*line).operator_words);
}

TEST(ImportPlan, ALaterLifeIsLeftAloneButTheOperatorsWordIsStillSet) {
  ImportPlan plan;
  plan.Know(Of("/a", 8));
  naming::v1::Instance line = Of("/a", 7);
  line.mutable_operator_state()->set_isolated(true);
  const ImportStep step = plan.Step(line);
  EXPECT_EQ(step.spec, Spec::kOlder);
  EXPECT_TRUE(step.operator_words);
}

TEST(ImportPlan, AnotherAddressInTheSameLifeIsAChange) {
  ImportPlan plan;
  plan.Know(Of("/a"));
  naming::v1::Instance line = Of("/a");
  line.mutable_spec()->set_address("10.0.0.2:80");
  EXPECT_EQ(plan.Step(line).spec, Spec::kChanged);
}

TEST(ImportPlan, ABackupWithoutAnOperatorsWordTakesNoneBack) {
  ImportPlan plan;
  naming::v1::Instance there = Of("/a");
  there.mutable_operator_state()->set_disabled(true);
  plan.Know(there);
  EXPECT_FALSE(plan.Step(Of("/a")).operator_words);
}

TEST(BackupLine, ALineComesBackAsItWas) {
  naming::v1::Instance instance = Of("/sz/d/music/storage/default/1");
  instance.mutable_operator_state()->set_reason("disk \"swap\"\n");
  const Result<std::string> line = BackupLine(instance);
  ASSERT_TRUE(line.ok());
  EXPECT_EQ(line->find('\n'), std::string::npos);
  const Result<naming::v1::Instance> back = ParseBackupLine(*line);
  ASSERT_TRUE(back.ok()) << back.status().ToString();
  EXPECT_EQ(back->operator_state().reason(), "disk \"swap\"\n");
  EXPECT_EQ(back->spec().labels().at("zone"), "3");
}

TEST(BackupLine, ALineThatIsNoInstanceIsRefused) {
  EXPECT_EQ(ParseBackupLine("{").status().code(), StatusCode::kInvalidArgument);
  const Result<naming::v1::Instance> empty = ParseBackupLine("{}");
  ASSERT_FALSE(empty.ok());
  EXPECT_THAT(std::string(empty.status().message()), HasSubstr("spec.path"));
}

}  // namespace
}  // namespace bellrock::cli
