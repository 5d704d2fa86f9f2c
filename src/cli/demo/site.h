// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bellrock/status.h"

namespace bellrock::cli::demo {

// One process of the music site (modelled on MSEC's own example): web/gateway -> music/catalog ->
// music/storage, three instances each, spread over two simulated sites.
struct SiteInstance {
  std::string service;   // "music/storage"
  std::string instance;  // "2"
  std::string site;      // "sz" or "sh"
  std::string program;   // file name of the example

  std::string target() const { return service + "/" + instance; }
};

const std::vector<SiteInstance>& MusicSite();

// The instance called "music/storage/2"; kNotFound lists what there is.
Result<const SiteInstance*> FindInstance(std::string_view target);
// Those of a site, "sz", or the one instance.
Result<std::vector<const SiteInstance*>> FindInstances(std::string_view target);

}  // namespace bellrock::cli::demo
