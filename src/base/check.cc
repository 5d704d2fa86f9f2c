// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace bellrock {

void CheckFailed(const char* file, int line, const char* expression, const char* explanation) {
  std::fprintf(stderr, "%s:%d: check failed: %s: %s\n", file, line, expression, explanation);
  std::fflush(stderr);
  std::abort();
}

}  // namespace bellrock
