// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
//
// For programs that keep their own protocol: asks where to send each request and tells what became
// of it (GetRoute / UpdateRouteResult).
//   route line/service [COUNT]
#include <cstdio>
#include <cstdlib>

#include "bellrock/route.h"

int main(int argc, char** argv) {
  if (argc < 2) return std::fprintf(stderr, "usage: route line/service [COUNT]\n"), 2;
  bellrock::Result<bellrock::Router> router = bellrock::Router::Open(argv[1]);
  if (!router.ok()) {
    std::fprintf(stderr, "route: %s\n", router.status().ToString().c_str());
    return 1;
  }
  const int count = argc > 2 ? std::atoi(argv[2]) : 1;
  for (int i = 0; i < count; ++i) {
    bellrock::Result<bellrock::Route> route = router->GetRoute();
    if (!route.ok()) return std::fprintf(stderr, "%s\n", route.status().ToString().c_str()), 1;
    std::printf("%s\n", route->address.c_str());
    router->UpdateRouteResult(*route, /*success=*/true, std::chrono::microseconds(200));
  }
  return 0;
}
