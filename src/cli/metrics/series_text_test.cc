// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/metrics/series_text.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace bellrock::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

void AddLine(std::vector<std::string> key, uint64_t calls, double mean, uint32_t most,
             metrics::v1::FiguresReply& reply) {
  auto& line = *reply.add_lines();
  line.mutable_key()->Assign(key.begin(), key.end());
  line.mutable_total()->set_calls(calls);
  line.mutable_total()->set_calls_per_second(static_cast<double>(calls) / 60);
  line.mutable_total()->set_mean_us(mean);
  line.mutable_total()->set_max_us(most);
  line.mutable_total()->add_quantiles_us(most);
}

// The words of the line that begins with these.
std::string LineOf(const std::string& text, const std::string& begin) {
  const size_t at = text.find("\n" + begin);
  if (at == std::string::npos) return "";
  return text.substr(at + 1, text.find('\n', at + 1) - at - 1);
}

TEST(SeriesTextTest, AHostHasOneLineOfAllItsFigures) {
  metrics::v1::FiguresReply reply;
  AddLine({"host:sz", "sz-1", "cpu_permille"}, 60, 253, 900, reply);
  AddLine({"host:sz", "sz-1", "network_receive_bytes"}, 60'000'000, 0, 0, reply);
  AddLine({"host:bj", "bj-1", "load1_milli"}, 60, 1500, 2000, reply);
  const std::string text = HostsText(reply);
  EXPECT_THAT(LineOf(text, "sz"), MatchesRegex("sz +sz-1 +25.3 % +- .* 1.0 MB .*"));
  EXPECT_THAT(LineOf(text, "bj"), MatchesRegex("bj +bj-1 +- +1.50 .*"));
  EXPECT_THAT(HostsText({}), HasSubstr("agent"));
}

TEST(SeriesTextTest, CustomMetricsAreSummedOverWhatIsNotNamed) {
  metrics::v1::FiguresReply reply;
  reply.add_quantiles(990'000);
  AddLine({"custom:a/b", "logins", "COUNTER", "level=28,vip=yes"}, 60, 0, 0, reply);
  AddLine({"custom:a/b", "logins", "COUNTER", "level=28,vip=no"}, 30, 0, 0, reply);
  AddLine({"custom:a/b", "logins", "COUNTER", "level=1,vip=no"}, 30, 0, 0, reply);
  AddLine({"custom:a/b", "bytes", "CARD", ""}, 10, 55, 99, reply);
  AddLine({"custom:a/b", "depth", "GAUGE", ""}, 60, 7, 9, reply);
  std::string text = CustomText(reply, {});
  EXPECT_THAT(LineOf(text, "a/b      logins"), MatchesRegex("a/b +logins +counter +120 +2.0 .*"));
  EXPECT_THAT(LineOf(text, "a/b      bytes"), MatchesRegex("a/b +bytes +card +10 .* 55.0 +99 +99"));
  EXPECT_THAT(LineOf(text, "a/b      depth"), MatchesRegex("a/b +depth +gauge +- +- +7.0 +- +9"));
  text = CustomText(reply, {"level"});
  EXPECT_THAT(text, HasSubstr("LEVEL"));
  EXPECT_THAT(text, HasSubstr(" 90 "));
  EXPECT_THAT(text, Not(HasSubstr("120")));
}

TEST(SeriesTextTest, PercentilesOfASumAreLeftOut) {
  metrics::v1::FiguresReply reply;
  reply.add_quantiles(990'000);
  AddLine({"custom:a/b", "bytes", "CARD", "of=x"}, 10, 50, 777, reply);
  AddLine({"custom:a/b", "bytes", "CARD", "of=y"}, 30, 10, 20, reply);
  const std::string text = CustomText(reply, {});
  EXPECT_THAT(LineOf(text, "a/b"), MatchesRegex("a/b +bytes +card +40 .* 20.0 +- +777"));
}

}  // namespace
}  // namespace bellrock::cli
