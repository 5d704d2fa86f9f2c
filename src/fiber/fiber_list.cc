// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "fiber/fiber_list.h"

#include <algorithm>
#include <span>
#include <unordered_set>

#include "fiber/disk_pool.h"
#include "fiber/scheduler.h"
#include "fiber/stack_text.h"

namespace bellrock::fiber {
namespace {

// AnswerInspection and the Park, inlined into Block, that called it.
constexpr size_t kFramesOfInspection = 1;
constexpr size_t kStackLinesMax = 16;

FiberState StateOf(Scheduler& scheduler, const Fiber& fiber,
                   const std::unordered_set<const Fiber*>& ready) {
  if (&fiber == scheduler.current()) return FiberState::kRunning;
  if (fiber.away) return FiberState::kInUserCode;
  if (fiber.waiter != nullptr) return FiberState::kBlocked;
  return ready.contains(&fiber) ? FiberState::kReady : FiberState::kWaitsForStarted;
}

// The stack of one fiber of the list.
struct Walk {
  size_t index;
  Inspection inspection;
};

// Reading the names takes tens of milliseconds, so not on the loop.
void NameStacks(std::vector<Walk>& walks, std::vector<FiberDescription>& fibers) {
  RunOnDiskThread([&] {
    Symbols symbols;
    for (Walk& walk : walks) {
      const std::span<void* const> frames(walk.inspection.frames,
                                          static_cast<size_t>(walk.inspection.count));
      std::vector<std::string> lines = StackText(symbols, frames, kFramesOfInspection);
      lines.resize(std::min(lines.size(), kStackLinesMax));
      fibers[walk.index].stack = std::move(lines);
    }
  });
}

}  // namespace

std::string_view ToText(FiberState state) {
  switch (state) {
    case FiberState::kRunning:
      return "running";
    case FiberState::kReady:
      return "ready";
    case FiberState::kBlocked:
      return "blocked";
    case FiberState::kWaitsForStarted:
      return "waits for a fiber it started";
    case FiberState::kInUserCode:
      return "in user code";
  }
  return "unknown";
}

std::vector<FiberDescription> DescribeFibers(Scheduler& scheduler, Time now, size_t count) {
  const std::vector<const Fiber*> queue = scheduler.ReadyFibers();
  const std::unordered_set<const Fiber*> ready(queue.begin(), queue.end());
  std::vector<FiberDescription> result;
  std::vector<Walk> walks;
  scheduler.VisitLive(count, [&](Fiber& fiber) {
    FiberDescription& description = result.emplace_back();
    description.state = StateOf(scheduler, fiber, ready);
    description.deadline = fiber.deadline;
    const bool blocked = description.state == FiberState::kBlocked;
    if (blocked || description.state == FiberState::kInUserCode)
      description.age = now - fiber.since;
    if (blocked)
      scheduler.Inspect(fiber, walks.emplace_back(Walk{result.size() - 1, {}}).inspection);
  });
  if (!walks.empty()) NameStacks(walks, result);
  return result;
}

}  // namespace bellrock::fiber
