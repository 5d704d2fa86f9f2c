// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "fiber/stack_pool.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>

#include "fiber/sanitizers.h"

#if defined(BELLROCK_ASAN)
#include <sanitizer/asan_interface.h>
#endif

namespace bellrock::fiber {
namespace {

#if defined(BELLROCK_ASAN) || defined(BELLROCK_TSAN)
constexpr size_t kSanitizerFactor = 2;
#else
constexpr size_t kSanitizerFactor = 1;
#endif

constexpr int kAdviceGuardInstall = 102;  // MADV_GUARD_INSTALL, newer than our headers

std::atomic<size_t> mapped_guards{0};
std::atomic<bool> guards_are_free{true};  // until the kernel refuses the advice

size_t PageBytes() {
  static const size_t bytes = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  return bytes;
}

size_t RoundUp(size_t bytes, size_t unit) {
  return (bytes + unit - 1) / unit * unit;
}

std::byte* Map(size_t bytes) {
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  return memory == MAP_FAILED ? nullptr : static_cast<std::byte*>(memory);
}

void Unmap(std::byte* memory, size_t bytes) {
#if defined(BELLROCK_ASAN)
  // The shadow of a dead stack must not poison whatever is mapped here next.
  __asan_unpoison_memory_region(memory, bytes);
#endif
  munmap(memory, bytes);
}

bool InstallFreeGuard(std::byte* page) {
  if (!guards_are_free.load(std::memory_order_relaxed)) return false;
  if (madvise(page, PageBytes(), kAdviceGuardInstall) == 0) return true;
  guards_are_free.store(false, std::memory_order_relaxed);
  return false;
}

bool InstallGuard(std::byte* page) {
  if (InstallFreeGuard(page)) return true;
  if (mprotect(page, PageBytes(), PROT_NONE) != 0) return false;
  mapped_guards.fetch_add(1, std::memory_order_relaxed);
  return true;
}

}  // namespace

StackPool::StackPool(size_t stack_bytes)
    : stack_bytes_(RoundUp(stack_bytes * kSanitizerFactor, PageBytes())) {}

StackPool::~StackPool() {
  for (std::byte* block : blocks_) Unmap(block, PageBytes() + kStacksPerBlock * stack_bytes_);
}

std::span<std::byte> StackPool::Take() {
  std::byte* stack = MapGuarded();
  if (stack == nullptr && (!block_stacks_.empty() || MapBlock())) {
    stack = block_stacks_.back();
    block_stacks_.pop_back();
  }
  if (stack == nullptr) return {};
  return {stack, stack_bytes_};
}

void StackPool::Return(std::span<std::byte> stack) {
  if (IsInBlock(stack.data())) {
    // Blocks cannot be given back one by one; their pages can.
    madvise(stack.data(), stack.size(), MADV_DONTNEED);
    block_stacks_.push_back(stack.data());
    return;
  }
  Unmap(stack.data() - PageBytes(), PageBytes() + stack_bytes_);
  if (!guards_are_free.load(std::memory_order_relaxed))
    mapped_guards.fetch_sub(1, std::memory_order_relaxed);
}

std::byte* StackPool::MapGuarded() {
  if (!guards_are_free.load(std::memory_order_relaxed) &&
      mapped_guards.load(std::memory_order_relaxed) >= kMappedGuardsMax)
    return nullptr;
  std::byte* memory = Map(PageBytes() + stack_bytes_);
  if (memory == nullptr) return nullptr;
  if (!InstallGuard(memory)) {
    Unmap(memory, PageBytes() + stack_bytes_);
    return nullptr;
  }
  return memory + PageBytes();
}

bool StackPool::MapBlock() {
  std::byte* memory = Map(PageBytes() + kStacksPerBlock * stack_bytes_);
  if (memory == nullptr) return false;
  if (!InstallGuard(memory)) {
    Unmap(memory, PageBytes() + kStacksPerBlock * stack_bytes_);
    return false;
  }
  blocks_.insert(std::upper_bound(blocks_.begin(), blocks_.end(), memory), memory);
  for (size_t i = kStacksPerBlock; i > 0; --i)
    block_stacks_.push_back(memory + PageBytes() + (i - 1) * stack_bytes_);
  return true;
}

bool StackPool::IsInBlock(const std::byte* stack) const {
  auto after = std::upper_bound(blocks_.begin(), blocks_.end(), stack);
  if (after == blocks_.begin()) return false;
  return stack < *std::prev(after) + PageBytes() + kStacksPerBlock * stack_bytes_;
}

}  // namespace bellrock::fiber
