// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/series_kind.h"
#include "metrics/tally.h"

namespace bellrock::metrics {
namespace {

using Key = std::vector<std::string>;

constexpr std::string_view kGroupNames[] = {"caller", "callee", "method", "instance", "code"};
constexpr std::string_view kOrderNames[] = {"calls", "failures", "success_rate", "tp99_us"};
constexpr int kNoGroup = -1;

template <size_t N>
Status CheckOneOf(std::string_view field, std::string_view value,
                  const std::string_view (&allowed)[N], size_t allowed_count = N) {
  const auto end = allowed + allowed_count;
  if (std::find(allowed, end, value) != end) return Status::Ok();
  return InvalidArgumentError(fmt::format("{}: \"{}\" is unknown; use one of {}", field, value,
                                          fmt::join(allowed, end, ", ")));
}

Result<int> InRange(std::string_view field, int value, int max, int fallback) {
  if (value == 0) return fallback;
  if (value > 0 && value <= max) return value;
  return InvalidArgumentError(
      fmt::format("{}: {} is out of range; use 1..{}, or 0 for {}", field, value, max, fallback));
}

bool Matches(const v1::Filter& filter, const Dimensions& dimensions) {
  // Services only, unless something else is asked for by name.
  return (IsService(dimensions.callee) || filter.callee() == dimensions.callee) &&
         (filter.caller().empty() || filter.caller() == dimensions.caller) &&
         (filter.callee().empty() || filter.callee() == dimensions.callee) &&
         (filter.method().empty() || filter.method() == dimensions.method) &&
         (filter.instance().empty() || filter.instance() == dimensions.instance);
}

std::string ValueOf(const Dimensions& dimensions, std::string_view name) {
  if (name == "caller") return dimensions.caller;
  if (name == "callee") return dimensions.callee;
  if (name == "method") return dimensions.method;
  if (name == "instance") return dimensions.instance;
  return std::string(StatusCodeName(StatusCodeFromNumber(static_cast<uint32_t>(dimensions.code))));
}

// Which group each dimension set of the window falls into.
class Groups {
 public:
  Groups(const SetDictionary& sets, const v1::Filter& filter, const Key& group_by)
      : group_of_(sets.end(), kNoGroup), failed_(sets.end(), false) {
    std::map<Key, int> numbers;
    for (uint32_t set = 0; set < sets.end(); ++set) {
      const Dimensions* dimensions = sets.at(set);
      if (dimensions == nullptr || !Matches(filter, *dimensions)) continue;
      Key key;
      for (const std::string& name : group_by) key.push_back(ValueOf(*dimensions, name));
      auto [found, fresh] = numbers.try_emplace(key, static_cast<int>(keys_.size()));
      if (fresh) keys_.push_back(key);
      group_of_[set] = found->second;
      failed_[set] = dimensions->code != 0;
    }
  }

  int of(uint32_t set) const { return group_of_[set]; }
  bool failed(uint32_t set) const { return failed_[set]; }
  size_t size() const { return keys_.size(); }
  const Key& key(size_t group) const { return keys_[group]; }

 private:
  std::vector<int> group_of_;
  std::vector<bool> failed_;
  std::vector<Key> keys_;
};

// Calls, failures and the cards of one group, over one second or a whole window.
struct Sum {
  size_t group = 0;
  uint64_t calls = 0;
  uint64_t failures = 0;
  std::vector<const Card*> cards;

  void Add(const Card& card, bool failed) {
    calls += card.calls();
    if (failed) failures += card.calls();
    cards.push_back(&card);
  }
  double success_rate() const {
    return calls == 0 ? 1.0 : static_cast<double>(calls - failures) / static_cast<double>(calls);
  }
};

std::vector<Sum> SumsOf(const Window& window, const Groups& groups, int64_t first, int64_t last) {
  std::vector<Sum> sums(groups.size());
  for (size_t group = 0; group < sums.size(); ++group) sums[group].group = group;
  for (int64_t second = first; second <= last; ++second) {
    for (const auto& [set, card] : window.at(second)) {
      if (const int group = groups.of(set); group != kNoGroup) {
        sums[static_cast<size_t>(group)].Add(card, groups.failed(set));
      }
    }
  }
  return sums;
}

// Point and Row name their percentiles alike.
template <typename Message>
void SetPercentiles(const Sum& sum, Tally& tally, Message& to) {
  tally.Clear();
  for (const Card* card : sum.cards) tally.Add(*card);
  to.set_tp50_us(tally.PercentileUs(Quantile::kTp50));
  to.set_tp99_us(tally.PercentileUs(Quantile::kTp99));
  to.set_tp999_us(tally.PercentileUs(Quantile::kTp999));
  to.set_tp9999_us(tally.PercentileUs(Quantile::kTp9999));
}

// The groups with calls, the most called first, at most 20; all of them when nothing is split.
std::vector<int> ChooseLines(const Window& window, const Groups& groups, int64_t first,
                             int64_t last) {
  std::vector<Sum> sums = SumsOf(window, groups, first, last);
  std::erase_if(sums, [](const Sum& sum) { return sum.calls == 0; });
  std::sort(sums.begin(), sums.end(), [&groups](const Sum& a, const Sum& b) {
    return a.calls != b.calls ? a.calls > b.calls : groups.key(a.group) < groups.key(b.group);
  });
  if (sums.size() > kSeriesLinesMax) sums.resize(kSeriesLinesMax);
  std::vector<int> line_of(groups.size(), kNoGroup);
  for (size_t line = 0; line < sums.size(); ++line)
    line_of[sums[line].group] = static_cast<int>(line);
  return line_of;
}

void AddSecond(int64_t second, const std::vector<Sum>& sums, const std::vector<int>& line_of,
               Tally& tally, v1::SeriesReply& reply) {
  for (const Sum& sum : sums) {
    const int line = line_of[sum.group];
    if (line == kNoGroup) continue;
    v1::Point& point = *reply.mutable_lines(line)->add_points();
    point.set_second(second);
    point.set_calls(static_cast<int64_t>(sum.calls));
    point.set_failures(static_cast<int64_t>(sum.failures));
    if (sum.calls == 0) continue;
    SetPercentiles(sum, tally, point);
    point.set_max_us(tally.max_us());
  }
}

void AddEmptyLine(int64_t first, int64_t last, v1::SeriesReply& reply) {
  v1::SeriesReply::Line& line = *reply.add_lines();
  for (int64_t second = first; second <= last; ++second) line.add_points()->set_second(second);
}

// A row of the reply before it is written; tp99 only where the order asks for it.
bool RowBefore(std::string_view order_by, const Sum& a, uint32_t tp99_a, const Sum& b,
               uint32_t tp99_b, const Groups& groups) {
  if (order_by == "failures" && a.failures != b.failures) return a.failures > b.failures;
  if (order_by == "success_rate" && a.success_rate() != b.success_rate()) {
    return a.success_rate() < b.success_rate();
  }
  if (order_by == "tp99_us" && tp99_a != tp99_b) return tp99_a > tp99_b;
  if (a.calls != b.calls) return a.calls > b.calls;
  return groups.key(a.group) < groups.key(b.group);
}

std::vector<Sum> OrderedRows(std::vector<Sum> sums, std::string_view order_by, size_t limit,
                             const Groups& groups, Tally& tally) {
  std::erase_if(sums, [](const Sum& sum) { return sum.calls == 0; });
  std::vector<uint32_t> tp99(groups.size(), 0);
  for (const Sum& sum : sums) {
    if (order_by != "tp99_us") break;
    tally.Clear();
    for (const Card* card : sum.cards) tally.Add(*card);
    tp99[sum.group] = tally.PercentileUs(Quantile::kTp99);
  }
  std::sort(sums.begin(), sums.end(), [&](const Sum& a, const Sum& b) {
    return RowBefore(order_by, a, tp99[a.group], b, tp99[b.group], groups);
  });
  if (sums.size() > limit) sums.resize(limit);
  return sums;
}

Result<Key> CheckGroupBy(const v1::TableRequest& request) {
  Key group_by(request.group_by().begin(), request.group_by().end());
  if (group_by.empty() || group_by.size() > 2) {
    return InvalidArgumentError(fmt::format("group_by: {} values; give one or two of {}",
                                            group_by.size(), fmt::join(kGroupNames, ", ")));
  }
  for (const std::string& name : group_by) {
    BELLROCK_TRY(CheckOneOf("group_by", name, kGroupNames));
  }
  if (group_by.size() == 2 && group_by[0] == group_by[1]) {
    return InvalidArgumentError(
        fmt::format("group_by: \"{}\" twice; give two different ones", group_by[0]));
  }
  return group_by;
}

}  // namespace

Result<v1::SeriesReply> Series(const Window& window, const v1::SeriesRequest& request) {
  BELLROCK_ASSIGN(const int seconds,
                  InRange("seconds", request.seconds(), kWindowSeconds, kSeriesSecondsDefault));
  Key split_by;
  if (!request.split_by().empty()) {
    constexpr size_t kNotCode = std::size(kGroupNames) - 1;
    BELLROCK_TRY(CheckOneOf("split_by", request.split_by(), kGroupNames, kNotCode));
    split_by.push_back(request.split_by());
  }
  const int64_t last = window.now_second();
  const int64_t first = last - seconds + 1;
  v1::SeriesReply reply;
  reply.set_now_second(last);
  const Groups groups(window.sets(), request.filter(), split_by);
  const std::vector<int> line_of = ChooseLines(window, groups, first, last);
  for (size_t group = 0; group < line_of.size(); ++group) {
    if (line_of[group] == kNoGroup) continue;
    while (reply.lines_size() <= line_of[group]) reply.add_lines();
    if (!split_by.empty()) reply.mutable_lines(line_of[group])->set_key(groups.key(group)[0]);
  }
  if (reply.lines_size() == 0 && split_by.empty()) {
    AddEmptyLine(first, last, reply);
    return reply;
  }
  Tally tally;
  for (int64_t second = first; second <= last; ++second) {
    AddSecond(second, SumsOf(window, groups, second, second), line_of, tally, reply);
  }
  return reply;
}

Result<v1::TableReply> Table(const Window& window, const v1::TableRequest& request) {
  BELLROCK_ASSIGN(const int seconds,
                  InRange("seconds", request.seconds(), kWindowSeconds, kTableSecondsDefault));
  BELLROCK_ASSIGN(const int limit,
                  InRange("limit", request.limit(), kTableRowsMax, kTableRowsDefault));
  BELLROCK_ASSIGN(const Key group_by, CheckGroupBy(request));
  const std::string order_by = request.order_by().empty() ? "calls" : request.order_by();
  BELLROCK_TRY(CheckOneOf("order_by", order_by, kOrderNames));
  const int64_t last = window.now_second();
  v1::TableReply reply;
  reply.set_now_second(last);
  const Groups groups(window.sets(), request.filter(), group_by);
  Tally tally;
  for (const Sum& sum : OrderedRows(SumsOf(window, groups, last - seconds + 1, last), order_by,
                                    static_cast<size_t>(limit), groups, tally)) {
    v1::TableReply::Row& row = *reply.add_rows();
    for (const std::string& value : groups.key(sum.group)) row.add_key(value);
    row.set_calls(static_cast<int64_t>(sum.calls));
    row.set_failures(static_cast<int64_t>(sum.failures));
    row.set_success_rate(sum.success_rate());
    row.set_calls_per_second(static_cast<double>(sum.calls) / seconds);
    SetPercentiles(sum, tally, row);
  }
  return reply;
}

}  // namespace bellrock::metrics
