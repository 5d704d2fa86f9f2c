// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

namespace bellrock::fiber {

// Runs `call` (blocking system calls) on one of a few disk threads of the process and parks the
// calling fiber meanwhile. A caller without a fiber of a real loop runs it in place. Not
// interrupted by deadline or cancellation, since the call may use the caller's buffers. At most
// kDiskCallsPerLoopMax calls of a loop are under way; further fibers wait in line.
void RunOnDiskThread(const std::function<void()>& call);

inline constexpr int kDiskThreads = 4;
inline constexpr int kDiskCallsPerLoopMax = 256;

}  // namespace bellrock::fiber
