// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <memory>
#include <string>

#include "bellrock/naming/v1/cluster.bellrock.h"
#include "cli/naming/verb.h"
#include "cli/output.h"

namespace bellrock::cli {
namespace {

namespace v1 = naming::v1;

struct RebuildOptions : ServerOptions {
  std::string from;
};

void PrintProgress(const v1::RebuildProgress& progress) {
  std::fprintf(
      stderr, "compared %llu directories, took over %llu records; %lld instances%s%s\n",
      static_cast<unsigned long long>(progress.directories()),
      static_cast<unsigned long long>(progress.records()),
      static_cast<long long>(progress.instances()),
      progress.problem().empty() ? "" : "; it does not go on: ", progress.problem().c_str());
}

Status Rebuild(const RebuildOptions& options, ChannelInterface& channel) {
  v1::RebuildRequest request;
  request.set_from(options.from);
  BELLROCK_ASSIGN(auto stream, v1::ClusterStub(channel).Rebuild(request));
  v1::RebuildProgress progress;
  while (!progress.done()) {
    BELLROCK_ASSIGN(const bool more, stream.Read(progress));
    if (!more) return UnavailableError("the server ended before it was done: run it again");
    if (options.json) {
      BELLROCK_TRY(PrintJson(progress));
    } else {
      PrintProgress(progress);
    }
  }
  if (!progress.problem().empty()) return UnavailableError(progress.problem());
  if (!options.json) {
    std::printf("done: %lld instances, equal to %s\n", static_cast<long long>(progress.instances()),
                progress.from().c_str());
  }
  return Status::Ok();
}

}  // namespace

void AddRebuildVerb(CLI::App& noun, int& exit_code) {
  auto options = std::make_shared<RebuildOptions>();
  CLI::App* verb = AddServerVerb(noun, options, exit_code, "rebuild-site",
                                 "Bring a server's lost registry back from another one", Rebuild);
  verb->add_option("--from", options->from,
                   "Member that has the instances, as `cluster` names it (default: one that can be "
                   "reached, of a standby site if there is one)");
  verb->footer(
      "The server of --server compares everything it has with that member, both ways, and takes "
      "over what it lacks;\nthe others of its site follow it. Ends when both are equal.\n\n"
      "Example:\n  bellrock naming rebuild-site --from bj-standby --server 10.0.0.1:7600");
}

}  // namespace bellrock::cli
