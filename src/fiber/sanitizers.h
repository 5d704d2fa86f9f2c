// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// BELLROCK_ASAN and BELLROCK_TSAN: which sanitizer this is compiled with; g++ and clang say it
// differently.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define BELLROCK_ASAN 1
#endif
#if __has_feature(thread_sanitizer)
#define BELLROCK_TSAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define BELLROCK_ASAN 1
#endif
#if defined(__SANITIZE_THREAD__)
#define BELLROCK_TSAN 1
#endif
