# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
# One helper per kind of target. bellrock_library() refuses a dependency that tools/layers.txt does not allow, so that
# the direction of the layers holds at configure time; tools/check.py holds it again for every #include.

# Reads "layer: dep dep ..." lines of tools/layers.txt into BELLROCK_LAYER_<layer> (with '/' as '_').
set_property(DIRECTORY ${CMAKE_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tools/layers.txt)
file(STRINGS ${CMAKE_SOURCE_DIR}/tools/layers.txt layer_lines REGEX "^[a-z]")
foreach(line IN LISTS layer_lines)
  string(REGEX MATCH "^([a-z_/]+): *(.*)$" _ "${line}")
  string(REPLACE "/" "_" layer_key "${CMAKE_MATCH_1}")
  separate_arguments(layer_deps UNIX_COMMAND "${CMAKE_MATCH_2}")
  set(BELLROCK_LAYER_${layer_key} "${layer_deps}")
endforeach()

# bellrock_library(LAYER naming/server SRCS a.cc ... DEPS naming rpc ... [LIBS outside::target ...])
# Makes the target bellrock_naming_server. DEPS are layer names; LIBS are outside targets.
function(bellrock_library)
  cmake_parse_arguments(ARG "" "LAYER" "SRCS;DEPS;LIBS" ${ARGN})
  string(REPLACE "/" "_" key "${ARG_LAYER}")
  if(NOT DEFINED BELLROCK_LAYER_${key})
    message(FATAL_ERROR "layer '${ARG_LAYER}' is not in tools/layers.txt; add a line that says what it may include")
  endif()
  set(target bellrock_${key})
  add_library(${target} STATIC ${ARG_SRCS})
  target_link_libraries(${target} PUBLIC bellrock_flags ${ARG_LIBS})
  foreach(dep IN LISTS ARG_DEPS)
    if(NOT dep IN_LIST BELLROCK_LAYER_${key})
      message(FATAL_ERROR "layer '${ARG_LAYER}' may not depend on '${dep}' (tools/layers.txt)")
    endif()
    string(REPLACE "/" "_" dep_key "${dep}")
    target_link_libraries(${target} PUBLIC bellrock_${dep_key})
  endforeach()
endfunction()

# bellrock_test(NAME fiber_loop_test SRCS loop_test.cc DEPS fiber testing [LIBS ...]): one GoogleTest binary, run by ctest.
# The fuzz preset leaves tests and micro benchmarks out: other presets run them, and its builds are slow.
function(bellrock_test)
  if(BELLROCK_FUZZ)
    return()
  endif()
  cmake_parse_arguments(ARG "" "NAME;TIMEOUT" "SRCS;DEPS;LIBS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  add_executable(${ARG_NAME} ${ARG_SRCS})
  foreach(dep IN LISTS ARG_DEPS)
    string(REPLACE "/" "_" dep_key "${dep}")
    target_link_libraries(${ARG_NAME} PRIVATE bellrock_${dep_key})
  endforeach()
  target_link_libraries(${ARG_NAME} PRIVATE bellrock_flags ${ARG_LIBS} GTest::gmock GTest::gtest_main)
  add_test(NAME ${ARG_NAME} COMMAND ${ARG_NAME})
  set_tests_properties(${ARG_NAME} PROPERTIES TIMEOUT ${ARG_TIMEOUT})
endfunction()

# bellrock_bench(NAME fiber_bench SRCS fiber_bench.cc DEPS fiber): a benchmark; ./run bench runs it, ctest does not.
# With SCRIPT instead of SRCS a program that drives the binaries named by PROGRAMS.
function(bellrock_bench)
  if(BELLROCK_FUZZ)
    return()
  endif()
  cmake_parse_arguments(ARG "" "NAME;SCRIPT" "SRCS;DEPS;LIBS;PROGRAMS" ${ARGN})
  if(ARG_SCRIPT)
    configure_file(${ARG_SCRIPT} ${CMAKE_CURRENT_BINARY_DIR}/${ARG_NAME} COPYONLY)
    add_custom_target(${ARG_NAME} DEPENDS ${ARG_PROGRAMS})
    return()
  endif()
  add_executable(${ARG_NAME} ${ARG_SRCS})
  foreach(dep IN LISTS ARG_DEPS)
    string(REPLACE "/" "_" dep_key "${dep}")
    target_link_libraries(${ARG_NAME} PRIVATE bellrock_${dep_key})
  endforeach()
  target_link_libraries(${ARG_NAME} PRIVATE bellrock_flags ${ARG_LIBS})
endfunction()
