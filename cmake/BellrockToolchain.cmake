# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
# Language level, warnings, sanitizers, and the two accelerators that are used when present (ccache, mold).
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1")

set(BELLROCK_SANITIZE "" CACHE STRING "Sanitizers for the whole build, as -fsanitize= takes them")
option(BELLROCK_FUZZ "Build the libFuzzer targets (needs clang)" OFF)

add_library(bellrock_flags INTERFACE)
target_compile_options(bellrock_flags INTERFACE -Wall -Wextra -Wshadow -Wnon-virtual-dtor)
target_include_directories(bellrock_flags INTERFACE
  ${CMAKE_SOURCE_DIR}/include ${CMAKE_SOURCE_DIR}/src ${CMAKE_BINARY_DIR}/proto)
if(CMAKE_BUILD_TYPE)
  target_compile_options(bellrock_flags INTERFACE -Werror)
endif()

# A test's bound of time is there to end what hangs; under a sanitizer the same work takes up to twenty times as long.
set(BELLROCK_PATIENCE 1)
if(BELLROCK_SANITIZE)
  set(BELLROCK_PATIENCE 5)
  # UBSan only prints by default; a finding must end the program, or no test would see it.
  add_compile_options(
    -fsanitize=${BELLROCK_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${BELLROCK_SANITIZE})
  set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -g1")  # compiles in less time, and stacks are whole
  # g++ 12 takes members of an empty std::optional for uninitialised once a sanitizer's code lies between.
  target_compile_options(bellrock_flags INTERFACE -Wno-maybe-uninitialized)
  if(BELLROCK_SANITIZE MATCHES "thread")
    # std::atomic_thread_fence is not modelled by g++ 12's TSan; the seqlock readers carry their own annotations.
    add_compile_options(-Wno-tsan)
  endif()
endif()
if(BELLROCK_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all)
  add_link_options(-fsanitize=address,undefined)
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()
find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_link_options(-fuse-ld=mold)
endif()
