// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// What a card is about. Metrics that are no calls go the way of calls, as cards whose callee has a
// prefix: "host:SITE", "process:LINE/SERVICE", "custom:LINE/SERVICE". Their method is the metric's
// name with its unit ("rss_kib"), their callee_host the host or the instance, their caller the
// attributes ("level=28,vip=yes"), their result one of the kinds of figure below. Whoever lists
// services, or sums over all of them, leaves them out.
namespace bellrock::metrics {

enum class SeriesKind : uint8_t { kService, kHost, kProcess, kCustom };

SeriesKind SeriesKindOf(std::string_view callee);
inline bool IsService(std::string_view callee) {
  return SeriesKindOf(callee) == SeriesKind::kService;
}
// "host:"; "" of a service.
std::string_view PrefixOf(SeriesKind kind);
// "host:sz" for (kHost, "sz").
std::string SeriesCallee(SeriesKind kind, std::string_view name);
// "sz" of "host:sz"; a service's own name.
std::string_view WithoutPrefix(std::string_view callee);

// A regular expression that all callees match which are no services.
inline constexpr char kNoServicePattern[] = "(host|process|custom):.*";

// A result of those cards says what their buckets mean.
inline constexpr char kResultCounter[] = "COUNTER";  // {0, n}: n were counted
inline constexpr char kResultGauge[] = "GAUGE";      // {value, n}: n samples had the value
inline constexpr char kResultCard[] = "CARD";        // {value, n}: the value occurred n times

// The site of a host that was not told where it is.
inline constexpr char kSiteUnknown[] = "local";

}  // namespace bellrock::metrics
