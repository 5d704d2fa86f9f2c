// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <string>

#include "bellrock/naming/v1/naming.bellrock.h"
#include "cli/naming/cluster_text.h"
#include "cli/naming/verb.h"
#include "cli/output.h"

namespace bellrock::cli {
namespace {

namespace v1 = naming::v1;

constexpr int kServiceDepth = 4;
constexpr int kInstanceDepth = 6;
constexpr size_t kLinesMax = 10'000;

struct TreeOptions : ServerOptions {
  std::string path;
  int depth = 0;  // 0: what suits the path
};

// "/" and "" are the root, with no component.
int ComponentsOf(const std::string& path) {
  int components = 0;
  for (size_t i = 0; i < path.size(); ++i) {
    if (path[i] != '/' && (i == 0 || path[i - 1] == '/')) ++components;
  }
  return components;
}

// When that ends, or what is to come.
std::string WindowWords(const v1::MaintenanceWindow& window) {
  if (window.from_unix_ms() == 0) return "";
  std::string until;
  if (window.until_unix_ms() != 0) until = " until " + TimeText(window.until_unix_ms()) + " UTC";
  if (window.begun()) return "," + until;
  return fmt::format(", maintenance from {} UTC{}: {}", TimeText(window.from_unix_ms()), until,
                     window.next().reason());
}

std::string WordsOf(const v1::Instance& instance) {
  std::string words;
  const v1::OperatorState& said = instance.operator_state();
  if (said.disabled()) words += ", disabled";
  if (said.isolated()) words += ", isolated";
  if (said.weight() > 0) words += fmt::format(", weight {}", said.weight());
  if (!words.empty() && !said.reason().empty()) words += ": " + said.reason();
  return words + WindowWords(said.window());
}

// Walks the tree level by level and prints each child as it comes.
class TreePrinter {
 public:
  TreePrinter(const v1::NamingStub& stub, bool json) : stub_(stub), json_(json) {}

  Status Print(const std::string& path, int levels, const std::string& indent) {
    v1::ListRequest request;
    request.set_path(path);
    BELLROCK_ASSIGN(const v1::ListReply reply, stub_.List(request));
    if (json_) BELLROCK_TRY(PrintJson(reply));
    std::map<std::string, v1::Instance> instances;
    if (!reply.children().empty() && reply.children(0).leaf()) {
      BELLROCK_ASSIGN(instances, InstancesOf(path));
    }
    for (int i = 0; i < reply.children_size(); ++i) {
      if (lines_ >= kLinesMax) return TooLong();
      const v1::ListReply::Child& child = reply.children(i);
      const bool last = i + 1 == reply.children_size();
      PrintChild(child, indent + (last ? "`-- " : "|-- "), instances);
      if (child.leaf() || levels <= 1) continue;
      BELLROCK_TRY(Print(child.path(), levels - 1, indent + (last ? "    " : "|   ")));
    }
    return Status::Ok();
  }

 private:
  Result<std::map<std::string, v1::Instance>> InstancesOf(const std::string& path) const {
    std::map<std::string, v1::Instance> found;
    v1::LookupRequest request;
    request.set_target(path);
    request.set_include_unusable(true);
    BELLROCK_ASSIGN(v1::LookupReply reply, stub_.Lookup(request));
    for (v1::Instance& instance : *reply.mutable_instances()) {
      std::string key = instance.spec().path();
      found[std::move(key)] = std::move(instance);
    }
    return found;
  }

  void PrintChild(const v1::ListReply::Child& child, const std::string& indent,
                  const std::map<std::string, v1::Instance>& instances) {
    ++lines_;
    if (json_) return;
    const auto at = instances.find(child.path());
    if (at != instances.end()) {
      std::printf("%s%s  %s, %s%s\n", indent.c_str(), child.name().c_str(),
                  at->second.spec().address().c_str(),
                  child.working() > 0 ? "working" : "not working", WordsOf(at->second).c_str());
    } else {
      std::printf("%s%s  %lld of %lld work\n", indent.c_str(), child.name().c_str(),
                  static_cast<long long>(child.working()),
                  static_cast<long long>(child.instances()));
    }
  }

  static Status TooLong() {
    return ResourceExhaustedError(fmt::format(
        "the tree goes on after {} lines, the limit: give a path or a smaller --depth", kLinesMax));
  }

  const v1::NamingStub& stub_;
  const bool json_;
  size_t lines_ = 0;
};

Status Tree(const TreeOptions& options, ChannelInterface& channel) {
  const std::string path = options.path.empty() ? "/" : options.path;
  const int components = ComponentsOf(path);
  const int suits = std::min(std::max(kServiceDepth, components + 2), kInstanceDepth);
  const int levels = (options.depth == 0 ? suits : options.depth) - components;
  if (levels < 1) {
    return InvalidArgumentError(
        fmt::format("{} has {} components: use a --depth of more than that, or bellrock naming get",
                    path, components));
  }
  const v1::NamingStub stub(channel);
  if (!options.json) std::printf("%s\n", path.c_str());
  return TreePrinter(stub, options.json).Print(path, levels, "");
}

}  // namespace

void AddTreeVerb(CLI::App& noun, int& exit_code) {
  auto options = std::make_shared<TreeOptions>();
  CLI::App* verb =
      AddServerVerb(noun, options, exit_code, "tree", "The tree of names with counts", Tree);
  verb->add_option("path", options->path, "Path; the root if left out");
  verb->add_option(
          "--depth", options->depth,
          "Down to so many components: 4 are services, 6 instances (default: 4, or two more "
          "than the path has)")
      ->check(CLI::Range(1, kInstanceDepth));
  verb->footer("Examples:\n  bellrock naming tree\n  bellrock naming tree /sz/im/music --depth 6");
}

}  // namespace bellrock::cli
