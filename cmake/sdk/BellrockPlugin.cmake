# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
# Functions of find_package(Bellrock) that build plug-in services. See docs/plugins.md.

# Sets `out_line` and `out_service` from "line/service".
function(bellrock_split_name name out_line out_service)
  if(NOT name MATCHES "^([A-Za-z0-9._-]+)/([A-Za-z0-9._-]+)$")
    message(FATAL_ERROR "service name '${name}': write line/service, for example music/storage")
  endif()
  set(${out_line} ${CMAKE_MATCH_1} PARENT_SCOPE)
  set(${out_service} ${CMAKE_MATCH_2} PARENT_SCOPE)
endfunction()

# bellrock_generate(OUT_VAR ROOT proto ...): messages, service bases and stubs of .proto files below ROOT; the headers are
# included as "path/of/the.bellrock.h". OUT_VAR gets the sources to compile.
function(bellrock_generate out root)
  set(directory ${CMAKE_CURRENT_BINARY_DIR}/proto)
  file(MAKE_DIRECTORY ${directory})
  set(sources)
  foreach(proto IN LISTS ARGN)
    string(REGEX REPLACE "\\.proto$" "" stem ${proto})
    set(base ${directory}/${stem})
    add_custom_command(
      OUTPUT ${base}.pb.cc ${base}.pb.h ${base}.bellrock.cc ${base}.bellrock.h
      COMMAND protobuf::protoc -I ${root} -I ${BELLROCK_PROTO_DIR}
        --cpp_out=${directory} --bellrock_out=${directory}
        --plugin=protoc-gen-bellrock=${BELLROCK_CODEGEN} ${root}/${proto}
      DEPENDS ${root}/${proto} ${BELLROCK_CODEGEN}
      COMMENT "Generating ${stem}")
    list(APPEND sources ${base}.pb.cc ${base}.bellrock.cc)
  endforeach()
  set(${out} ${sources} PARENT_SCOPE)
endfunction()

# bellrock_add_plugin(line/service PROTOS ... SOURCES ... CONFIG etc/service.json [PROTO_ROOT proto] [LIBS ...])
# Makes the target <service>, bin/<service>.so, which bellrock-host loads. `cmake --install BUILD --prefix ROOT` puts it
# into ROOT/line/service/{bin,etc,log}; what was in bin and etc is removed first (MSEC-079), log is kept.
function(bellrock_add_plugin name)
  cmake_parse_arguments(ARG "" "CONFIG;PROTO_ROOT" "PROTOS;SOURCES;LIBS" ${ARGN})
  bellrock_split_name("${name}" line service)
  if(NOT ARG_PROTO_ROOT)
    set(ARG_PROTO_ROOT proto)
  endif()
  get_filename_component(root ${ARG_PROTO_ROOT} ABSOLUTE)
  bellrock_generate(generated ${root} ${ARG_PROTOS})

  # Objects, so that the unit test links the same code.
  add_library(${service}_objects OBJECT ${ARG_SOURCES} ${generated})
  set_target_properties(${service}_objects PROPERTIES POSITION_INDEPENDENT_CODE ON CXX_EXTENSIONS OFF)
  target_include_directories(${service}_objects PUBLIC ${CMAKE_CURRENT_SOURCE_DIR} ${CMAKE_CURRENT_BINARY_DIR}/proto)
  target_link_libraries(${service}_objects PUBLIC Bellrock::headers ${ARG_LIBS})

  # The SDK's symbols come from bellrock-host, so that there is one of everything in the process.
  add_library(${service} MODULE)
  set_target_properties(${service} PROPERTIES
    PREFIX "" SUFFIX ".so" LINKER_LANGUAGE CXX LIBRARY_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/bin
    INSTALL_RPATH "$ORIGIN")
  target_link_libraries(${service} PRIVATE ${service}_objects)
  bellrock_install_plugin(${line} ${service} ${ARG_CONFIG})
endfunction()

function(bellrock_install_plugin line service config)
  set(BELLROCK_SERVICE ${service})
  set(to ${line}/${service})
  foreach(script start stop)
    configure_file(${CMAKE_CURRENT_FUNCTION_LIST_DIR}/${script}.in ${CMAKE_CURRENT_BINARY_DIR}/${script} @ONLY)
  endforeach()
  # Only a directory that holds an earlier release is cleared.
  install(CODE "
    set(home \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${to}\")
    if(EXISTS \"\${home}/bin\" AND NOT EXISTS \"\${home}/bin/${service}.so\")
      message(FATAL_ERROR \"\${home}/bin holds no ${service}.so: it is no earlier release of ${line}/${service}, so it is \"
        \"left alone; give another --prefix\")
    endif()
    file(REMOVE_RECURSE \"\${home}/bin\" \"\${home}/etc\")
    file(MAKE_DIRECTORY \"\${home}/log\")")
  install(TARGETS ${service} LIBRARY DESTINATION ${to}/bin)
  install(PROGRAMS ${CMAKE_CURRENT_BINARY_DIR}/start ${CMAKE_CURRENT_BINARY_DIR}/stop DESTINATION ${to}/bin)
  if(config)
    install(FILES ${config} DESTINATION ${to}/etc RENAME ${service}.json)
  endif()
endfunction()

# bellrock_add_plugin_test(line/service SOURCES x_test.cc ...): a GoogleTest program with the plug-in's code, run by ctest.
# Without GoogleTest on the machine there is none, and CMake says so.
function(bellrock_add_plugin_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES" ${ARGN})
  bellrock_split_name("${name}" line service)
  find_package(GTest QUIET)
  if(NOT GTest_FOUND)
    message(STATUS "no GoogleTest here (Debian: libgtest-dev): the test of ${name} is left out")
    return()
  endif()
  add_executable(${service}_test ${ARG_SOURCES})
  target_link_libraries(${service}_test PRIVATE ${service}_objects Bellrock::bellrock GTest::gtest_main)
  add_test(NAME ${service}_test COMMAND ${service}_test)
endfunction()
