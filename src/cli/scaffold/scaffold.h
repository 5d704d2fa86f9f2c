// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bellrock/status.h"

namespace bellrock::cli {

// How a service is called in the places where names have different alphabets. For
// "music/price-list":
struct ServiceNames {
  std::string line;          // music
  std::string service;       // price-list
  std::string line_word;     // music: in packages, namespaces and file names
  std::string service_word;  // price_list
  std::string class_name;    // PriceList

  // kInvalidArgument names the part, what is wrong with it and what is allowed.
  static Result<ServiceNames> Parse(std::string_view text);
};

struct ScaffoldFile {
  std::string path;  // below the new directory
  std::string text;
};

// The files of a new plug-in service (MSEC-072). Pure.
std::vector<ScaffoldFile> Scaffold(const ServiceNames& names);

}  // namespace bellrock::cli
