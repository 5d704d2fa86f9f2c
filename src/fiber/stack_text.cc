// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "fiber/stack_text.h"

#include <cxxabi.h>
#include <dlfcn.h>
#include <fmt/format.h>

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>

namespace bellrock::fiber {
namespace {

constexpr std::string_view kBottom = "bellrock::fiber::Scheduler::FiberMain";

std::string Demangled(const char* symbol) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> name(
      abi::__cxa_demangle(symbol, nullptr, nullptr, &status), &std::free);
  return status == 0 ? name.get() : symbol;
}

std::string FrameText(void* frame) {
  Dl_info found{};
  if (dladdr(frame, &found) == 0) return fmt::format("{}", frame);
  const auto address = reinterpret_cast<uintptr_t>(frame);
  if (found.dli_sname != nullptr) {
    return fmt::format("{} + {:#x}", Demangled(found.dli_sname),
                       address - reinterpret_cast<uintptr_t>(found.dli_saddr));
  }
  return fmt::format("{} + {:#x}", found.dli_fname,
                     address - reinterpret_cast<uintptr_t>(found.dli_fbase));
}

}  // namespace

std::vector<std::string> StackText(std::span<void* const> frames, int skip) {
  std::vector<std::string> lines;
  for (void* frame : frames.subspan(std::min(frames.size(), static_cast<size_t>(skip)))) {
    std::string line = FrameText(frame);
    if (line.starts_with(kBottom)) break;
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace bellrock::fiber
