// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <pthread.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/check.h"
#include "fiber/loop.h"

namespace bellrock::fiber {

struct LoopGroup::Core {
  std::vector<std::unique_ptr<Loop>> loops;
  std::vector<std::thread> threads;
};

LoopGroup::LoopGroup(int loops, LoopOptions options) : core_(std::make_unique<Core>()) {
  BELLROCK_CHECK(loops >= 1, "a loop group needs at least one loop");
  for (int i = 0; i < loops; ++i) core_->loops.push_back(std::make_unique<Loop>(options));
  for (int i = 0; i < loops; ++i) {
    core_->threads.emplace_back([loop = core_->loops[i].get(), i] {
      pthread_setname_np(pthread_self(), ("loop-" + std::to_string(i)).c_str());
      loop->Run();
    });
  }
}

LoopGroup::~LoopGroup() {
  Stop();
  for (std::thread& thread : core_->threads) thread.join();
}

int LoopGroup::size() const {
  return static_cast<int>(core_->loops.size());
}

Loop& LoopGroup::loop(int index) {
  return *core_->loops.at(static_cast<size_t>(index));
}

void LoopGroup::Stop() {
  for (auto& loop : core_->loops) loop->Stop();
}

}  // namespace bellrock::fiber
