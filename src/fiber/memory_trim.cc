// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "fiber/memory_trim.h"

#include <algorithm>

#if defined(BELLROCK_GPERFTOOLS)
#include <gperftools/malloc_extension.h>
#endif

namespace bellrock::fiber {

size_t TrimBytes(size_t in_use_bytes, size_t free_bytes) {
  const size_t kept = kFreeBytesKept + in_use_bytes / 4;
  if (free_bytes <= kept) return 0;
  const size_t excess = free_bytes - kept;
  return std::min(excess, std::max(kTrimBytesMin, excess / 8));
}

void TrimMemory() {
#if defined(BELLROCK_GPERFTOOLS)
  MallocExtension& allocator = *MallocExtension::instance();
  size_t in_use = 0;
  size_t free = 0;
  if (!allocator.GetNumericProperty("generic.current_allocated_bytes", &in_use) ||
      !allocator.GetNumericProperty("tcmalloc.pageheap_free_bytes", &free)) {
    return;
  }
  if (const size_t bytes = TrimBytes(in_use, free); bytes > 0) allocator.ReleaseToSystem(bytes);
#endif
}

}  // namespace bellrock::fiber
