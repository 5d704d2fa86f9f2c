// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "fiber/stack_text.h"

#include <algorithm>
#include <string_view>

namespace bellrock::fiber {
namespace {

constexpr std::string_view kBottom = "bellrock::fiber::Scheduler::FiberMain";

}  // namespace

std::vector<std::string> StackText(Symbols& symbols, std::span<void* const> frames, size_t skip) {
  std::vector<std::string> lines;
  for (const void* frame : frames.subspan(std::min(frames.size(), skip))) {
    std::string line = symbols.NameOf(frame);
    if (line.starts_with(kBottom)) break;
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace bellrock::fiber
