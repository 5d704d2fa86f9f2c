// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace bellrock::fiber {

// Memory for fiber stacks, each with an inaccessible guard page below it, so that an overflow is a
// fault and not somebody else's corrupted data. Belongs to one loop, whose scheduler keeps idle
// fibers together with their stacks.
//
// A guard page made by mprotect costs a second kernel mapping per stack, and a process may have
// only vm.max_map_count (65,530 by default) of them. Where the kernel has MADV_GUARD_INSTALL (6.13)
// guards cost nothing; else stacks beyond kMappedGuardsMax of the process share one guard per block
// of kStacksPerBlock.
class StackPool {
 public:
  static constexpr size_t kMappedGuardsMax = 16'384;
  static constexpr size_t kStacksPerBlock = 64;

  // Rounded up to whole pages; sanitizer builds get more, because their frames are larger.
  explicit StackPool(size_t stack_bytes);
  ~StackPool();
  StackPool(const StackPool&) = delete;
  StackPool& operator=(const StackPool&) = delete;

  // Empty if the system has no memory or no mappings left.
  std::span<std::byte> Take();
  void Return(std::span<std::byte> stack);

  size_t stack_bytes() const { return stack_bytes_; }

 private:
  std::byte* MapGuarded();
  bool MapBlock();
  bool IsInBlock(const std::byte* stack) const;

  size_t stack_bytes_;
  std::vector<std::byte*>
      block_stacks_;  // cut from blocks, unused; blocks are unmapped with the pool
  std::vector<std::byte*> blocks_;
};

}  // namespace bellrock::fiber
