# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
# What others build against, in this build tree or installed: the shared SDK, and what find_package(Bellrock) reads.

# The SDK as one shared library, for programs and tests outside of this tree. Plug-ins do not link it: they find the same
# symbols in bellrock-host.
add_library(bellrock_sdk SHARED)
set_target_properties(bellrock_sdk PROPERTIES
  OUTPUT_NAME bellrock LINKER_LANGUAGE CXX LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib
  VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
bellrock_all_objects(bellrock_sdk bellrock_client)

# find_package(Bellrock) finds either this build tree or an installation; both have the same file with other paths in it.
set(sdk_files ${CMAKE_CURRENT_LIST_DIR}/sdk)
set(sdk_include "${CMAKE_SOURCE_DIR}/include;${CMAKE_BINARY_DIR}/proto")
set(sdk_proto ${CMAKE_SOURCE_DIR}/proto)
set(sdk_library ${CMAKE_BINARY_DIR}/lib/libbellrock.so)
set(sdk_codegen ${CMAKE_BINARY_DIR}/src/rpc/codegen/protoc-gen-bellrock)
set(sdk_host ${CMAKE_BINARY_DIR}/src/host/bellrock-host)
configure_file(${sdk_files}/BellrockConfig.cmake.in ${CMAKE_BINARY_DIR}/BellrockConfig.cmake @ONLY)
foreach(file BellrockPlugin.cmake start.in stop.in)
  configure_file(${sdk_files}/${file} ${CMAKE_BINARY_DIR}/${file} COPYONLY)
endforeach()

include(GNUInstallDirs)
set(sdk_package ${CMAKE_INSTALL_LIBDIR}/cmake/Bellrock)
file(RELATIVE_PATH sdk_up /${sdk_package} /)
set(sdk_prefix "\${CMAKE_CURRENT_LIST_DIR}/${sdk_up}")
set(sdk_include "${sdk_prefix}${CMAKE_INSTALL_INCLUDEDIR}")
set(sdk_proto "${sdk_prefix}${CMAKE_INSTALL_DATADIR}/bellrock/proto")
set(sdk_library "${sdk_prefix}${CMAKE_INSTALL_LIBDIR}/libbellrock.so")
set(sdk_codegen "${sdk_prefix}${CMAKE_INSTALL_BINDIR}/protoc-gen-bellrock")
set(sdk_host "${sdk_prefix}${CMAKE_INSTALL_BINDIR}/bellrock-host")
configure_file(${sdk_files}/BellrockConfig.cmake.in ${CMAKE_BINARY_DIR}/install/BellrockConfig.cmake @ONLY)
include(CMakePackageConfigHelpers)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/BellrockConfigVersion.cmake COMPATIBILITY SameMinorVersion)

install(TARGETS bellrock bellrock-host protoc-gen-bellrock bellrock_sdk bellrock_route)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/include/bellrock TYPE INCLUDE)
# Generated headers of our own contracts; those of examples and tests lie beside them and stay here.
install(DIRECTORY ${CMAKE_BINARY_DIR}/proto/bellrock ${CMAKE_BINARY_DIR}/proto/google TYPE INCLUDE
  FILES_MATCHING PATTERN "*.h" PATTERN "sample" EXCLUDE)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/proto/ DESTINATION ${CMAKE_INSTALL_DATADIR}/bellrock/proto
  FILES_MATCHING PATTERN "*.proto")
install(FILES ${CMAKE_BINARY_DIR}/install/BellrockConfig.cmake ${CMAKE_BINARY_DIR}/BellrockConfigVersion.cmake
  ${sdk_files}/BellrockPlugin.cmake ${sdk_files}/start.in ${sdk_files}/stop.in DESTINATION ${sdk_package})
