// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace bellrock {

// Prints `file:line: check failed: expression: explanation` and aborts.
[[noreturn]] void CheckFailed(const char* file, int line, const char* expression,
                              const char* explanation);

}  // namespace bellrock

// A broken invariant ends the process, in release builds too. Never use it on input from outside.
#define BELLROCK_CHECK(condition, explanation)                              \
  do {                                                                      \
    if (!(condition)) [[unlikely]]                                          \
      ::bellrock::CheckFailed(__FILE__, __LINE__, #condition, explanation); \
  } while (false)
