/* SPDX-FileCopyrightText: 2026 The Bellrock Authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Routing from C: asks where to send each request and tells what became of it.
 *   route_c line/service [COUNT [KEY]]
 *   route_c MODID:CMDID  [COUNT [KEY]]     by number, as programs for L5 do
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bellrock/route_c.h"

enum { TIMEOUT_MS = 3000 };

static int Fail(const char* what, int code) {
  fprintf(stderr, "route_c: %s: %d: %s\n", what, code, bellrock_last_error());
  return 1;
}

/* Your request would go here. */
static int Send(const bellrock_route* route) {
  printf("%s %u\n", route->ip, (unsigned)route->port);
  return 0;
}

static int ByName(const char* name, int count, const bellrock_route_query* query) {
  bellrock_router* router = NULL;
  int code = bellrock_router_open(name, TIMEOUT_MS, &router);
  if (code != BELLROCK_OK) return Fail(name, code);
  for (int i = 0; i < count; ++i) {
    bellrock_route route = {0};
    route.size = sizeof route;
    code = bellrock_get_route(router, query, &route);
    if (code == BELLROCK_REFUSED) continue; /* the service has enough: leave it alone */
    if (code != BELLROCK_OK) break;
    code = bellrock_update_route_result(router, &route, Send(&route), 200);
    if (code != BELLROCK_OK) break;
  }
  bellrock_router_close(router);
  return code == BELLROCK_OK ? 0 : Fail(name, code);
}

static int ById(uint32_t modid, uint32_t cmdid, int count, const bellrock_route_query* query) {
  for (int i = 0; i < count; ++i) {
    bellrock_route route = {0};
    route.size = sizeof route;
    int code = bellrock_get_route_by_id(modid, cmdid, query, TIMEOUT_MS, &route);
    if (code == BELLROCK_REFUSED) continue;
    if (code != BELLROCK_OK) return Fail("get", code);
    code = bellrock_update_route_result_by_id(modid, cmdid, &route, Send(&route), 200);
    if (code != BELLROCK_OK) return Fail("update", code);
  }
  return 0;
}

int main(int argc, char** argv) {
  if (argc < 2) {
    fprintf(stderr, "usage: route_c line/service|MODID:CMDID [COUNT [KEY]]\n");
    return 2;
  }
  const int count = argc > 2 ? atoi(argv[2]) : 1;
  bellrock_route_query query = {0};
  query.size = sizeof query;
  if (argc > 3) {
    query.key = argv[3];
    query.key_length = strlen(argv[3]);
  }
  unsigned modid = 0;
  unsigned cmdid = 0;
  if (sscanf(argv[1], "%u:%u", &modid, &cmdid) == 2) return ById(modid, cmdid, count, &query);
  return ByName(argv[1], count, &query);
}
