// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "fiber/stack_reporter.h"

#include <execinfo.h>
#include <signal.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <system_error>
#include <utility>

#include "base/check.h"
#include "base/log.h"
#include "fiber/stack_text.h"
#include "fiber/station.h"

namespace bellrock::fiber {
namespace {

constexpr int kFramesMax = 32;
// Frames of the handler and of what the system puts below it.
constexpr size_t kFramesOfHandler = 2;
// A thread that does not answer for so long is in the kernel and does not take signals.
constexpr Duration kAnswerMax = std::chrono::seconds(1);

enum AnswerState { kIdle, kAsked, kWriting, kWritten, kGone };

struct Answer {
  std::atomic<int> state{kIdle};
  std::atomic<uint64_t> slice{0};
  std::array<void*, kFramesMax> frames;
  int count = 0;
};
constinit Answer answer{};

// Real-time signals at this end of the range have no other user that we know of.
int ReportSignal() {
  return SIGRTMAX - 2;
}

// Nothing here may allocate or lock: the thread was stopped anywhere.
void OnReportSignal(int) {
  const int saved_errno = errno;
  int expected = kAsked;
  if (answer.state.compare_exchange_strong(expected, kWriting)) {
    const Station* station = Station::Current();
    const bool still = station != nullptr && station->slice.load(std::memory_order_relaxed) ==
                                                 answer.slice.load(std::memory_order_relaxed);
    if (still) answer.count = backtrace(answer.frames.data(), kFramesMax);
    answer.state.store(still ? kWritten : kGone);
  }
  errno = saved_errno;
}

}  // namespace

StackReporter::StackReporter() {
  void* frame = nullptr;
  backtrace(&frame, 1);  // the first call loads a library, which a handler must not do
  struct sigaction action {};
  action.sa_handler = &OnReportSignal;
  action.sa_flags = SA_RESTART;
  BELLROCK_CHECK(sigaction(ReportSignal(), &action, nullptr) == 0,
                 "cannot handle the signal that asks a stuck thread for its stack");
}

void StackReporter::Ask(Question question) {
  question_ = std::move(question);
  asked_ = true;
  answer.slice.store(question_.slice, std::memory_order_relaxed);
  answer.state.store(kAsked);
  if (pthread_kill(question_.thread, ReportSignal()) != 0) answer.state.store(kGone);
}

void StackReporter::Look(Time now) {
  if (!asked_) return;
  int state = answer.state.load();
  if (state == kAsked && now - question_.asked >= kAnswerMax &&
      answer.state.compare_exchange_strong(state, kGone))
    state = kGone;
  if (state == kAsked || state == kWriting) return;
  std::vector<void*> frames;
  if (state == kWritten) frames.assign(answer.frames.begin(), answer.frames.begin() + answer.count);
  answer.state.store(kIdle);
  asked_ = false;
  Finish();
  Report(std::move(frames), now - question_.since);
}

void StackReporter::Report(std::vector<void*> frames, Duration held) {
  writing_.store(true, std::memory_order_relaxed);
  try {
    writer_ = std::thread([this, frames, held] {
      Write(frames, held);
      writing_.store(false, std::memory_order_release);
    });
  } catch (const std::system_error&) {  // no thread to be had
    Write(frames, held);
    writing_.store(false, std::memory_order_release);
  }
}

void StackReporter::Write(const std::vector<void*>& frames, Duration held) const {
  std::string stack = ": no stack, it has just ended or is inside the kernel";
  if (!frames.empty()) {
    stack.clear();
    Symbols symbols;
    for (const std::string& line : StackText(symbols, frames, kFramesOfHandler))
      stack += "\n    " + line;
  }
  log::Warning("fiber",
               "user code has held thread {} for {} ms without a call into the framework{}",
               question_.thread_name,
               std::chrono::duration_cast<std::chrono::milliseconds>(held).count(), stack);
}

void StackReporter::Finish() {
  if (writer_.joinable()) writer_.join();
}

}  // namespace bellrock::fiber
