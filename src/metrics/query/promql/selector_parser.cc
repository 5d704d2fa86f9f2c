// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/promql/selector_parser.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/ascii.h"
#include "metrics/query/promql/labels.h"

namespace bellrock::metrics::query::promql {
namespace {

constexpr std::string_view kMatching = "label matching";

Result<Match::How> ReadHow(TokenReader& reader) {
  if (reader.TakeSymbol("=")) return Match::How::kEqual;
  if (reader.TakeSymbol("!=")) return Match::How::kNotEqual;
  if (reader.TakeSymbol("=~")) return Match::How::kRegex;
  if (reader.TakeSymbol("!~")) return Match::How::kNotRegex;
  return reader.Unexpected(kMatching, "=, !=, =~ or !~");
}

Result<LabelMatch> ReadMatch(TokenReader& reader) {
  if (reader.peek().kind != Token::Kind::kName ||
      reader.peek().text.find(':') != std::string::npos) {
    return reader.Unexpected(kMatching, "the name of a label or \"}\"");
  }
  const std::string label = reader.Take().text;
  BELLROCK_ASSIGN(const Match::How how, ReadHow(reader));
  if (reader.peek().kind != Token::Kind::kString) {
    return reader.Unexpected(kMatching, "a string in quotes");
  }
  const Token value = reader.Take();
  auto matcher = ValueMatcher::Make(how, value.text);
  if (!matcher.ok()) return reader.ErrorAt(value.position, matcher.status().message());
  return LabelMatch{label, std::move(*matcher)};
}

Status ReadMatches(TokenReader& reader, std::vector<LabelMatch>& matches) {
  while (!reader.TakeSymbol("}")) {
    BELLROCK_ASSIGN(LabelMatch match, ReadMatch(reader));
    matches.push_back(std::move(match));
    if (!reader.IsSymbol(",") && !reader.IsSymbol("}")) {
      return reader.Unexpected(kMatching, "\",\" or \"}\"");
    }
    reader.TakeSymbol(",");
  }
  return Status::Ok();
}

std::optional<double> Octal(std::string_view text) {
  if (text.size() < 2 || text[0] != '0') return std::nullopt;
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 8);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return static_cast<double>(value);
}

}  // namespace

Result<SelectorNode> ReadSelector(TokenReader& reader) {
  SelectorNode selector;
  const size_t position = reader.peek().position;
  bool named = false;
  if (reader.peek().kind == Token::Kind::kName) {
    BELLROCK_ASSIGN(ValueMatcher name, ValueMatcher::Make(Match::How::kEqual, reader.Take().text));
    selector.matches.push_back({std::string(kNameLabel), std::move(name)});
    named = true;
  }
  if (reader.TakeSymbol("{")) BELLROCK_TRY(ReadMatches(reader, selector.matches));
  const auto names = [](const LabelMatch& match) { return match.label == kNameLabel; };
  if (named && std::count_if(selector.matches.begin(), selector.matches.end(), names) > 1) {
    return reader.ErrorAt(position,
                          "metric name must not be set twice; leave out the name or __name__");
  }
  const auto refuses = [](const LabelMatch& match) { return !match.matcher.Matches(""); };
  if (!std::any_of(selector.matches.begin(), selector.matches.end(), refuses)) {
    return reader.ErrorAt(position,
                          "vector selector must contain at least one non-empty matcher; give it a "
                          "name or a label with a value");
  }
  return selector;
}

Result<std::vector<std::string>> ReadLabelList(TokenReader& reader, std::string_view where) {
  BELLROCK_TRY(reader.Expect("(", where));
  std::vector<std::string> labels;
  while (!reader.TakeSymbol(")")) {
    if (reader.peek().kind != Token::Kind::kName ||
        reader.peek().text.find(':') != std::string::npos) {
      return reader.Unexpected(where, "the name of a label");
    }
    labels.push_back(reader.Take().text);
    if (!reader.IsSymbol(",") && !reader.IsSymbol(")")) {
      return reader.Unexpected(where, "\",\" or \")\"");
    }
    reader.TakeSymbol(",");
  }
  return labels;
}

Result<int64_t> ReadDurationMs(TokenReader& reader, std::string_view where) {
  if (reader.peek().kind != Token::Kind::kDuration) {
    return reader.Unexpected(where, "a duration such as 5m");
  }
  const Token token = reader.Take();
  BELLROCK_ASSIGN(const int64_t duration_ms, ParseDurationMs(token.text));
  if (duration_ms > 0) return duration_ms;
  return reader.ErrorAt(token.position, "duration must be greater than 0");
}

Status ReadOffset(TokenReader& reader, TimeShift& shift) {
  if (shift.has_offset) {
    return reader.ErrorAt(reader.peek().position, "offset may not be set multiple times");
  }
  const bool negative = reader.TakeSymbol("-");
  BELLROCK_ASSIGN(const int64_t offset_ms, ReadDurationMs(reader, "offset"));
  shift.offset_ms = negative ? -offset_ms : offset_ms;
  shift.has_offset = true;
  return Status::Ok();
}

Status ReadAt(TokenReader& reader, TimeShift& shift) {
  const size_t position = reader.peek().position;
  if (shift.at != TimeShift::At::kStep) {
    return reader.ErrorAt(position, "@ <timestamp> may not be set multiple times");
  }
  for (const auto& [word, at] :
       {std::pair{"start", TimeShift::At::kStart}, std::pair{"end", TimeShift::At::kEnd}}) {
    if (!reader.TakeWord(word)) continue;
    shift.at = at;
    BELLROCK_TRY(reader.Expect("(", "@ modifier"));
    return reader.Expect(")", "@ modifier");
  }
  const bool negative = reader.TakeSymbol("-");
  if (!negative) reader.TakeSymbol("+");
  const bool word = reader.IsWord("inf") || reader.IsWord("nan");
  if (reader.peek().kind != Token::Kind::kNumber && !word) {
    return reader.Unexpected("@", "unix seconds, start() or end()");
  }
  const double seconds = NumberOf(reader.Take().text);
  constexpr double kSecondsMax = 1e12;
  if (!(std::abs(seconds) < kSecondsMax)) {
    return reader.ErrorAt(position, "timestamp out of bounds for @ modifier; write unix seconds");
  }
  shift.at = TimeShift::At::kTime;
  shift.at_ms = std::llround((negative ? -seconds : seconds) * 1000);
  return Status::Ok();
}

double NumberOf(std::string_view text) {
  if (EqualIgnoringCase(text, "inf")) return std::numeric_limits<double>::infinity();
  if (EqualIgnoringCase(text, "nan")) return std::numeric_limits<double>::quiet_NaN();
  if (text.starts_with("0x") || text.starts_with("0X")) {
    uint64_t value = 0;
    std::from_chars(text.data() + 2, text.data() + text.size(), value, 16);
    return static_cast<double>(value);
  }
  if (const auto octal = Octal(text)) return *octal;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range) return std::numeric_limits<double>::infinity();
  return value;
}

}  // namespace bellrock::metrics::query::promql
