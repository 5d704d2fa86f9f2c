// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "routing/client/router.h"

// A pick and its report make no system call. Shown by a child process that the kernel kills at the
// first one (seccomp's strict mode allows read, write and exit).
namespace bellrock::routing::client {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;  // their own work makes system calls
#else
constexpr bool kSanitized = false;
#endif

constexpr int kCalls = 10'000;

std::vector<InstanceSpec> Instances() {
  std::vector<InstanceSpec> instances;
  for (int k = 0; k < 100; ++k) {
    InstanceSpec& spec = instances.emplace_back();
    spec.path = "sz/default/music/storage/default/" + std::to_string(k);
    spec.address = "10.0.0.1:" + std::to_string(7000 + k);
    spec.site = "sz";
    if (k % 10 == 0) spec.labels["lane"] = "blue";
    spec.labels["units"] = std::to_string(k) + "0-" + std::to_string(k) + "9";
  }
  return instances;
}

void Call(Router& router, const rpc::PickRequest& request) {
  const auto picked = router.PickFor(request);
  if (picked.ok()) router.Report(*picked, StatusCode::kOk, std::chrono::microseconds(100));
}

[[noreturn]] void PickUnderGuard(Router& router) {
  const std::vector<std::string> keys = {"10001123", "10001777", "8"};
  // What a thread does once: its view of the router and its stripe of the counters.
  for (const std::string& key : keys) Call(router, {.method = "Get", .key = key});
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) != 0) syscall(SYS_exit, 2);
  for (int call = 0; call < kCalls; ++call) {
    Call(router, {.service = "music.v1.Storage",
                  .method = "Get",
                  .key = call % 2 == 0 ? keys[static_cast<size_t>(call) % keys.size()] : "",
                  .lane = call % 3 == 0 ? "blue" : ""});
  }
  syscall(SYS_exit, 0);
  __builtin_unreachable();
}

class RouterSyscalls : public testing::TestWithParam<const char*> {};

TEST_P(RouterSyscalls, APickAndItsReportMakeNone) {
  if (kSanitized) GTEST_SKIP() << "a sanitizer's own system calls would end the child";
  Router router("music/storage", RouterOptions{});
  v1::StoredSettings settings;
  settings.mutable_settings()->set_policy(GetParam());
  router.SetSettings(settings);
  const Time now{std::chrono::seconds(1000)};
  router.SetInstances(Instances(), now);
  (void)router.Tick(now);
  ASSERT_TRUE(router.PickFor({}).ok());
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) PickUnderGuard(router);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_FALSE(WIFSIGNALED(status)) << "killed at a system call, signal " << WTERMSIG(status);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

INSTANTIATE_TEST_SUITE_P(Policies, RouterSyscalls,
                         testing::Values("l5", "weighted_round_robin", "p2c", "least_request",
                                         "ring", "maglev", "bounded_ring", "jump", "unit"),
                         [](const auto& policy) { return std::string(policy.param); });

}  // namespace
}  // namespace bellrock::routing::client
