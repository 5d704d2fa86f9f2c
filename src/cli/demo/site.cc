// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/demo/site.h"

#include <utility>

namespace bellrock::cli::demo {

const std::vector<SiteInstance>& MusicSite() {
  static const std::vector<SiteInstance> site = [] {
    const std::pair<const char*, const char*> services[] = {{"music/storage", "music_storage"},
                                                            {"music/catalog", "music_catalog"},
                                                            {"web/gateway", "music_gateway"}};
    const std::pair<const char*, const char*> places[] = {{"1", "sz"}, {"2", "sz"}, {"3", "sh"}};
    std::vector<SiteInstance> made;
    for (const auto& [service, program] : services) {
      for (const auto& [instance, place] : places) {
        made.push_back({service, instance, place, program});
      }
    }
    return made;
  }();
  return site;
}

Result<const SiteInstance*> FindInstance(std::string_view target) {
  std::string known;
  for (const SiteInstance& instance : MusicSite()) {
    if (instance.target() == target) return &instance;
    known += (known.empty() ? "" : ", ") + instance.target();
  }
  return NotFoundError("the demo has no '" + std::string(target) + "'; it has " + known);
}

Result<std::vector<const SiteInstance*>> FindInstances(std::string_view target) {
  std::vector<const SiteInstance*> found;
  for (const SiteInstance& instance : MusicSite()) {
    if (instance.site == target) found.push_back(&instance);
  }
  if (!found.empty()) return found;
  BELLROCK_ASSIGN(const SiteInstance* one, FindInstance(target));
  return std::vector<const SiteInstance*>{one};
}

}  // namespace bellrock::cli::demo
