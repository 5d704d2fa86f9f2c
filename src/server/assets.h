// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

namespace bellrock::server {

// A file of the console, compiled in. Lives as long as the program.
struct Asset {
  std::string_view path;  // "/index.html"
  std::string_view content;
};

// Empty when the program was built without the console.
std::span<const Asset> ConsoleAssets();

}  // namespace bellrock::server
