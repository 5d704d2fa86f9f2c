// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// Encodings and signatures that receivers of alarms ask for. Pure.
namespace bellrock::metrics::alarm {

std::string Base64(std::string_view bytes);
std::string HmacSha256(std::string_view key, std::string_view text);
// Of a query's value: all but letters, digits and "-._~" as %XX.
std::string UrlEncode(std::string_view text);

// A robot's URL with "timestamp" and "sign" (custom robots, "additional signature"); as it is
// without a secret.
std::string SignDingtalkUrl(const std::string& url, const std::string& secret, int64_t unix_ms);
// The field "sign" of a message of Feishu's and Lark's custom bots.
std::string FeishuSignature(const std::string& secret, int64_t unix_seconds);

}  // namespace bellrock::metrics::alarm
