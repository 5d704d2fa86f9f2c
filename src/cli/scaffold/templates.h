// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

namespace bellrock::cli {

// The files of templates/, compiled in: the name without ".in", and the text with {{words}} to fill
// in.
struct Template {
  std::string_view name;
  std::string_view text;
};
std::span<const Template> ScaffoldTemplates();

}  // namespace bellrock::cli
