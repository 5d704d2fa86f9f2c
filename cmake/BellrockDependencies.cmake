# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
# Every outside library, once. Why each is here: docs/dependencies.md.
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS context headers)
find_package(OpenSSL 3.0 REQUIRED)
find_package(Protobuf REQUIRED)
find_package(spdlog CONFIG REQUIRED)
find_package(fmt CONFIG REQUIRED)
find_package(CLI11 CONFIG REQUIRED)
find_package(nlohmann_json CONFIG REQUIRED)
find_package(ZLIB REQUIRED)
find_package(GTest CONFIG REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(RocksDB CONFIG REQUIRED)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(LZ4 REQUIRED IMPORTED_TARGET liblz4)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(RE2 REQUIRED IMPORTED_TARGET re2)
pkg_check_modules(GPERFTOOLS IMPORTED_TARGET libtcmalloc)
# The peer of ./run bench rpc; without it the rest is built. Its own CMake files want packages it does not depend on.
pkg_check_modules(GRPC IMPORTED_TARGET grpc++)
find_program(GRPC_CPP_PLUGIN grpc_cpp_plugin)
pkg_check_modules(NGHTTP2 REQUIRED IMPORTED_TARGET libnghttp2)
