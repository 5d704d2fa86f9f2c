// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "base/exposition.h"

#include <gtest/gtest.h>

namespace bellrock {
namespace {

std::string Sample(Exposition::Format format) {
  Exposition out(format);
  out.Counter("calls", "Calls\nserved.");
  out.Add({{"method", "a\"b\\c\nd"}, {"code", "OK"}}, uint64_t{18446744073709551615u});
  out.Gauge("up", "Up.");
  out.Add({}, 0.25);
  out.Histogram("latency_seconds", "Latency.");
  out.AddHistogram({{"method", "m"}}, {0.001, 1}, {2, 0, 1}, 60.5);
  return out.Finish();
}

TEST(Exposition, WritesPrometheusText) {
  EXPECT_EQ(Sample(Exposition::Format::kPrometheus),
            "# HELP calls_total Calls\\nserved.\n"
            "# TYPE calls_total counter\n"
            "calls_total{method=\"a\\\"b\\\\c\\nd\",code=\"OK\"} 18446744073709551615\n"
            "# HELP up Up.\n"
            "# TYPE up gauge\n"
            "up 0.25\n"
            "# HELP latency_seconds Latency.\n"
            "# TYPE latency_seconds histogram\n"
            "latency_seconds_bucket{method=\"m\",le=\"0.001\"} 2\n"
            "latency_seconds_bucket{method=\"m\",le=\"1.0\"} 2\n"
            "latency_seconds_bucket{method=\"m\",le=\"+Inf\"} 3\n"
            "latency_seconds_count{method=\"m\"} 3\n"
            "latency_seconds_sum{method=\"m\"} 60.5\n");
}

TEST(Exposition, OpenMetricsNamesFamiliesOfCountersWithoutSuffixAndEndsWithAWord) {
  const std::string text = Sample(Exposition::Format::kOpenMetrics);
  EXPECT_NE(text.find("# TYPE calls counter\ncalls_total{"), std::string::npos) << text;
  EXPECT_TRUE(text.ends_with("# EOF\n")) << text;
}

TEST(Exposition, GivesWhatIsAskedFor) {
  using Format = Exposition::Format;
  EXPECT_EQ(Exposition::FormatFor("application/openmetrics-text;version=1.0.0,*/*;q=0.1"),
            Format::kOpenMetrics);
  EXPECT_EQ(Exposition::FormatFor("text/plain;version=0.0.4"), Format::kPrometheus);
  EXPECT_EQ(Exposition::FormatFor(""), Format::kPrometheus);
}

}  // namespace
}  // namespace bellrock
