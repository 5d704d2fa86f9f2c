// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstdlib>
#include <string_view>

#include "fiber/fiber.h"
#include "fiber/profile.h"
#include "fiber/symbols.h"

#if defined(BELLROCK_GPERFTOOLS)
#include <gperftools/heap-profiler.h>
#include <gperftools/malloc_extension.h>
#endif

namespace bellrock::fiber {

#if defined(BELLROCK_GPERFTOOLS)

namespace {

std::atomic<bool> g_busy{false};

std::string_view TakeLine(std::string_view* text) {
  const size_t end = std::min(text->find('\n'), text->size());
  const std::string_view line = text->substr(0, end);
  text->remove_prefix(std::min(end + 1, text->size()));
  return line;
}

uint64_t TakeNumber(std::string_view* text, int base = 10) {
  while (!text->empty() && text->front() == ' ') text->remove_prefix(1);
  if (base == 16 && text->starts_with("0x")) text->remove_prefix(2);
  uint64_t value = 0;
  const auto [at, error] = std::from_chars(text->data(), text->data() + text->size(), value, base);
  text->remove_prefix(static_cast<size_t>(at - text->data()));
  return value;
}

// "   12:   4096 [   30:  8192] @ 0x55 0x66": live count and bytes, all there ever were, stack with
// the innermost call first.
bool ReadStack(std::string_view line, Symbols& symbols, ProfileStack* stack) {
  const size_t at = line.find(" @ ");
  if (at == std::string_view::npos) return false;
  std::string_view numbers = line;
  stack->samples = TakeNumber(&numbers);
  if (!numbers.starts_with(":")) return false;
  numbers.remove_prefix(1);
  stack->bytes = TakeNumber(&numbers);
  std::string_view addresses = line.substr(at + 3);
  while (addresses.find("0x") != std::string_view::npos) {
    const uint64_t address = TakeNumber(&addresses, 16);
    if (address == 0) break;
    stack->frames.push_back(symbols.NameOf(reinterpret_cast<const void*>(address)));
  }
  std::reverse(stack->frames.begin(), stack->frames.end());
  return stack->bytes > 0 && !stack->frames.empty();
}

Profile ReadProfile(std::string_view text, Duration time) {
  Profile profile{.time = time, .hertz = 0, .samples = 0, .dropped = 0, .stacks = {}};
  Symbols symbols;
  (void)TakeLine(&text);  // the totals
  while (!text.empty() && !text.starts_with("\nMAPPED")) {
    ProfileStack stack;
    if (!ReadStack(TakeLine(&text), symbols, &stack)) continue;
    profile.samples += stack.samples;
    profile.stacks.push_back(std::move(stack));
  }
  std::stable_sort(profile.stacks.begin(), profile.stacks.end(),
                   [](const ProfileStack& a, const ProfileStack& b) { return a.bytes > b.bytes; });
  return profile;
}

}  // namespace

Result<Profile> ProfileHeap(Duration time) {
  if (g_busy.exchange(true) || IsHeapProfilerRunning() != 0) {
    return FailedPreconditionError("a heap profile is being taken; wait for it to end");
  }
  HeapProfilerStart("");
  const Status slept = SleepFor(time);
  char* text = GetHeapProfile();
  HeapProfilerStop();
  Result<Profile> profile = ReadProfile(text, time);
  std::free(text);
  g_busy.store(false);
  BELLROCK_TRY(slept);
  return profile;
}

std::string AllocatorText() {
  std::string text(4096, '\0');
  MallocExtension::instance()->GetStats(text.data(), static_cast<int>(text.size()));
  text.resize(text.find('\0') == std::string::npos ? text.size() : text.find('\0'));
  return text;
}

#else

Result<Profile> ProfileHeap(Duration) {
  return UnimplementedError(
      "this program was built without gperftools, whose allocator a heap profile needs");
}

std::string AllocatorText() {
  return "";
}

#endif

}  // namespace bellrock::fiber
