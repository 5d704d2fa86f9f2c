// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/client/naming_watcher.h"

#include <gtest/gtest.h>

#include "fiber/fiber.h"
#include "naming/client/fake_registry_for_test.h"
#include "naming/client/local_channel_for_test.h"
#include "naming/client/watch_state.h"
#include "testing/world.h"

namespace bellrock::naming::client {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

void Sleep(Duration duration) {
  ASSERT_TRUE(fiber::SleepFor(duration).ok());
}

class WatcherTest : public ::testing::Test {
 protected:
  void Run(const std::function<void()>& body) {
    world_.Run([&] {
      watcher_.Start();
      body();
      watcher_.Stop();
    });
  }
  void OnList(const std::vector<v1::Instance>& list) {
    ++calls_;
    shown_.clear();
    for (const v1::Instance& instance : list) shown_ += instance.spec().path() + " ";
  }
  void Deregister(const std::string& path) {
    LocalContext context;
    v1::DeregisterRequest request;
    request.set_path(path);
    ASSERT_TRUE(registry_.Deregister(context, request).ok());
  }

  testing::World world_{11};
  fiber::Environment env_ = world_.Host("host");
  FakeRegistry registry_;
  LocalChannel channel_{env_, registry_};
  int calls_ = 0;
  std::string shown_ = "nothing yet";
  Watcher watcher_{env_, channel_, "music/storage",
                   [this](const std::vector<v1::Instance>& list) { OnList(list); }};
};

TEST_F(WatcherTest, ShowsTheFirstListAndEachChangeAtOnce) {
  registry_.Put("/a");
  Run([&] {
    Sleep(milliseconds(10));
    EXPECT_EQ(shown_, "/a ");
    EXPECT_TRUE(watcher_.ready());
    EXPECT_TRUE(watcher_.state().ok());
    registry_.Put("/b");
    Sleep(milliseconds(1));
    EXPECT_EQ(shown_, "/a /b ");
    Deregister("/a");
    Deregister("/b");
    Sleep(milliseconds(1));
    EXPECT_EQ(shown_, "");  // removed by name: believed at once
    const int calls = calls_;
    Sleep(seconds(60));
    EXPECT_EQ(calls_, calls);  // signs of life change nothing
    EXPECT_EQ(registry_.watches, 1);
  });
}

TEST_F(WatcherTest, KeepsTheListWhileTheServerIsAwayAndResumesWhereItWas) {
  registry_.Put("/a");
  Run([&] {
    Sleep(milliseconds(10));
    channel_.Kill();
    Sleep(seconds(600));
    EXPECT_EQ(shown_, "/a ");
    EXPECT_EQ(watcher_.state().code(), StatusCode::kUnavailable);
    registry_.Put("/b");
    channel_.Revive();
    Sleep(kReconnectMax + milliseconds(10));
    EXPECT_EQ(registry_.last_since, 1u);
    EXPECT_EQ(shown_, "/a /b ");
    EXPECT_EQ(calls_, 2);
  });
}

TEST_F(WatcherTest, ServerBackEmptyDoesNotEmptyTheList) {
  registry_.Put("/a");
  registry_.Put("/b");
  Run([&] {
    Sleep(milliseconds(10));
    channel_.Kill();
    registry_.Wipe();
    channel_.Revive();
    Sleep(seconds(9));
    EXPECT_EQ(shown_, "/a /b ");
    registry_.Put("/b");
    Sleep(milliseconds(10));
    EXPECT_EQ(shown_, "/a /b ");
    Sleep(seconds(2));
    EXPECT_EQ(shown_, "/b ");  // /a did not register again in the grace
  });
}

TEST_F(WatcherTest, EmptyForLongerThanTheGraceIsBelieved) {
  registry_.Put("/a");
  Run([&] {
    Sleep(milliseconds(10));
    channel_.Kill();
    registry_.Wipe();
    channel_.Revive();
    Sleep(kAbsenceGrace + kEmptyGrace - seconds(1));
    EXPECT_EQ(shown_, "/a ");
    Sleep(seconds(2));
    EXPECT_EQ(shown_, "");
  });
}

TEST_F(WatcherTest, SilentServerIsLeftAfterThirtySeconds) {
  registry_.Put("/a");
  Run([&] {
    Sleep(milliseconds(10));
    registry_.mute = true;
    Sleep(seconds(29));
    EXPECT_EQ(registry_.watches, 1);
    registry_.mute = false;
    channel_.SetStuck(true);  // what it writes does not arrive
    Sleep(seconds(2));
    channel_.SetStuck(false);
    Sleep(seconds(2));
    EXPECT_EQ(registry_.watches, 2);
    EXPECT_EQ(shown_, "/a ");
  });
}

TEST_F(WatcherTest, ReconnectsAreBoundedAndSpread) {
  Run([&] {
    registry_.Put("/a");
    Sleep(milliseconds(10));
    for (int i = 0; i < 100; ++i) {
      channel_.BreakStreams();
      Sleep(kReconnectMin / 10);
    }
    EXPECT_LE(registry_.watches, 25);  // 1 s, at least 50 ms apart
    EXPECT_GE(registry_.watches, 8);
  });
}

TEST_F(WatcherTest, NoCallbackAfterStop) {
  registry_.Put("/a");
  world_.Run([&] {
    watcher_.Start();
    Sleep(milliseconds(10));
    watcher_.Stop();
    registry_.Put("/b");
    Sleep(seconds(20));
    EXPECT_EQ(shown_, "/a ");
  });
}

}  // namespace
}  // namespace bellrock::naming::client
