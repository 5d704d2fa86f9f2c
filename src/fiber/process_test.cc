// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "fiber/process.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>

#include "fiber/signals.h"

namespace bellrock::fiber {
namespace {

constexpr int kPatienceMs = 10'000;

ProcessSpec Shell(const std::string& script) {
  ProcessSpec spec;
  spec.argv = {"/bin/sh", "-c", script};
  return spec;
}

TEST(ChildProcess, TellsTheExitStatus) {
  Result<ChildProcess> child = ChildProcess::Spawn(Shell("exit 7"));
  ASSERT_TRUE(child.ok()) << child.status().ToString();
  EXPECT_EQ(child->WaitOrKill(kPatienceMs), 7);
  EXPECT_FALSE(child->Running());
  EXPECT_EQ(child->exit_code(), 7);
}

TEST(ChildProcess, GetsOurEnvironmentWithItsOwnAdditions) {
  setenv("BELLROCK_TEST_KEPT", "kept", 1);
  setenv("BELLROCK_TEST_REPLACED", "old", 1);
  ProcessSpec spec = Shell("test \"$BELLROCK_TEST_KEPT$BELLROCK_TEST_REPLACED\" = keptnew");
  spec.environment = {{"BELLROCK_TEST_REPLACED", "new"}};
  Result<ChildProcess> child = ChildProcess::Spawn(spec);
  ASSERT_TRUE(child.ok()) << child.status().ToString();
  EXPECT_EQ(child->WaitOrKill(kPatienceMs), 0);
}

TEST(ChildProcess, WritesItsOutputToTheFile) {
  const std::string path = testing::TempDir() + "/bellrock_process_output";
  remove(path.c_str());
  ProcessSpec spec = Shell("echo out; echo err >&2");
  spec.output_path = path;
  Result<ChildProcess> child = ChildProcess::Spawn(spec);
  ASSERT_TRUE(child.ok()) << child.status().ToString();
  EXPECT_EQ(child->WaitOrKill(kPatienceMs), 0);
  std::ifstream file(path);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  EXPECT_EQ(text, "out\nerr\n");
}

TEST(ChildProcess, DoesNotInheritBlockedSignalsAndDiesOfThem) {
  TerminationSignals blocked_here;
  Result<ChildProcess> child = ChildProcess::Spawn(Shell("while :; do sleep 10; done"));
  ASSERT_TRUE(child.ok()) << child.status().ToString();
  EXPECT_TRUE(child->Running());
  child->Signal(SIGTERM);
  EXPECT_EQ(child->WaitOrKill(kPatienceMs), 128 + SIGTERM);
}

TEST(ChildProcess, IsKilledWhenItOutlivesItsGrace) {
  Result<ChildProcess> child = ChildProcess::Spawn(Shell("trap '' TERM; while :; do :; done"));
  ASSERT_TRUE(child.ok()) << child.status().ToString();
  EXPECT_EQ(child->WaitOrKill(0), 128 + SIGKILL);
}

TEST(ChildProcess, NamesTheProgramThatIsNotThere) {
  ProcessSpec spec;
  spec.argv = {"/nowhere/program"};
  Status status = ChildProcess::Spawn(spec).status();
  EXPECT_EQ(status.code(), StatusCode::kNotFound);
  EXPECT_NE(status.message().find("/nowhere/program"), std::string::npos);
}

TEST(TerminationSignals, TakesASignalOnceAndRemembersIt) {
  TerminationSignals signals;
  EXPECT_EQ(signals.Pending(), 0);
  raise(SIGTERM);
  EXPECT_EQ(signals.Pending(), SIGTERM);
  EXPECT_EQ(signals.Pending(), SIGTERM);
}

TEST(TerminationSignals, InterruptEndsTheWait) {
  TerminationSignals signals;
  signals.Interrupt();
  EXPECT_EQ(signals.Wait(), 0);
}

}  // namespace
}  // namespace bellrock::fiber
