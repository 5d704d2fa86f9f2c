// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "bellrock/service.h"
#include "bellrock/status.h"

// What holds for settings of every subject. Pure.
namespace bellrock::settings {

inline constexpr size_t kSettingsBytesMax = size_t{31} << 10;  // of one name, as they are kept

// "line/service", as in music/storage.
bool IsServiceName(std::string_view name);
// kInvalidArgument: who changes settings says who and why.
Status CheckReason(const std::string& who_and_why);
// Maps in the order of their keys: the same settings are the same bytes.
std::string BytesOf(const Message& settings);

}  // namespace bellrock::settings
