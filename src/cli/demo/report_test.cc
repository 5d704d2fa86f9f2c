// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/demo/report.h"

#include <gtest/gtest.h>

namespace bellrock::cli::demo {
namespace {

LoadLine Line(int64_t unix_ms, int64_t failed, int64_t last_failure, int64_t us) {
  LoadLine line;
  line.unix_ms = unix_ms;
  line.calls = 100;
  line.failed = failed;
  line.last_failure_unix_ms = last_failure;
  line.latency_us[us] = 100;
  return line;
}

TEST(DemoReport, ReadsALoadLine) {
  Result<LoadLine> line =
      LoadLine::Parse(R"({"unix_ms":7,"calls":3,"failed":1,"last_failure_unix_ms":6,)"
                      R"("latency_us":[[10,2],[20,1]],"last_error":"x"})");
  ASSERT_TRUE(line.ok()) << line.status().ToString();
  EXPECT_EQ(line->calls, 3);
  EXPECT_EQ(line->latency_us.at(10), 2);
  EXPECT_FALSE(LoadLine::Parse("nonsense").ok());
}

TEST(DemoReport, TellsTheTimeFromTheFaultToTheLastFailureAndThePhases) {
  Report report;
  report.Add(Line(1000, 0, 0, 10));
  report.OnFault(1500);
  report.Add(Line(2000, 7, 1900, 50));
  report.Add(Line(9000, 0, 0, 20));
  EXPECT_EQ(report.ToJson(),
            R"({"calls":300,"failed":7,"failed_after_fault":7,"seconds_to_last_failure":0.4,)"
            R"("p99_us":{"before":10,"during":50,"after":20}})");
}

TEST(DemoReport, HasNoFiguresOfAFaultThatDidNotHappen) {
  Report report;
  report.Add(Line(1000, 0, 0, 10));
  EXPECT_EQ(report.ToJson(),
            R"({"calls":100,"failed":0,"failed_after_fault":null,"seconds_to_last_failure":null,)"
            R"("p99_us":{"before":10,"during":null,"after":null}})");
}

TEST(DemoReport, PercentilesAreNearestRank) {
  EXPECT_EQ(PercentileUs({{1, 98}, {5, 1}, {9, 1}}, 0.99), 5);
  EXPECT_EQ(PercentileUs({{1, 1}}, 0.99), 1);
  EXPECT_EQ(PercentileUs({}, 0.5), 0);
}

}  // namespace
}  // namespace bellrock::cli::demo
