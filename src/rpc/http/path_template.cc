// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/http/path_template.h"

#include <fmt/format.h>

#include <algorithm>

#include "rpc/http/url.h"

namespace bellrock::rpc {
namespace {

constexpr size_t kTemplateBytesMax = 2048;
// What ends a literal inside a template.
constexpr std::string_view kSpecial = "/{}=*:";

bool IsIdentifier(std::string_view text) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  if (text.empty() || !letter(text.front())) return false;
  return std::all_of(text.begin(), text.end(),
                     [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

bool IsFieldPath(std::string_view text) {
  for (;;) {
    const size_t dot = text.find('.');
    if (!IsIdentifier(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

// Template   = "/" Segments [ ":" literal ]
// Segments   = Segment { "/" Segment }
// Segment    = "*" | "**" | literal | "{" field path [ "=" Segments ] "}"
class TemplateParser {
 public:
  explicit TemplateParser(std::string_view text) : text_(text) { result_.text = text; }

  Result<PathTemplate> Parse() {
    if (text_.size() > kTemplateBytesMax) {
      return InvalidArgumentError(
          fmt::format("path template of {} bytes: at most {}", text_.size(), kTemplateBytesMax));
    }
    if (!Take('/')) return Error("must begin with '/'");
    BELLROCK_TRY(Segments(/*inside=*/false));
    if (Take(':')) {
      result_.verb = Literal();
      if (result_.verb.empty()) return Error("has no verb after ':'");
    }
    if (at_ != text_.size()) return Error("should end here; write '/' between segments");
    BELLROCK_TRY(CheckWhole());
    return std::move(result_);
  }

 private:
  bool Take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  std::string Literal() {
    const size_t end = std::min(text_.find_first_of(kSpecial, at_), text_.size());
    std::string literal(text_.substr(at_, end - at_));
    at_ = end;
    return literal;
  }

  Status Segments(bool inside) {
    do {
      BELLROCK_TRY(Segment(inside));
    } while (Take('/'));
    return Status::Ok();
  }

  Status Segment(bool inside) {
    if (result_.segments.size() >= kPathSegmentsMax) {
      return Error(fmt::format("has more than {} segments", kPathSegmentsMax));
    }
    if (Take('*')) {
      const auto kind = Take('*') ? PathSegment::Kind::kMany : PathSegment::Kind::kOne;
      result_.segments.push_back({kind});
      return Status::Ok();
    }
    if (Take('{')) {
      return inside ? Error("has a variable inside a variable; name one field only") : Variable();
    }
    std::string literal = Literal();
    if (literal.empty()) return Error("has an empty segment; write a name, *, ** or {field}");
    BELLROCK_ASSIGN(literal, DecodePath(literal, false));
    result_.segments.push_back({PathSegment::Kind::kLiteral, std::move(literal)});
    return Status::Ok();
  }

  Status Variable() {
    PathVariable variable{.field = Literal(), .first = result_.segments.size()};
    if (!IsFieldPath(variable.field)) {
      return Error("names no field; write {field}, {outer.field} or {field=shelves/*}");
    }
    if (Take('=')) {
      BELLROCK_TRY(Segments(/*inside=*/true));
    } else {
      result_.segments.push_back({PathSegment::Kind::kOne});
    }
    if (!Take('}')) return Error("has a variable without its '}'");
    variable.count = result_.segments.size() - variable.first;
    result_.variables.push_back(std::move(variable));
    return Status::Ok();
  }

  Status CheckWhole() const {
    for (size_t i = 0; i + 1 < result_.segments.size(); ++i) {
      if (result_.segments[i].kind == PathSegment::Kind::kMany) {
        return Error("has something behind **; ** must be the last segment");
      }
    }
    for (size_t i = 0; i < result_.variables.size(); ++i) {
      for (size_t k = 0; k < i; ++k) {
        if (result_.variables[i].field != result_.variables[k].field) continue;
        return Error(fmt::format("binds field {} twice", result_.variables[i].field));
      }
    }
    return Status::Ok();
  }

  Status Error(std::string_view what) const {
    return InvalidArgumentError(
        fmt::format("path template \"{}\" at byte {}: {}", text_, at_, what));
  }

  const std::string_view text_;
  size_t at_ = 0;
  PathTemplate result_;
};

std::string Joined(const std::vector<std::string_view>& segments, size_t first, size_t last) {
  std::string joined;
  for (size_t i = first; i < last; ++i) {
    if (i > first) joined += '/';
    joined += segments[i];
  }
  return joined;
}

}  // namespace

std::string PathTemplate::Shape() const {
  std::string shape;
  for (const PathSegment& segment : segments) {
    shape += '/';
    if (segment.kind == PathSegment::Kind::kLiteral) shape += segment.literal;
    if (segment.kind == PathSegment::Kind::kOne) shape += '*';
    if (segment.kind == PathSegment::Kind::kMany) shape += "**";
  }
  return verb.empty() ? shape : shape + ":" + verb;
}

Result<PathTemplate> ParsePathTemplate(std::string_view text) {
  return TemplateParser(text).Parse();
}

std::vector<std::string_view> SplitPath(std::string_view raw_path) {
  std::vector<std::string_view> segments;
  if (!raw_path.starts_with('/')) return segments;
  while (!raw_path.empty()) {
    raw_path.remove_prefix(1);
    if (segments.size() >= kPathSegmentsMax) return {};
    const size_t end = std::min(raw_path.find('/'), raw_path.size());
    segments.push_back(raw_path.substr(0, end));
    raw_path.remove_prefix(end);
  }
  return segments;
}

Result<std::vector<std::string>> CaptureVariables(const PathTemplate& path,
                                                  const std::vector<std::string_view>& segments) {
  std::vector<std::string> values;
  values.reserve(path.variables.size());
  for (const PathVariable& variable : path.variables) {
    const PathSegment::Kind last = path.segments[variable.first + variable.count - 1].kind;
    const bool open = last == PathSegment::Kind::kMany;
    const bool single = variable.count == 1 && !open;
    const size_t end = open ? segments.size() : variable.first + variable.count;
    BELLROCK_ASSIGN(std::string value, DecodePath(Joined(segments, variable.first, end), !single));
    values.push_back(std::move(value));
  }
  return values;
}

}  // namespace bellrock::rpc
