// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdio>
#include <functional>
#include <memory>
#include <string>

#include "bellrock/naming/v1/naming.bellrock.h"
#include "cli/naming/import_plan.h"
#include "cli/naming/importer.h"
#include "cli/naming/verb.h"

namespace bellrock::cli {
namespace {

namespace v1 = naming::v1;

struct ExportOptions : ServerOptions {
  std::string target;
};
struct ImportOptions : ServerOptions {
  std::string file;
  bool dry_run = false;
};

Status Export(const ExportOptions& options, ChannelInterface& channel) {
  uint64_t written = 0;
  const auto write = [&](v1::Instance instance) -> Status {
    BELLROCK_ASSIGN(std::string line, BackupLine(instance));
    line += '\n';
    if (std::fwrite(line.data(), 1, line.size(), stdout) != line.size()) {
      return ResourceExhaustedError("cannot write on: is the disk full?");
    }
    ++written;
    return Status::Ok();
  };
  BELLROCK_TRY(ReadAll(options.target, channel, write));
  const uint64_t instances = written;
  BELLROCK_TRY(ReadDocuments(options.target, channel, write));
  if (std::fflush(stdout) != 0) {
    return ResourceExhaustedError("cannot write the end: is the disk full?");
  }
  std::fprintf(stderr, "exported %llu instances, %llu settings of services\n",
               static_cast<unsigned long long>(instances),
               static_cast<unsigned long long>(written - instances));
  return Status::Ok();
}

Status Import(const ImportOptions& options, ChannelInterface& channel) {
  Importer importer(channel, options.dry_run);
  const Status outcome = importer.Run(options.file);
  const ImportFigures& figures = importer.figures();
  std::printf(options.json ? "{\"new\":%llu,\"changed\":%llu,\"same\":%llu,\"older\":%llu,"
                             "\"operator_words\":%llu,\"refused\":%llu,\"dry_run\":%s}\n"
                           : "%llu new, %llu changed, %llu there already, %llu left alone (a later "
                             "life is there), %llu operators' words set, %llu lines refused%s\n",
              static_cast<unsigned long long>(figures.added),
              static_cast<unsigned long long>(figures.changed),
              static_cast<unsigned long long>(figures.same),
              static_cast<unsigned long long>(figures.older),
              static_cast<unsigned long long>(figures.operator_words),
              static_cast<unsigned long long>(figures.refused),
              options.json ? (options.dry_run ? "true" : "false")
                           : (options.dry_run ? " (dry run: nothing was done)" : ""));
  BELLROCK_TRY(outcome);
  if (figures.refused == 0) return Status::Ok();
  return InvalidArgumentError(
      fmt::format("{} lines were refused; all others are done", figures.refused));
}

}  // namespace

void AddBackupVerbs(CLI::App& noun, int& exit_code) {
  auto of_export = std::make_shared<ExportOptions>();
  CLI::App* out =
      AddServerVerb(noun, of_export, exit_code, "export",
                    "Write all instances and settings as JSON lines, for import", Export);
  out->add_option("target", of_export->target, "Path or line/service; everything if left out");
  out->footer(
      "One line per instance: what it says of itself, what operators said of it, its state. What\n"
      "operators said of instances that are not registered now is not in it. After them one line\n"
      "for what is set for a service as a whole, such as its routing.\n\n"
      "Examples:\n  bellrock naming export > backup.jsonl\n"
      "  bellrock naming export /sz | gzip > sz.jsonl.gz");

  auto of_import = std::make_shared<ImportOptions>();
  CLI::App* in = AddServerVerb(noun, of_import, exit_code, "import",
                               "Register what an export wrote and set what operators said", Import);
  in->add_option("file", of_import->file, "File, or - for standard input")->required();
  in->add_flag("--dry-run", of_import->dry_run, "Only compare with what is there and count");
  in->footer(
      "May be run again at any time: what is there already is not touched, nor is what registered\n"
      "itself in a later life. Nobody heartbeats for what is imported: each instance stays\n"
      "`initial`, which callers do not get, until its own program or agent heartbeats, and it is\n"
      "listed until somebody deregisters it.\n\n"
      "Examples:\n  bellrock naming import backup.jsonl --dry-run\n"
      "  zcat sz.jsonl.gz | bellrock naming import - --server 10.0.0.1:7600");
}

}  // namespace bellrock::cli
