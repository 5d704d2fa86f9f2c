// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/scaffold/scaffold.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "base/check.h"
#include "cli/scaffold/templates.h"

namespace bellrock::cli {
namespace {

constexpr size_t kNameBytesMax = 63;

// A name becomes a namespace; these cannot be one, sorted.
constexpr std::string_view kCxxWords[] = {
    "alignas",   "alignof",   "and",       "asm",      "auto",     "bitand",    "bitor",
    "bool",      "break",     "case",      "catch",    "char",     "class",     "co_await",
    "co_return", "co_yield",  "compl",     "concept",  "const",    "consteval", "constexpr",
    "constinit", "continue",  "decltype",  "default",  "delete",   "do",        "double",
    "else",      "enum",      "explicit",  "export",   "extern",   "false",     "float",
    "for",       "friend",    "goto",      "if",       "inline",   "int",       "long",
    "mutable",   "namespace", "new",       "noexcept", "not",      "nullptr",   "operator",
    "or",        "private",   "protected", "public",   "register", "requires",  "return",
    "short",     "signed",    "sizeof",    "static",   "struct",   "switch",    "template",
    "this",      "throw",     "true",      "try",      "typedef",  "typeid",    "typename",
    "union",     "unsigned",  "using",     "virtual",  "void",     "volatile",  "while",
    "xor"};

// A line becomes a namespace at the top, beside what the C library and the SDK's libraries declare.
constexpr std::string_view kTakenAtTheTop[] = {
    "abort",  "abs",     "accept",  "access", "alarm",  "bellrock", "bind",   "calloc", "clock",
    "close",  "connect", "cos",     "daemon", "dup",    "errno",    "exit",   "exp",    "floor",
    "fmt",    "fork",    "free",    "gamma",  "getenv", "google",   "grpc",   "index",  "j0",
    "kill",   "link",    "linux",   "listen", "log",    "main",     "malloc", "nice",   "open",
    "pause",  "pipe",    "poll",    "pow",    "printf", "puts",     "raise",  "rand",   "random",
    "read",   "recv",    "remove",  "rename", "select", "send",     "signal", "sin",    "sleep",
    "socket", "sqrt",    "stat",    "std",    "stderr", "stdin",    "stdout", "swab",   "sync",
    "system", "tan",     "testing", "time",   "times",  "truncate", "unix",   "unlink", "usleep",
    "wait",   "write",   "y0",      "yn"};

bool IsOneOf(std::string_view word, const auto& words) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

std::string WordOf(std::string_view name) {
  std::string word(name);
  std::replace(word.begin(), word.end(), '-', '_');
  return word;
}

std::string ClassNameOf(std::string_view name) {
  std::string result;
  bool upper = true;
  for (const char c : name) {
    if (c != '-') result += upper ? static_cast<char>(std::toupper(c)) : c;
    upper = c == '-';
  }
  return result;
}

Status CheckName(std::string_view part, std::string_view name) {
  const bool letters =
      name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
  const bool begins = !name.empty() && name.front() >= 'a' && name.front() <= 'z';
  const bool dashes = name.ends_with('-') || name.find("--") != std::string_view::npos;
  if (!letters || !begins || dashes || name.size() > kNameBytesMax) {
    return InvalidArgumentError(
        fmt::format("{} '{}': write a-z, 0-9 and single '-' between them, beginning with a letter, "
                    "at most {} of them, for example music/price-list",
                    part, name, kNameBytesMax));
  }
  if (IsOneOf(name, kCxxWords)) {
    return InvalidArgumentError(fmt::format(
        "{} '{}': is a word of C++, which cannot name a namespace; take another", part, name));
  }
  return Status::Ok();
}

std::string Filled(std::string_view text, const ServiceNames& names) {
  const std::array<std::pair<std::string_view, std::string_view>, 5> words = {
      {{"{{line}}", names.line},
       {"{{service}}", names.service},
       {"{{line_word}}", names.line_word},
       {"{{service_word}}", names.service_word},
       {"{{Class}}", names.class_name}}};
  std::string filled(text);
  for (const auto& [placeholder, value] : words) {
    for (size_t at = 0; (at = filled.find(placeholder, at)) != std::string::npos;) {
      filled.replace(at, placeholder.size(), value);
      at += value.size();
    }
  }
  BELLROCK_CHECK(filled.find("{{") == std::string::npos, "a template has an unknown word");
  return filled;
}

// Where each template goes.
constexpr std::pair<std::string_view, std::string_view> kPlaces[] = {
    {"service.proto", "proto/{{line_word}}/{{service_word}}/v1/{{service_word}}.proto"},
    {"service.h", "{{service_word}}.h"},
    {"service.cc", "{{service_word}}.cc"},
    {"service_test.cc", "{{service_word}}_test.cc"},
    {"service.json", "etc/{{service}}.json"},
    {"CMakeLists.txt", "CMakeLists.txt"},
    {"README.md", "README.md"},
};

}  // namespace

Result<ServiceNames> ServiceNames::Parse(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) {
    return InvalidArgumentError(
        fmt::format("service name '{}': write line/service, for example music/price-list", text));
  }
  ServiceNames names;
  names.line = text.substr(0, slash);
  names.service = text.substr(slash + 1);
  BELLROCK_TRY(CheckName("line", names.line));
  BELLROCK_TRY(CheckName("service", names.service));
  names.line_word = WordOf(names.line);
  names.service_word = WordOf(names.service);
  names.class_name = ClassNameOf(names.service);
  if (IsOneOf(names.line_word, kTakenAtTheTop)) {
    return InvalidArgumentError(
        fmt::format("line '{}': the C library or a library of the SDK has this name, which then "
                    "cannot name a namespace; take another",
                    names.line));
  }
  return names;
}

std::vector<ScaffoldFile> Scaffold(const ServiceNames& names) {
  std::vector<ScaffoldFile> files;
  const auto templates = ScaffoldTemplates();
  for (const auto& [name, place] : kPlaces) {
    const auto found =
        std::find_if(templates.begin(), templates.end(),
                     [&wanted = name](const Template& each) { return each.name == wanted; });
    BELLROCK_CHECK(found != templates.end(), "a template is not compiled in");
    files.push_back({Filled(place, names), Filled(found->text, names)});
  }
  return files;
}

}  // namespace bellrock::cli
