// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "cli/scaffold/scaffold.h"
#include "cli/session.h"
#include "cli/verbs.h"
#include "fiber/environment.h"

namespace bellrock::cli {
namespace {

struct Options {
  std::string name;
  std::string directory;
};

Status RefuseToOverwrite(const std::string& directory, const std::vector<ScaffoldFile>& files) {
  for (const ScaffoldFile& file : files) {
    const std::string path = directory + "/" + file.path;
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) continue;
    return AlreadyExistsError(
        fmt::format("{} is there already and nothing was written; give another --dir", path));
  }
  return Status::Ok();
}

Status WriteNew(fiber::Disk& disk, const std::string& path, const std::string& text) {
  BELLROCK_TRY(disk.CreateDirectories(std::filesystem::path(path).parent_path().string()));
  BELLROCK_ASSIGN(const std::unique_ptr<fiber::File> file,
                  disk.Open(path, fiber::OpenMode::kCreateNew));
  return file->Append(std::as_bytes(std::span(text)));
}

Status New(const Options& options) {
  BELLROCK_ASSIGN(const ServiceNames names, ServiceNames::Parse(options.name));
  const std::string directory = options.directory.empty() ? names.service : options.directory;
  const std::vector<ScaffoldFile> files = Scaffold(names);
  BELLROCK_TRY(RefuseToOverwrite(directory, files));
  for (const ScaffoldFile& file : files) {
    const std::string path = directory + "/" + file.path;
    BELLROCK_TRY(WriteNew(fiber::RealEnvironment().disk, path, file.text));
    std::printf("%s\n", path.c_str());
  }
  std::printf(
      "\nNext:\n  cd %s && cmake -B build -DBellrock_DIR=<bellrock>/build/release\n"
      "  cmake --build build && ctest --test-dir build\n"
      "  cmake --install build --prefix out && bellrock-host --foreground out/%s/%s\n",
      directory.c_str(), names.line.c_str(), names.service.c_str());
  return Status::Ok();
}

}  // namespace

void AddNewVerb(CLI::App& root, int& exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* verb =
      root.add_subcommand("new", "A plug-in service to begin with: contract, code, test, build");
  verb->add_option("name", options->name, "line/service, of a-z 0-9 -")->required();
  verb->add_option("--dir", options->directory, "Where to write it (default: ./SERVICE)");
  verb->footer(
      "Examples:\n  bellrock new music/price-list\n"
      "  bellrock new music/price-list --dir src/prices\n\n"
      "Files that are there are never overwritten. docs/plugins.md tells what comes next.");
  verb->callback([options, &exit_code] { exit_code = ExitWith(New(*options)); });
}

}  // namespace bellrock::cli
