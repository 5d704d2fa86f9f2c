// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "fiber/stack_reporter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <string>
#include <thread>

#include "fiber/stack_text.h"
#include "fiber/station.h"

namespace bellrock::fiber {

[[gnu::noinline]] void BurnUntil(std::atomic<bool>& burns, const std::atomic<bool>& enough) {
  burns = true;
  while (!enough.load()) std::this_thread::yield();
}

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

constexpr Time kSince{seconds(100)};
constexpr uint64_t kSlice = 7;

// A thread that says it runs a slice of user code, and burns.
class StuckThread {
 public:
  StuckThread() {
    thread_ = std::thread([this] {
      Station station;
      station.slice = kSlice;
      Station::SetCurrent(&station);
      BurnUntil(burns_, enough_);
      Station::SetCurrent(nullptr);
    });
    while (!burns_) std::this_thread::yield();
  }
  ~StuckThread() {
    enough_ = true;
    thread_.join();
  }
  StackReporter::Question Question(uint64_t slice) {
    return {.thread = thread_.native_handle(),
            .thread_name = "stuck",
            .slice = slice,
            .since = kSince,
            .asked = kSince + milliseconds(50)};
  }

 private:
  std::atomic<bool> burns_{false};
  std::atomic<bool> enough_{false};
  std::thread thread_;
};

std::string ReportOf(StackReporter& reporter, const StackReporter::Question& question) {
  testing::internal::CaptureStderr();
  reporter.Ask(question);
  EXPECT_TRUE(reporter.busy());
  while (reporter.busy()) {
    reporter.Look(kSince + milliseconds(50));
    std::this_thread::yield();
  }
  return testing::internal::GetCapturedStderr();
}

TEST(StackReporter, LogsWhereAThreadIsStuckAndForHowLong) {
  StuckThread stuck;
  StackReporter reporter;
  const std::string report = ReportOf(reporter, stuck.Question(kSlice));
  EXPECT_THAT(report, HasSubstr("held thread stuck for 50 ms"));
  EXPECT_THAT(report, HasSubstr("BurnUntil"));
}

TEST(StackReporter, ShowsNoStackOfWhatIsNoLongerTheSameSlice) {
  StuckThread stuck;
  StackReporter reporter;
  const std::string report = ReportOf(reporter, stuck.Question(kSlice + 2));
  EXPECT_THAT(report, HasSubstr("no stack"));
  EXPECT_THAT(report, Not(HasSubstr("BurnUntil")));
}

TEST(StackReporter, GivesUpOnAThreadThatDoesNotAnswer) {
  StuckThread stuck;
  StackReporter reporter;
  StackReporter::Question question = stuck.Question(kSlice);
  sigset_t all, before;
  sigfillset(&all);
  ASSERT_EQ(pthread_sigmask(SIG_SETMASK, &all, &before), 0);
  question.thread = pthread_self();
  testing::internal::CaptureStderr();
  reporter.Ask(question);
  reporter.Look(question.asked + milliseconds(999));
  EXPECT_TRUE(reporter.busy());
  reporter.Look(question.asked + seconds(1));
  while (reporter.busy()) std::this_thread::yield();  // written by a thread of its own
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("no stack"));
  ASSERT_EQ(pthread_sigmask(SIG_SETMASK, &before, nullptr), 0);
}

TEST(StackText, NamesFunctionsAndSkipsTheInnermost) {
  void* inside = reinterpret_cast<std::byte*>(&BurnUntil) + 1;
  void* frames[] = {nullptr, inside, inside};
  Symbols symbols;
  const std::vector<std::string> lines = StackText(symbols, frames, 1);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_THAT(
      lines[0],
      HasSubstr("bellrock::fiber::BurnUntil(std::atomic<bool>&, std::atomic<bool> const&)"));
}

}  // namespace
}  // namespace bellrock::fiber
